// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** One {@code ucp_request_param_t} for each kind of call, used again for each. Guarded by the worker's ownership. */
final class RequestParams {
    private static final long MASK = UcpLayouts.offset(UcpLayouts.REQUEST_PARAM, "op_attr_mask");
    private static final long FLAGS = UcpLayouts.offset(UcpLayouts.REQUEST_PARAM, "flags");
    private static final long CALLBACK = UcpLayouts.offset(UcpLayouts.REQUEST_PARAM, "cb");
    private static final long USER_DATA = UcpLayouts.offset(UcpLayouts.REQUEST_PARAM, "user_data");
    private static final long MEMORY_TYPE = UcpLayouts.offset(UcpLayouts.REQUEST_PARAM, "memory_type");
    private static final long MEMH = UcpLayouts.offset(UcpLayouts.REQUEST_PARAM, "memh");

    private static final int MEMORY = UcpLayouts.OP_ATTR_FIELD_MEMH | UcpLayouts.OP_ATTR_FIELD_MEMORY_TYPE;
    private static final int END = UcpLayouts.OP_ATTR_FIELD_CALLBACK | UcpLayouts.OP_ATTR_FIELD_USER_DATA;

    /** Of a call that asks for nothing in particular: its request can be asked for its end ({@link AskedRequest}). Nobody writes it. */
    static final long UNTOLD =
            Arena.global().allocate(UcpLayouts.ROOM, Long.BYTES).address();

    private final Struct data;
    private final Struct dataTold;
    private final Struct told;
    private final Struct message;
    private final Struct forcedClose;
    private final Struct leaf;

    /**
     * Makes them.
     *
     * @param callback a {@code ucp_send_nbx_callback_t}
     */
    RequestParams(Arena arena, long callback) {
        data = new Struct(arena, MEMORY, 0, 0);
        dataTold = new Struct(arena, MEMORY | END, 0, callback);
        told = new Struct(arena, END, 0, callback);
        message = new Struct(
                arena,
                END | UcpLayouts.OP_ATTR_FIELD_FLAGS | UcpLayouts.OP_ATTR_FIELD_MEMORY_TYPE,
                UcpLayouts.AM_SEND_FLAG_EAGER,
                callback);
        forcedClose = new Struct(arena, END | UcpLayouts.OP_ATTR_FIELD_FLAGS, UcpLayouts.EP_CLOSE_FLAG_FORCE, callback);
        leaf = new Struct(arena, UcpLayouts.OP_ATTR_FLAG_FORCE_IMM_CMPL, 0, 0);
    }

    /** For a put or get whose end nobody is told, from or to this registered memory. */
    long data(long memh, int memoryType) {
        data.memory(memh, memoryType);
        return data.address;
    }

    /** The same, if the operation of this token is told its end. */
    long data(long memh, int memoryType, long token) {
        dataTold.memory(memh, memoryType);
        return dataTold.tell(token);
    }

    /** For {@link UcpNative#putLeaf}: the put ends inside the call, or nothing happens. */
    long leaf() {
        return leaf.address;
    }

    /** For a call whose end the operation of this token is told, if it does not end at once. */
    long told(long token) {
        return told.tell(token);
    }

    /** For an active message, whole, in host memory. */
    long message(long token) {
        return message.tell(token);
    }

    /** For closing an endpoint without waiting for what is on its way. */
    long forcedClose(long token) {
        return forcedClose.tell(token);
    }

    /** A struct and what it says: mostly the same as at the call before, and looking costs less than writing. */
    private static final class Struct {
        private final MemorySegment fields;
        private final long address;
        private long memh;
        private int memoryType = UcpLayouts.MEMORY_TYPE_HOST;
        private long token;

        private Struct(Arena arena, int mask, int flags, long callback) {
            fields = arena.allocate(UcpLayouts.ROOM, Long.BYTES);
            address = fields.address();
            fields.set(JAVA_INT, MASK, mask);
            fields.set(JAVA_INT, FLAGS, flags);
            fields.set(JAVA_LONG, CALLBACK, callback);
            fields.set(JAVA_INT, MEMORY_TYPE, memoryType);
        }

        private void memory(long handle, int type) {
            if (memh != handle || memoryType != type) {
                memh = handle;
                memoryType = type;
                fields.set(JAVA_LONG, MEMH, handle);
                fields.set(JAVA_INT, MEMORY_TYPE, type);
            }
        }

        /** Answers its address. */
        private long tell(long whom) {
            if (token != whom) {
                token = whom;
                fields.set(JAVA_LONG, USER_DATA, whom);
            }
            return address;
        }
    }
}
