// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.testsupport.CProbe;
import java.lang.foreign.StructLayout;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the C compiler makes of UCX's header, against what the Java code believes. */
class UcpLayoutsTest {
    private final Map<String, Long> believed = new LinkedHashMap<>();
    private final CProbe probe = new CProbe("ucp/api/ucp.h");

    private void value(String expression, long belief) {
        believed.put(expression, belief);
    }

    private void struct(String type, StructLayout layout) {
        believed.putAll(CProbe.offsets(type, layout));
        value("sizeof(" + type + ") <= " + UcpLayouts.ROOM, 1);
    }

    @Test
    @DisplayName("I: explicit memory types, and structs as the header has them")
    void matchTheHeader(@TempDir Path folder) throws Exception {
        struct("ucp_request_param_t", UcpLayouts.REQUEST_PARAM);
        struct("ucp_worker_params_t", UcpLayouts.WORKER_PARAMS);
        struct("ucp_ep_params_t", UcpLayouts.EP_PARAMS);
        struct("ucp_mem_map_params_t", UcpLayouts.MEM_MAP_PARAMS);
        struct("ucp_mem_attr_t", UcpLayouts.MEM_ATTR);
        struct("ucp_am_handler_param_t", UcpLayouts.AM_HANDLER_PARAM);
        struct("ucp_am_recv_param_t", UcpLayouts.AM_RECV_PARAM);
        struct("ucp_ep_evaluate_perf_param_t", UcpLayouts.PERF_PARAM);
        struct("ucp_ep_evaluate_perf_attr_t", UcpLayouts.PERF_ATTR);
        // members of unions and of structures within have other names in Java
        believed.keySet().removeIf(question -> question.endsWith(", cb)") && question.contains("ucp_request_param_t"));
        value("offsetof(ucp_request_param_t, cb.send)", UcpLayouts.offset(UcpLayouts.REQUEST_PARAM, "cb"));
        value(
                "offsetof(ucp_ep_params_t, err_handler.cb)",
                UcpLayouts.offset(UcpLayouts.EP_PARAMS, "err_handler", "cb"));
        value(
                "offsetof(ucp_ep_params_t, err_handler.arg)",
                UcpLayouts.offset(UcpLayouts.EP_PARAMS, "err_handler", "arg"));
        value("sizeof(ucs_status_t)", 1);
        constants();

        believed.keySet().forEach(probe::value);
        assertThat(probe.ask(folder)).isEqualTo(believed);
    }

