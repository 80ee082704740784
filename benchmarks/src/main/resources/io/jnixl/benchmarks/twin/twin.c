// SPDX-License-Identifier: Apache-2.0
/*
 * The UCX backend of jnixl as a C programmer would write it, to be held against the Java one: the same settings, features,
 * thread mode and endpoints; one put or get per descriptor from flat columns, one flush per post (none for a single get),
 * then the notification. One thread does everything. It obeys commands on standard input, one a line, and answers each with one line.
 *
 *   twin NAME private|shared BYTES [multi] [fast]
 *
 * "multi" and "fast" put MULTI_SEND and FAST_CMPL on each put and get. The first line that it writes is "ready" and what a
 * peer needs to connect. "connect" takes that of the other side. The rest is in obey(), below.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <ucp/api/ucp.h>
#include <unistd.h>

#define NOTIFICATION_ID 0
#define SPIN_NS 50000         /* as our adaptive policy at first: then sleep until an event */
#define SHORTEST_MS 1         /* not every transport tells all that could go on by an event */
#define LONGEST_MS 1000
#define IDLE_MS 150
#define BURST 100
#define LIMIT_NS 60000000000u /* nothing here waits longer */
#define LINE_BYTES (1 << 16)

/* Our UcxDefaults, from which 1.x of UCX on (a test compares them); what the environment says in UCX_... stands above. */
static const struct {
    const char *key;
    const char *value;
    unsigned minor;
} defaults[] = {
    {"RNDV_THRESH", "inf", 0},
    {"MAX_RMA_RAILS", "2", 15},
    {"MAX_HCA_PER_GPU", "auto", 21},
    {"RNDV_PIPELINE_ERROR_HANDLING", "y", 22},
    {"MM_ERROR_HANDLING", "y", 0},
    {"KEEPALIVE_INTERVAL", "500ms", 0},
    {"ALLOC_PRIO", "md:sysv,md:posix,huge,mmap", 0},
};

struct notification {
    struct notification *next;
    size_t length;
    char bytes[];
};

static const char *name = "";
static uint32_t data_flags;
static ucp_context_h context;
static ucp_worker_h worker;
static int event_fd;
static ucp_mem_h memory;
static char *base;
static size_t memory_bytes;

static ucp_ep_h endpoint;
static ucp_rkey_h rkey;
static uint64_t remote_base;

/* A prepared transfer: columns, as ours has them. */
static struct {
    int write;
    size_t count;
    uint64_t *local;
    uint64_t *remote;
    size_t *length;
} transfer;

static struct notification *first, *last; /* those that came and were not taken */
static char line[LINE_BYTES];
static size_t line_length;

__attribute__((noreturn, format(printf, 1, 2))) static void die(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fprintf(stderr, "twin %s: ", name);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    exit(1);
}

static void require(ucs_status_t status, const char *what)
{
    if (status != UCS_OK)
        die("%s: %s", what, ucs_status_string(status));
}

static uint64_t now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

__attribute__((format(printf, 1, 2))) static void answer(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    putchar('\n');
    fflush(stdout);
}

/* ---- moving */

static void on_end(void *request, ucs_status_t status, void *done)
{
    require(status, "a request");
    *(volatile int *)done = 1;
    ucp_request_free(request);
}

static void on_loss(void *argument, ucp_ep_h lost, ucs_status_t status)
{
    (void)argument, (void)lost;
    fprintf(stderr, "twin %s: the peer is gone: %s\n", name, ucs_status_string(status));
    exit(2);
}

/* Whether it has ended already, or will say so later. */
static int is_done(ucs_status_ptr_t request, const char *what)
{
    if (UCS_PTR_IS_ERR(request))
        die("%s: %s", what, ucs_status_string(UCS_PTR_STATUS(request)));
    return request == NULL;
}

static uint64_t check_limit(uint64_t start)
{
    uint64_t t = now();
    if (start != 0 && t - start > LIMIT_NS)
        die("waited too long");
    return start == 0 ? t : start;
}

static void progress_until(const volatile int *done)
{
    uint64_t start = 0;
    for (unsigned rounds = 1; !*done; rounds++) {
        ucp_worker_progress(worker);
        if (rounds % (1 << 20) == 0)
            start = check_limit(start);
    }
}

/* Posts that ended inside the call: there is nothing to progress for them. */
static unsigned ended_at_once;

