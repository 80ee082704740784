// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import static java.lang.foreign.MemoryLayout.paddingLayout;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.StructLayout;

/**
 * The structures and constants of {@code ucp/api/ucp.h} that cross the border, as far as they are used: later versions of UCX
 * append fields, so memory for them is zeroed and larger than they are ({@link #ROOM}). A test compares every offset and
 * constant with what the C compiler makes of the header.
 */
final class UcpLayouts {
    /** Enough for each of them in every known version; what a field mask does not name is not read. */
    static final long ROOM = 256;

    /** {@code ucp_request_param_t}. */
    static final StructLayout REQUEST_PARAM = MemoryLayout.structLayout(
            JAVA_INT.withName("op_attr_mask"),
            JAVA_INT.withName("flags"),
            JAVA_LONG.withName("request"),
            JAVA_LONG.withName("cb"),
            JAVA_LONG.withName("datatype"),
            JAVA_LONG.withName("user_data"),
            JAVA_LONG.withName("reply_buffer"),
            JAVA_INT.withName("memory_type"),
            paddingLayout(4),
            JAVA_LONG.withName("recv_info"),
            JAVA_LONG.withName("memh"));

    static final int OP_ATTR_FIELD_CALLBACK = 1 << 1;
    static final int OP_ATTR_FIELD_USER_DATA = 1 << 2;
    static final int OP_ATTR_FIELD_FLAGS = 1 << 4;
    static final int OP_ATTR_FIELD_MEMORY_TYPE = 1 << 6;
    static final int OP_ATTR_FIELD_MEMH = 1 << 8;

    static final int OP_ATTR_FLAG_FORCE_IMM_CMPL = 1 << 18;

    static final int EP_CLOSE_FLAG_FORCE = 1;
    static final int AM_SEND_FLAG_EAGER = 1 << 1;
    static final int MEMORY_TYPE_HOST = 0;
    static final int MEMORY_TYPE_CUDA = 1;

    /** {@code ucp_worker_params_t}, up to the last field that is used. */
    static final StructLayout WORKER_PARAMS = MemoryLayout.structLayout(
            JAVA_LONG.withName("field_mask"), JAVA_INT.withName("thread_mode"), paddingLayout(4));

    static final long WORKER_PARAM_FIELD_THREAD_MODE = 1;
    static final int THREAD_MODE_SERIALIZED = 1;

    /** {@code ucp_ep_params_t}, up to the last field that is used. */
    static final StructLayout EP_PARAMS = MemoryLayout.structLayout(
            JAVA_LONG.withName("field_mask"),
            JAVA_LONG.withName("address"),
            JAVA_INT.withName("err_mode"),
            paddingLayout(4),
            MemoryLayout.structLayout(JAVA_LONG.withName("cb"), JAVA_LONG.withName("arg"))
                    .withName("err_handler"));

    static final long EP_PARAM_FIELD_REMOTE_ADDRESS = 1;
    static final long EP_PARAM_FIELD_ERR_HANDLING_MODE = 1 << 1;
    static final long EP_PARAM_FIELD_ERR_HANDLER = 1 << 2;
    static final int ERR_HANDLING_MODE_NONE = 0;
    static final int ERR_HANDLING_MODE_PEER = 1;

    /** {@code ucp_mem_map_params_t}. */
    static final StructLayout MEM_MAP_PARAMS = MemoryLayout.structLayout(
            JAVA_LONG.withName("field_mask"),
            JAVA_LONG.withName("address"),
            JAVA_LONG.withName("length"),
            JAVA_INT.withName("flags"),
            JAVA_INT.withName("prot"),
            JAVA_INT.withName("memory_type"),
            paddingLayout(4));

    static final long MEM_MAP_PARAM_FIELD_ADDRESS = 1;
    static final long MEM_MAP_PARAM_FIELD_LENGTH = 1 << 1;
    static final long MEM_MAP_PARAM_FIELD_FLAGS = 1 << 2;
    static final long MEM_MAP_PARAM_FIELD_MEMORY_TYPE = 1 << 4;
    static final int MEM_MAP_ALLOCATE = 1 << 1;

    /** {@code ucp_mem_attr_t}. */
    static final StructLayout MEM_ATTR = MemoryLayout.structLayout(
            JAVA_LONG.withName("field_mask"),
            JAVA_LONG.withName("address"),
            JAVA_LONG.withName("length"),
            JAVA_INT.withName("mem_type"),
            paddingLayout(4));

    static final long MEM_ATTR_FIELD_ADDRESS = 1;
    static final long MEM_ATTR_FIELD_LENGTH = 1 << 1;
    static final long MEM_ATTR_FIELD_MEM_TYPE = 1 << 2;

    /** {@code ucp_am_handler_param_t}. */
    static final StructLayout AM_HANDLER_PARAM = MemoryLayout.structLayout(
            JAVA_LONG.withName("field_mask"),
            JAVA_INT.withName("id"),
            JAVA_INT.withName("flags"),
            JAVA_LONG.withName("cb"),
            JAVA_LONG.withName("arg"));

    static final long AM_HANDLER_PARAM_FIELD_ID = 1;
    static final long AM_HANDLER_PARAM_FIELD_CB = 1 << 2;
    static final long AM_HANDLER_PARAM_FIELD_ARG = 1 << 3;

    /** {@code ucp_am_recv_param_t}. */
    static final StructLayout AM_RECV_PARAM =
            MemoryLayout.structLayout(JAVA_LONG.withName("recv_attr"), JAVA_LONG.withName("reply_ep"));

    static final long AM_RECV_ATTR_FLAG_RNDV = 1 << 17;

    /** {@code ucp_ep_evaluate_perf_param_t}. */
    static final StructLayout PERF_PARAM =
            MemoryLayout.structLayout(JAVA_LONG.withName("field_mask"), JAVA_LONG.withName("message_size"));

    static final long PERF_PARAM_FIELD_MESSAGE_SIZE = 1;

    /** {@code ucp_ep_evaluate_perf_attr_t}; the time is in seconds. */
    static final StructLayout PERF_ATTR =
            MemoryLayout.structLayout(JAVA_LONG.withName("field_mask"), JAVA_DOUBLE.withName("estimated_time"));

    static final long PERF_ATTR_FIELD_ESTIMATED_TIME = 1;

    private UcpLayouts() {}

    static long offset(StructLayout struct, String... path) {
        PathElement[] elements = new PathElement[path.length];
        for (int i = 0; i < path.length; i++) {
            elements[i] = PathElement.groupElement(path[i]);
        }
        return struct.byteOffset(elements);
    }
}