    private void constants() {
        value("UCP_OP_ATTR_FIELD_CALLBACK", UcpLayouts.OP_ATTR_FIELD_CALLBACK);
        value("UCP_OP_ATTR_FIELD_USER_DATA", UcpLayouts.OP_ATTR_FIELD_USER_DATA);
        value("UCP_OP_ATTR_FIELD_FLAGS", UcpLayouts.OP_ATTR_FIELD_FLAGS);
        value("UCP_OP_ATTR_FIELD_MEMORY_TYPE", UcpLayouts.OP_ATTR_FIELD_MEMORY_TYPE);
        value("UCP_OP_ATTR_FIELD_MEMH", UcpLayouts.OP_ATTR_FIELD_MEMH);
        value("UCP_OP_ATTR_FLAG_FORCE_IMM_CMPL", UcpLayouts.OP_ATTR_FLAG_FORCE_IMM_CMPL);
        value("UCP_WORKER_PARAM_FIELD_THREAD_MODE", UcpLayouts.WORKER_PARAM_FIELD_THREAD_MODE);
        value("UCS_THREAD_MODE_SERIALIZED", UcpLayouts.THREAD_MODE_SERIALIZED);
        value("UCP_EP_CLOSE_FLAG_FORCE", UcpLayouts.EP_CLOSE_FLAG_FORCE);
        value("UCP_AM_SEND_FLAG_EAGER", UcpLayouts.AM_SEND_FLAG_EAGER);
        value("UCS_MEMORY_TYPE_HOST", UcpLayouts.MEMORY_TYPE_HOST);
        value("UCS_MEMORY_TYPE_CUDA", UcpLayouts.MEMORY_TYPE_CUDA);
        value("UCP_EP_PARAM_FIELD_REMOTE_ADDRESS", UcpLayouts.EP_PARAM_FIELD_REMOTE_ADDRESS);
        value("UCP_EP_PARAM_FIELD_ERR_HANDLING_MODE", UcpLayouts.EP_PARAM_FIELD_ERR_HANDLING_MODE);
        value("UCP_EP_PARAM_FIELD_ERR_HANDLER", UcpLayouts.EP_PARAM_FIELD_ERR_HANDLER);
        value("UCP_ERR_HANDLING_MODE_NONE", UcpLayouts.ERR_HANDLING_MODE_NONE);
        value("UCP_ERR_HANDLING_MODE_PEER", UcpLayouts.ERR_HANDLING_MODE_PEER);
        value("UCP_MEM_MAP_PARAM_FIELD_ADDRESS", UcpLayouts.MEM_MAP_PARAM_FIELD_ADDRESS);
        value("UCP_MEM_MAP_PARAM_FIELD_LENGTH", UcpLayouts.MEM_MAP_PARAM_FIELD_LENGTH);
        value("UCP_MEM_MAP_PARAM_FIELD_FLAGS", UcpLayouts.MEM_MAP_PARAM_FIELD_FLAGS);
        value("UCP_MEM_MAP_PARAM_FIELD_MEMORY_TYPE", UcpLayouts.MEM_MAP_PARAM_FIELD_MEMORY_TYPE);
        value("UCP_MEM_MAP_ALLOCATE", UcpLayouts.MEM_MAP_ALLOCATE);
        value("UCP_MEM_ATTR_FIELD_ADDRESS", UcpLayouts.MEM_ATTR_FIELD_ADDRESS);
        value("UCP_MEM_ATTR_FIELD_LENGTH", UcpLayouts.MEM_ATTR_FIELD_LENGTH);
        value("UCP_MEM_ATTR_FIELD_MEM_TYPE", UcpLayouts.MEM_ATTR_FIELD_MEM_TYPE);
        value("UCP_AM_HANDLER_PARAM_FIELD_ID", UcpLayouts.AM_HANDLER_PARAM_FIELD_ID);
        value("UCP_AM_HANDLER_PARAM_FIELD_CB", UcpLayouts.AM_HANDLER_PARAM_FIELD_CB);
        value("UCP_AM_HANDLER_PARAM_FIELD_ARG", UcpLayouts.AM_HANDLER_PARAM_FIELD_ARG);
        value("UCP_AM_RECV_ATTR_FLAG_RNDV", UcpLayouts.AM_RECV_ATTR_FLAG_RNDV);
        value("UCS_ERR_NO_RESOURCE", UcpStatus.NO_RESOURCE);
        value("UCP_EP_PERF_PARAM_FIELD_MESSAGE_SIZE", UcpLayouts.PERF_PARAM_FIELD_MESSAGE_SIZE);
        value("UCP_EP_PERF_ATTR_FIELD_ESTIMATED_TIME", UcpLayouts.PERF_ATTR_FIELD_ESTIMATED_TIME);
        value("UCS_ERR_INVALID_PARAM", UcpStatus.INVALID_PARAM);
        value("UCS_ERR_NO_ELEM", UcpStatus.NO_ELEM);
        value("UCS_ERR_BUSY", UcpStatus.BUSY);
        value("UCS_ERR_CANCELED", UcpStatus.CANCELED);
        value("UCS_ERR_NOT_CONNECTED", UcpStatus.NOT_CONNECTED);
        value("UCS_ERR_CONNECTION_RESET", UcpStatus.CONNECTION_RESET);
        value("UCS_ERR_ENDPOINT_TIMEOUT", UcpStatus.ENDPOINT_TIMEOUT);
    }
}