static void wait_for(ucs_status_ptr_t request, const volatile int *done, const char *what)
{
    if (!is_done(request, what))
        progress_until(done);
    else if (++ended_at_once % 16 == 0)
        ucp_worker_progress(worker); /* or nobody would serve the peer and its keepalive */
}

static void flush(void)
{
    volatile int done = 0;
    ucp_request_param_t param = {
        .op_attr_mask = UCP_OP_ATTR_FIELD_CALLBACK | UCP_OP_ATTR_FIELD_USER_DATA,
        .cb.send = on_end,
        .user_data = (void *)&done,
    };
    wait_for(ucp_ep_flush_nbx(endpoint, &param), &done, "flush");
}

/* A single get needs no flush: it ends when its bytes are here. */
static void get_one(void)
{
    volatile int done = 0;
    ucp_request_param_t param = {
        .op_attr_mask = UCP_OP_ATTR_FIELD_MEMH | UCP_OP_ATTR_FIELD_MEMORY_TYPE | UCP_OP_ATTR_FIELD_CALLBACK |
                        UCP_OP_ATTR_FIELD_USER_DATA | data_flags,
        .memory_type = UCS_MEMORY_TYPE_HOST,
        .memh = memory,
        .cb.send = on_end,
        .user_data = (void *)&done,
    };
    wait_for(ucp_get_nbx(endpoint, (void *)transfer.local[0], transfer.length[0], transfer.remote[0], rkey, &param), &done,
             "get");
}

/* Moves what the columns say, and waits for that. */
static void post(void)
{
    const ucp_request_param_t param = {
        .op_attr_mask = UCP_OP_ATTR_FIELD_MEMH | UCP_OP_ATTR_FIELD_MEMORY_TYPE | data_flags,
        .memory_type = UCS_MEMORY_TYPE_HOST,
        .memh = memory,
    };
    const uint64_t *local = transfer.local, *remote = transfer.remote;
    const size_t *length = transfer.length;
    size_t count = transfer.count;
    if (!transfer.write && count == 1) {
        get_one();
        return;
    }
    for (size_t i = 0; i < count; i++) {
        ucs_status_ptr_t request =
            transfer.write ? ucp_put_nbx(endpoint, (void *)local[i], length[i], remote[i], rkey, &param)
                           : ucp_get_nbx(endpoint, (void *)local[i], length[i], remote[i], rkey, &param);
        if (request != NULL) {
            is_done(request, "put or get");
            ucp_request_free(request); /* the flush tells */
        }
    }
    flush();
}

/* ---- notifications: the wire format of NIXL */

static char *put_record(char *at, const char *tag, const char *bytes, uint64_t length)
{
    at = stpcpy(at, tag);
    memcpy(at, &length, sizeof length);
    at += sizeof length;
    memcpy(at, bytes, length);
    at += length;
    *at++ = '|';
    return at;
}

static void notify(const char *bytes, size_t length)
{
    static char message[1024];
    volatile int done = 0;
    ucp_request_param_t param = {
        .op_attr_mask = UCP_OP_ATTR_FIELD_CALLBACK | UCP_OP_ATTR_FIELD_USER_DATA | UCP_OP_ATTR_FIELD_FLAGS |
                        UCP_OP_ATTR_FIELD_MEMORY_TYPE,
        .flags = UCP_AM_SEND_FLAG_EAGER,
        .memory_type = UCS_MEMORY_TYPE_HOST,
        .cb.send = on_end,
        .user_data = (void *)&done,
    };
    char *end = stpcpy(message, "nixlSerDes|");
    end = put_record(end, "name", name, strlen(name));
    end = put_record(end, "msg", bytes, length);
    if (is_done(ucp_am_send_nbx(endpoint, NOTIFICATION_ID, NULL, 0, message, (size_t)(end - message), &param), "send"))
        return;
    progress_until(&done);
}

/* Answers where the record's payload begins, or NULL. */
static const char *get_record(const char **at, const char *end, const char *tag, uint64_t *length)
{
    size_t tag_length = strlen(tag);
    const char *payload = *at + tag_length + sizeof *length;
    if (payload >= end || memcmp(*at, tag, tag_length) != 0)
        return NULL;
    memcpy(length, *at + tag_length, sizeof *length);
    if (*length >= (uint64_t)(end - payload))
        return NULL;
    *at = payload + *length + 1;
    return payload;
}

