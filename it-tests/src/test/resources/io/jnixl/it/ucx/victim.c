/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A peer to be killed, that starts in milliseconds: what a target agent is to UCX, and nothing more. It publishes a region
 * of its own and, if UCX gives some, one of shared memory, and serves them until its input ends.
 *
 * Arguments: bytes of each region. Output, in hexadecimal words: the worker's address on one line, then for each region
 * a line of address, length and remote key, then an empty line.
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucp/api/ucp.h>

static void check(ucs_status_t status, const char *what) {
    if (status != UCS_OK) {
        fprintf(stderr, "%s: %s\n", what, ucs_status_string(status));
        exit(1);
    }
}

static void hex(const void *bytes, size_t length) {
    for (size_t i = 0; i < length; i++) {
        printf("%02x", ((const unsigned char *)bytes)[i]);
    }
}

static ucs_status_t received(void *arg, const void *header, size_t header_length, void *data, size_t length,
                             const ucp_am_recv_param_t *param) {
    (void)arg; (void)header; (void)header_length; (void)data; (void)length; (void)param;
    return UCS_OK;
}

static void publish(ucp_context_h context, void *own, size_t bytes) {
    ucp_mem_map_params_t params = {.field_mask = UCP_MEM_MAP_PARAM_FIELD_ADDRESS | UCP_MEM_MAP_PARAM_FIELD_LENGTH
                                                 | UCP_MEM_MAP_PARAM_FIELD_FLAGS,
                                   .address = own,
                                   .length = bytes,
                                   .flags = own == NULL ? UCP_MEM_MAP_ALLOCATE : 0};
    ucp_mem_h memory;
    check(ucp_mem_map(context, &params, &memory), "ucp_mem_map");
    ucp_mem_attr_t attributes = {.field_mask = UCP_MEM_ATTR_FIELD_ADDRESS | UCP_MEM_ATTR_FIELD_LENGTH};
    check(ucp_mem_query(memory, &attributes), "ucp_mem_query");
    void *key;
    size_t length;
    check(ucp_rkey_pack(context, memory, &key, &length), "ucp_rkey_pack");
    printf("%lx %lx ", (unsigned long)attributes.address, (unsigned long)bytes);
    hex(key, length);
    printf("\n");
    ucp_rkey_buffer_release(key);
}

int main(int argc, char **argv) {
    size_t bytes = argc > 1 ? strtoull(argv[1], NULL, 10) : 1 << 20;
    ucp_config_t *config;
    check(ucp_config_read(NULL, NULL, &config), "ucp_config_read");
    ucp_params_t params = {.field_mask = UCP_PARAM_FIELD_FEATURES | UCP_PARAM_FIELD_MT_WORKERS_SHARED,
                           .features = UCP_FEATURE_RMA | UCP_FEATURE_AMO32 | UCP_FEATURE_AMO64 | UCP_FEATURE_AM
                                       | UCP_FEATURE_WAKEUP,
                           .mt_workers_shared = 1};
    ucp_context_h context;
    check(ucp_init(&params, config, &context), "ucp_init");
    ucp_config_release(config);
    ucp_worker_params_t worker_params = {.field_mask = UCP_WORKER_PARAM_FIELD_THREAD_MODE,
                                         .thread_mode = UCS_THREAD_MODE_MULTI};
    ucp_worker_h worker;
    check(ucp_worker_create(context, &worker_params, &worker), "ucp_worker_create");
    ucp_am_handler_param_t handler = {.field_mask = UCP_AM_HANDLER_PARAM_FIELD_ID | UCP_AM_HANDLER_PARAM_FIELD_CB,
                                      .id = 0,
                                      .cb = received};
    check(ucp_worker_set_am_recv_handler(worker, &handler), "ucp_worker_set_am_recv_handler");
    ucp_address_t *address;
    size_t length;
    check(ucp_worker_get_address(worker, &address, &length), "ucp_worker_get_address");
    hex(address, length);
    printf("\n");
    publish(context, mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), bytes);
    publish(context, NULL, bytes);
    printf("\n");
    fflush(stdout);
    struct pollfd fds[2] = {{.fd = 0, .events = POLLIN}, {.events = POLLIN}};
    check(ucp_worker_get_efd(worker, &fds[1].fd), "ucp_worker_get_efd");
    for (;;) {
        while (ucp_worker_progress(worker) > 0) {
        }
        if (ucp_worker_arm(worker) == UCS_OK && poll(fds, 2, 1) > 0 && fds[0].revents != 0) {
            return 0; /* as if it had crashed: nothing is closed */
        }
    }
}
