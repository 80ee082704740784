// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** One {@code ucp_request_param_t} for each kind of call, filled in again for each. Guarded by the worker's ownership. */
final class RequestParams {
    private static final long MASK = UcpLayouts.offset(UcpLayouts.REQUEST_PARAM, "op_attr_mask");
    private static final long FLAGS = UcpLayouts.offset(UcpLayouts.REQUEST_PARAM, "flags");
    private static final long CALLBACK = UcpLayouts.offset(UcpLayouts.REQUEST_PARAM, "cb");
    private static final long USER_DATA = UcpLayouts.offset(UcpLayouts.REQUEST_PARAM, "user_data");
    private static final long MEMORY_TYPE = UcpLayouts.offset(UcpLayouts.REQUEST_PARAM, "memory_type");
    private static final long MEMH = UcpLayouts.offset(UcpLayouts.REQUEST_PARAM, "memh");

    private final MemorySegment data;
    private final MemorySegment dataTold;
    private final MemorySegment told;
    private final MemorySegment leaf;

    /**
     * Makes them.
     *
     * @param callback a {@code ucp_send_nbx_callback_t}
     */
    RequestParams(Arena arena, long callback) {
        data = arena.allocate(UcpLayouts.ROOM, Long.BYTES);
        data.set(JAVA_INT, MASK, UcpLayouts.OP_ATTR_FIELD_MEMH | UcpLayouts.OP_ATTR_FIELD_MEMORY_TYPE);
        dataTold = arena.allocate(UcpLayouts.ROOM, Long.BYTES);
        dataTold.set(JAVA_LONG, CALLBACK, callback);
        dataTold.set(
                JAVA_INT,
                MASK,
                UcpLayouts.OP_ATTR_FIELD_MEMH
                        | UcpLayouts.OP_ATTR_FIELD_MEMORY_TYPE
                        | UcpLayouts.OP_ATTR_FIELD_CALLBACK
                        | UcpLayouts.OP_ATTR_FIELD_USER_DATA);
        told = arena.allocate(UcpLayouts.ROOM, Long.BYTES);
        told.set(JAVA_LONG, CALLBACK, callback);
        told.set(JAVA_INT, MEMORY_TYPE, UcpLayouts.MEMORY_TYPE_HOST);
        leaf = arena.allocate(UcpLayouts.ROOM, Long.BYTES);
        leaf.set(JAVA_INT, MASK, UcpLayouts.OP_ATTR_FLAG_FORCE_IMM_CMPL);
    }

    /** For a put or get whose end nobody is told, from or to this registered memory. */
    long data(long memh, int memoryType) {
        data.set(JAVA_LONG, MEMH, memh);
        data.set(JAVA_INT, MEMORY_TYPE, memoryType);
        return data.address();
    }

    /** The same, if the operation of this token is told its end. */
    long data(long memh, int memoryType, long token) {
        dataTold.set(JAVA_LONG, MEMH, memh);
        dataTold.set(JAVA_INT, MEMORY_TYPE, memoryType);
        dataTold.set(JAVA_LONG, USER_DATA, token);
        return dataTold.address();
    }

    /** For {@link UcpNative#putLeaf}: the put ends inside the call, or nothing happens. */
    long leaf() {
        return leaf.address();
    }

    /** For a call whose end the operation of this token is told, if it does not end at once. */
    long told(long token) {
        return told(token, 0, 0);
    }

    /** For an active message, whole, in host memory. */
    long message(long token) {
        return told(
                token,
                UcpLayouts.OP_ATTR_FIELD_FLAGS | UcpLayouts.OP_ATTR_FIELD_MEMORY_TYPE,
                UcpLayouts.AM_SEND_FLAG_EAGER);
    }

    /** For closing an endpoint without waiting for what is on its way. */
    long forcedClose(long token) {
        return told(token, UcpLayouts.OP_ATTR_FIELD_FLAGS, UcpLayouts.EP_CLOSE_FLAG_FORCE);
    }

    private long told(long token, int more, int flags) {
        told.set(JAVA_INT, MASK, UcpLayouts.OP_ATTR_FIELD_CALLBACK | UcpLayouts.OP_ATTR_FIELD_USER_DATA | more);
        told.set(JAVA_INT, FLAGS, flags);
        told.set(JAVA_LONG, USER_DATA, token);
        return told.address();
    }
}