/* Keeps sender and message, one behind the other. */
static ucs_status_t on_notification(void *argument, const void *header, size_t header_length, void *data, size_t length,
                                    const ucp_am_recv_param_t *param)
{
    const char *at = (const char *)data + 11, *end = (const char *)data + length;
    uint64_t sender_length, message_length;
    const char *sender, *message;
    (void)argument, (void)header, (void)header_length, (void)param;
    if (length < 11 || memcmp(data, "nixlSerDes|", 11) != 0 ||
        (sender = get_record(&at, end, "name", &sender_length)) == NULL ||
        (message = get_record(&at, end, "msg", &message_length)) == NULL)
        die("not a notification");
    struct notification *kept = malloc(sizeof *kept + sender_length + message_length);
    kept->next = NULL;
    kept->length = sender_length + message_length;
    memcpy(kept->bytes, sender, sender_length);
    memcpy(kept->bytes + sender_length, message, message_length);
    if (last == NULL)
        first = kept;
    else
        last->next = kept;
    last = kept;
    return UCS_OK;
}

static void take_notification(void)
{
    uint64_t start = 0;
    for (unsigned rounds = 1; first == NULL; rounds++) {
        ucp_worker_progress(worker);
        if (rounds % (1 << 20) == 0)
            start = check_limit(start);
    }
    struct notification *taken = first;
    first = taken->next;
    if (first == NULL)
        last = NULL;
    free(taken);
}

/* ---- the beginning */

static void start_ucx(void)
{
    ucp_params_t params = {
        .field_mask = UCP_PARAM_FIELD_FEATURES | UCP_PARAM_FIELD_MT_WORKERS_SHARED,
        .features = UCP_FEATURE_RMA | UCP_FEATURE_AMO32 | UCP_FEATURE_AMO64 | UCP_FEATURE_AM | UCP_FEATURE_WAKEUP,
        .mt_workers_shared = 1,
    };
    ucp_worker_params_t worker_params = {
        .field_mask = UCP_WORKER_PARAM_FIELD_THREAD_MODE,
        .thread_mode = UCS_THREAD_MODE_SERIALIZED,
    };
    ucp_am_handler_param_t handler = {
        .field_mask = UCP_AM_HANDLER_PARAM_FIELD_ID | UCP_AM_HANDLER_PARAM_FIELD_CB,
        .id = NOTIFICATION_ID,
        .cb = on_notification,
    };
    ucp_config_t *config;
    unsigned major, minor, release;
    ucp_get_version(&major, &minor, &release);
    require(ucp_config_read(NULL, NULL, &config), "ucp_config_read");
    for (size_t i = 0; i < sizeof defaults / sizeof defaults[0]; i++) {
        char variable[64];
        snprintf(variable, sizeof variable, "UCX_%s", defaults[i].key);
        if (getenv(variable) == NULL && minor >= defaults[i].minor)
            require(ucp_config_modify(config, defaults[i].key, defaults[i].value), defaults[i].key);
    }
    require(ucp_init(&params, config, &context), "ucp_init");
    ucp_config_release(config);
    require(ucp_worker_create(context, &worker_params, &worker), "ucp_worker_create");
    require(ucp_worker_get_efd(worker, &event_fd), "ucp_worker_get_efd");
    require(ucp_worker_set_am_recv_handler(worker, &handler), "ucp_worker_set_am_recv_handler");
}

static void map_memory(int shared)
{
    ucp_mem_map_params_t params = {
        .field_mask = UCP_MEM_MAP_PARAM_FIELD_LENGTH | UCP_MEM_MAP_PARAM_FIELD_FLAGS |
                      UCP_MEM_MAP_PARAM_FIELD_MEMORY_TYPE,
        .length = memory_bytes,
        .flags = shared ? UCP_MEM_MAP_ALLOCATE : 0,
        .memory_type = UCS_MEMORY_TYPE_HOST,
    };
    if (!shared) {
        if (posix_memalign((void **)&base, 4096, memory_bytes) != 0)
            die("no memory");
        memset(base, 0, memory_bytes);
        params.field_mask |= UCP_MEM_MAP_PARAM_FIELD_ADDRESS;
        params.address = base;
    }
    require(ucp_mem_map(context, &params, &memory), "ucp_mem_map");
    ucp_mem_attr_t attributes = {.field_mask = UCP_MEM_ATTR_FIELD_ADDRESS};
    require(ucp_mem_query(memory, &attributes), "ucp_mem_query");
    base = attributes.address;
}

static void print_hex(const void *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        printf("%02x", ((const unsigned char *)bytes)[i]);
}

/* Lengths of address and key, base, address, key. */
static void print_ready(void)
{
    ucp_worker_attr_t attributes = {.field_mask = UCP_WORKER_ATTR_FIELD_ADDRESS};
    void *key;
    size_t key_length;
    require(ucp_worker_query(worker, &attributes), "ucp_worker_query");
    require(ucp_rkey_pack(context, memory, &key, &key_length), "ucp_rkey_pack");
    uint64_t head[3] = {attributes.address_length, key_length, (uint64_t)base};
    printf("ready ");
    print_hex(head, sizeof head);
    print_hex(attributes.address, attributes.address_length);
    print_hex(key, key_length);
    answer("%s", "");
    ucp_worker_release_address(worker, attributes.address);
    ucp_rkey_buffer_release(key);
}

static void connect_to(const char *hex)
{
    size_t length = strlen(hex) / 2;
    char *bytes = calloc(1, length + 256); /* room: UCX is not told how long its things are */
    for (size_t i = 0; i < length; i++)
        if (sscanf(hex + 2 * i, "%2hhx", (unsigned char *)bytes + i) != 1)
            die("not hexadecimal");
    uint64_t head[3];
    memcpy(head, bytes, sizeof head);
    if (length != sizeof head + head[0] + head[1])
        die("not a twin's address");
    remote_base = head[2];
    ucp_ep_params_t params = {
        .field_mask = UCP_EP_PARAM_FIELD_REMOTE_ADDRESS | UCP_EP_PARAM_FIELD_ERR_HANDLING_MODE |
                      UCP_EP_PARAM_FIELD_ERR_HANDLER,
        .address = (const ucp_address_t *)(bytes + sizeof head),
        .err_mode = UCP_ERR_HANDLING_MODE_PEER,
        .err_handler.cb = on_loss,
    };
    require(ucp_ep_create(worker, &params, &endpoint), "ucp_ep_create");
    flush();
    require(ucp_ep_rkey_unpack(endpoint, bytes + sizeof head + head[0], &rkey), "ucp_ep_rkey_unpack");
    free(bytes);
}

/* ---- commands */

/* Block by block through the memory, and from its start again. */
static void prepare(int write, size_t block, size_t count)
{
    size_t slots = memory_bytes / block;
    free(transfer.local), free(transfer.remote), free(transfer.length);
    transfer.write = write;
    transfer.count = count;
    transfer.local = malloc(count * sizeof *transfer.local);
    transfer.remote = malloc(count * sizeof *transfer.remote);
    transfer.length = malloc(count * sizeof *transfer.length);
    for (size_t i = 0; i < count; i++) {
        transfer.local[i] = (uint64_t)base + i % slots * block;
        transfer.remote[i] = remote_base + i % slots * block;
        transfer.length[i] = block;
    }
}

static uint64_t run(size_t posts)
{
    uint64_t start = now();
    for (size_t i = 0; i < posts; i++)
        post();
    return now() - start;
}

static int compare(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

/* The median of the times that so many posts take, with so long before each time that nothing happens. */
static uint64_t latency(size_t times, size_t posts, long idle_ms)
{
    uint64_t *ns = malloc(times * sizeof *ns);
    struct timespec idle = {.tv_nsec = idle_ms * 1000000};
    for (size_t i = 0; i < times; i++) {
        if (idle_ms > 0)
            nanosleep(&idle, NULL);
        uint64_t start = now();
        for (size_t k = 0; k < posts; k++)
            post();
        ns[i] = now() - start;
    }
    qsort(ns, times, sizeof *ns, compare);
    uint64_t median = ns[times / 2];
    free(ns);
    return median;
}

static uint64_t ping(size_t rounds, int with_data)
{
    uint64_t start = now();
    for (size_t i = 0; i < rounds; i++) {
        if (with_data)
            post();
        notify("ping", 4);
        take_notification();
    }
    return now() - start;
}

static void echo(size_t rounds)
{
    for (size_t i = 0; i < rounds; i++) {
        take_notification();
        notify("pong", 4);
    }
}

static uint64_t mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static void fill(uint64_t seed, size_t bytes)
{
    for (size_t i = 0; i < bytes / 8; i++)
        ((uint64_t *)base)[i] = mix(seed + i);
}

static uint64_t sum(size_t bytes)
{
    uint64_t s = 0;
    for (size_t i = 0; i < bytes / 8; i++)
        s = mix(s ^ ((uint64_t *)base)[i]);
    return s;
}

static void obey(char *command)
{
    char *word = strtok(command, " ");
    char *argument[3] = {0};
    for (int i = 0; word != NULL && i < 3; i++)
        argument[i] = strtok(NULL, " ");
    uint64_t a = argument[0] ? strtoull(argument[0], NULL, 10) : 0;
    uint64_t b = argument[1] ? strtoull(argument[1], NULL, 10) : 0;
    uint64_t c = argument[2] ? strtoull(argument[2], NULL, 10) : 0;
    if (word == NULL)
        die("an empty command");
    else if (strcmp(word, "connect") == 0 && argument[0])
        connect_to(argument[0]), answer("ok");
    else if (strcmp(word, "prepare") == 0 && c > 0 && b <= memory_bytes)
        prepare(strcmp(argument[0], "WRITE") == 0, b, c), answer("ok");
    else if (strcmp(word, "run") == 0)
        answer("ok %" PRIu64, run(a));
    else if (strcmp(word, "latency") == 0)
        answer("ok %" PRIu64, latency(a, 1, 0));
    else if (strcmp(word, "first") == 0)
        answer("ok %" PRIu64, latency(a, 1, IDLE_MS));
    else if (strcmp(word, "burst") == 0)
        answer("ok %" PRIu64, latency(a, BURST, IDLE_MS));
    else if (strcmp(word, "ping") == 0)
        answer("ok %" PRIu64, ping(a, 0));
    else if (strcmp(word, "pingdata") == 0)
        answer("ok %" PRIu64, ping(a, 1));
    else if (strcmp(word, "echo") == 0)
        answer("ok"), echo(a); /* says that it is there, not that it is through */
    else if (strcmp(word, "fill") == 0 && b <= memory_bytes)
        fill(a, b), answer("ok");
    else if (strcmp(word, "sum") == 0 && a <= memory_bytes)
        answer("ok %" PRIu64, sum(a));
    else
        die("no such command: %s", word);
}

/* Serves the peer until there is input: progress while there is something to do, a short spin, then sleep. */
static void serve(void)
{
    struct pollfd fds[2] = {{.fd = event_fd, .events = POLLIN}, {.fd = STDIN_FILENO, .events = POLLIN}};
    uint64_t idle_since = 0;
    int millis = SHORTEST_MS;
    while (!(fds[1].revents & (POLLIN | POLLHUP))) {
        int events = (int)ucp_worker_progress(worker);
        uint64_t t = now();
        if (events > 0 || idle_since == 0)
            idle_since = t;
        if (events > 0)
            millis = SHORTEST_MS;
        if (events > 0 || t - idle_since < SPIN_NS || ucp_worker_arm(worker) != UCS_OK)
            continue;
        if (poll(fds, 2, millis) < 0 && errno != EINTR)
            die("poll: %s", strerror(errno));
        millis = 2 * millis < LONGEST_MS ? 2 * millis : LONGEST_MS;
        idle_since = 0;
    }
}

/* Reads what there is, and obeys; false at the end of the input. */
static int read_commands(void)
{
    ssize_t n = read(STDIN_FILENO, line + line_length, sizeof line - 1 - line_length);
    if (n <= 0)
        return 0;
    line_length += (size_t)n;
    if (line_length == sizeof line - 1)
        die("a command is too long");
    char *end;
    while ((end = memchr(line, '\n', line_length)) != NULL) {
        *end = '\0';
        obey(line);
        line_length -= (size_t)(end + 1 - line);
        memmove(line, end + 1, line_length);
    }
    return 1;
}

int main(int argc, char **argv)
{
    if (argc < 4)
        die("twin NAME private|shared BYTES [multi] [fast]");
    name = argv[1];
    memory_bytes = strtoull(argv[3], NULL, 10);
    for (int i = 4; i < argc; i++) {
        if (strcmp(argv[i], "multi") == 0)
            data_flags |= UCP_OP_ATTR_FLAG_MULTI_SEND;
        else if (strcmp(argv[i], "fast") == 0)
            data_flags |= UCP_OP_ATTR_FLAG_FAST_CMPL;
        else
            die("unknown: %s", argv[i]);
    }
    start_ucx();
    map_memory(strcmp(argv[2], "shared") == 0);
    print_ready();
    do
        serve();
    while (read_commands());
    _exit(0); /* the peer may be gone already: nothing to say goodbye to */
}
