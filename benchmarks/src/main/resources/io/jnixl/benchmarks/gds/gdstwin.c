// SPDX-License-Identifier: Apache-2.0
/*
 * The backends GDS and GDS_MT as a C programmer would write them, to be held against the Java ones: the same calls of cuFile, the same
 * blocks in the same order, as many threads, files and memory opened and registered alike. A thread takes up to LIMIT blocks into its
 * batch and waits for all of them, or one block for a call. It obeys commands on standard input, one a line, and answers each with one.
 *
 *   gdstwin batch|calls vram|dram GPU FILE BYTES direct|cached THREADS LIMIT CUFILE CUDA
 *
 * "gdstwin direct FILE" says by its exit status whether the file system knows O_DIRECT, and removes the file: 0 yes, 3 no, 1 it cannot
 * be told. "gdstwin loads LIBRARY" ends with 0 if the loader finds it and all that it needs.
 *
 * CUFILE and CUDA are the libraries to load, so that neither is needed to compile it. What stands in gds_abi.h is compared with
 * NVIDIA's headers by the tests of backend-gds, whose resource it is.
 */
#define _GNU_SOURCE
#include "gds_abi.h"
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAX_THREADS 64
#define ALIGNMENT 4096
#define NO_DIRECT 3

static void die(const char *format, ...) {
    va_list rest;
    va_start(rest, format);
    fputs("gdstwin: ", stderr);
    vfprintf(stderr, format, rest);
    fputc('\n', stderr);
    va_end(rest);
    exit(1);
}

/* ---- the two libraries */

static CUresult (*init)(unsigned);
static CUresult (*device_get)(CUdevice *, int);
static CUresult (*retain)(CUcontext *, CUdevice);
static CUresult (*set_current)(CUcontext);
static CUresult (*synchronize)(void);
static CUresult (*allocate)(CUdeviceptr *, size_t);
static CUresult (*to_device)(CUdeviceptr, const void *, size_t);
static CUresult (*to_host)(void *, CUdeviceptr, size_t);
static CUfileError_t (*driver_open)(void);
static CUfileError_t (*register_file)(CUfileHandle_t *, CUfileDescr_t *);
static CUfileError_t (*register_buffer)(const void *, size_t, int);
static ssize_t (*read_file)(CUfileHandle_t, void *, size_t, off_t, off_t);
static ssize_t (*write_file)(CUfileHandle_t, const void *, size_t, off_t, off_t);
static CUfileError_t (*batch_set_up)(CUfileBatchHandle_t *, unsigned);
static CUfileError_t (*batch_submit)(CUfileBatchHandle_t, unsigned, CUfileIOParams_t *, unsigned);
static CUfileError_t (*batch_status)(CUfileBatchHandle_t, unsigned, unsigned *, CUfileIOEvents_t *, struct timespec *);

static void *library(const char *name) {
    void *found = dlopen(name, RTLD_NOW | RTLD_LOCAL);
    if (found == NULL)
        die("%s", dlerror());
    return found;
}

/* Through memory: ISO C has no cast from a pointer to a function's. */
static void bind(void *from, const char *symbol, void *function) {
    void *found = dlsym(from, symbol);
    if (found == NULL)
        die("%s", dlerror());
    memcpy(function, &found, sizeof found);
}

static void load(const char *cufile, const char *cuda, int batches) {
    void *c = library(cuda), *f = library(cufile);
    bind(c, "cuInit", &init);
    bind(c, "cuDeviceGet", &device_get);
    bind(c, "cuDevicePrimaryCtxRetain", &retain);
    bind(c, "cuCtxSetCurrent", &set_current);
    bind(c, "cuCtxSynchronize", &synchronize);
    bind(c, "cuMemAlloc_v2", &allocate);
    bind(c, "cuMemcpyHtoD_v2", &to_device);
    bind(c, "cuMemcpyDtoH_v2", &to_host);
    bind(f, "cuFileDriverOpen", &driver_open);
    bind(f, "cuFileHandleRegister", &register_file);
    bind(f, "cuFileBufRegister", &register_buffer);
    bind(f, "cuFileRead", &read_file);
    bind(f, "cuFileWrite", &write_file);
    if (batches) {
        bind(f, "cuFileBatchIOSetUp", &batch_set_up);
        bind(f, "cuFileBatchIOSubmit", &batch_submit);
        bind(f, "cuFileBatchIOGetStatus", &batch_status);
    }
}

static void cuda(CUresult result, const char *what) {
    if (result != 0)
        die("%s: CUDA error %d", what, result);
}

static void cufile(CUfileError_t error, const char *what) {
    if (error.err != 0)
        die("%s: cuFile error %d, CUDA error %d", what, error.err, error.cu_err);
}

/* ---- what is moved, and by whom */

static int batched, on_gpu;
static unsigned threads, limit;
static size_t bytes;
static CUcontext context;
static CUfileHandle_t file;
static char *memory;

static int writing;
static size_t block;
static unsigned blocks;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t work = PTHREAD_COND_INITIALIZER, rest = PTHREAD_COND_INITIALIZER;
static unsigned next_block, moved_blocks;

static void move_by_calls(unsigned first, unsigned count) {
    for (unsigned i = first; i < first + count; i++) {
        off_t at = (off_t)(i * block);
        for (size_t done = 0; done < block;) {
            off_t from = at + (off_t)done;
            ssize_t n = writing ? write_file(file, memory, block - done, from, from)
                                : read_file(file, memory, block - done, from, from);
            if (n <= 0)
                die("a %s of %zu bytes at %lld answers %zd: %s", writing ? "write" : "read", block - done, (long long)from, n,
                    n == -1 ? strerror(errno) : "cuFile's error");
            done += (size_t)n;
        }
    }
}

static void move_by_batch(CUfileBatchHandle_t batch, CUfileIOParams_t *params, CUfileIOEvents_t *events, unsigned first,
                          unsigned count) {
    for (unsigned i = 0; i < count; i++) {
        CUfileIOParams_t *p = &params[i];
        off_t at = (off_t)((first + i) * block);
        p->mode = CUFILE_BATCH;
        p->u.batch.devPtr_base = memory;
        p->u.batch.file_offset = at;
        p->u.batch.devPtr_offset = at;
        p->u.batch.size = block;
        p->fh = file;
        p->opcode = writing ? CUFILE_WRITE : CUFILE_READ;
        p->cookie = p;
    }
    cufile(batch_submit(batch, count, params, 0), "cuFileBatchIOSubmit");
    for (unsigned done = 0; done < count;) {
        unsigned n = limit;
        cufile(batch_status(batch, count - done, &n, events, NULL), "cuFileBatchIOGetStatus");
        for (unsigned i = 0; i < n; i++) {
            CUfileIOParams_t *p = events[i].cookie;
            if (events[i].status == CUFILE_WAITING || events[i].status == CUFILE_PENDING || p->cookie == NULL)
                continue; /* or it was told before */
            if (events[i].status != CUFILE_COMPLETE || events[i].ret != block)
                die("an entry of a batch ended with status %d and %zd of %zu bytes", (int)events[i].status,
                    (ssize_t)events[i].ret, block);
            p->cookie = NULL;
            done++;
        }
    }
}

static void *worker(void *unused) {
    CUfileBatchHandle_t batch = NULL;
    CUfileIOParams_t *params = calloc(limit, sizeof *params);
    CUfileIOEvents_t *events = calloc(limit, sizeof *events);
    if (on_gpu)
        cuda(set_current(context), "cuCtxSetCurrent");
    if (batched)
        cufile(batch_set_up(&batch, limit), "cuFileBatchIOSetUp");
    pthread_mutex_lock(&lock);
    for (;;) {
        while (next_block >= blocks)
            pthread_cond_wait(&work, &lock);
        unsigned first = next_block;
        unsigned most = batched ? limit : 1;
        unsigned count = blocks - first < most ? blocks - first : most;
        next_block += count;
        if (next_block < blocks)
            pthread_cond_signal(&work);
        pthread_mutex_unlock(&lock);
        if (batched)
            move_by_batch(batch, params, events, first, count);
        else
            move_by_calls(first, count);
        pthread_mutex_lock(&lock);
        moved_blocks += count;
        if (moved_blocks == blocks)
            pthread_cond_signal(&rest);
    }
    return unused;
}

static void round_of_all(void) {
    pthread_mutex_lock(&lock);
    next_block = moved_blocks = 0;
    pthread_cond_signal(&work);
    while (moved_blocks < blocks)
        pthread_cond_wait(&rest, &lock);
    pthread_mutex_unlock(&lock);
}

/* ---- commands */

static void put(const char *from, size_t n) {
    if (on_gpu) {
        cuda(to_device((CUdeviceptr)memory, from, n), "cuMemcpyHtoD");
        cuda(synchronize(), "cuCtxSynchronize");
    } else
        memcpy(memory, from, n);
}

static void get(char *to, size_t n) {
    if (on_gpu)
        cuda(to_host(to, (CUdeviceptr)memory, n), "cuMemcpyDtoH");
    else
        memcpy(to, memory, n);
}

/* One round there and one back, with other contents each time, so that what is timed is known to move the bytes. */
static void verify(void) {
    static uint64_t seed = 1;
    size_t n = block * blocks;
    uint64_t *content = malloc(n), *back = calloc(1, n);
    seed += UINT64_C(1) << 32;
    for (size_t i = 0; i < n / 8; i++)
        content[i] = (seed + i) * UINT64_C(0x9e3779b97f4a7c15);
    put((char *)content, n);
    writing = 1;
    round_of_all();
    put((char *)back, n);
    writing = 0;
    round_of_all();
    get((char *)back, n);
    if (memcmp(content, back, n) != 0)
        die("the bytes that came back are not those that were written");
    free(content);
    free(back);
}

static void prepare(const char *operation, size_t size, unsigned count) {
    if (size == 0 || size % 8 != 0 || count == 0 || size > bytes / count)
        die("%u blocks of %zu bytes do not fit", count, size);
    pthread_mutex_lock(&lock);
    block = size;
    next_block = moved_blocks = blocks = count;
    pthread_mutex_unlock(&lock);
    verify();
    writing = strcmp(operation, "WRITE") == 0;
}

static int64_t now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

static void obey(char *line) {
    char operation[16];
    size_t size;
    unsigned count;
    if (sscanf(line, "prepare %15s %zu %u", operation, &size, &count) == 3) {
        prepare(operation, size, count);
        puts("ok");
    } else if (sscanf(line, "run %u", &count) == 1) {
        int64_t start = now();
        for (unsigned i = 0; i < count; i++)
            round_of_all();
        printf("ok %" PRId64 "\n", now() - start);
    } else
        die("no such command: %s", line);
}

static void open_file(const char *path, int direct) {
    CUfileDescr_t description = {.type = CU_FILE_HANDLE_TYPE_OPAQUE_FD};
    description.handle.fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | (direct ? O_DIRECT : 0), 0600);
    if (description.handle.fd < 0 || ftruncate(description.handle.fd, (off_t)bytes) != 0)
        die("%s: %s", path, strerror(errno));
    cufile(register_file(&file, &description), "cuFileHandleRegister");
}

static void open_memory(int ordinal) {
    CUdevice device;
    CUdeviceptr pointer;
    cuda(init(0), "cuInit");
    if (on_gpu) {
        cuda(device_get(&device, ordinal), "cuDeviceGet");
        cuda(retain(&context, device), "cuDevicePrimaryCtxRetain");
        cuda(set_current(context), "cuCtxSetCurrent");
        cuda(allocate(&pointer, bytes), "cuMemAlloc");
        memory = (char *)pointer;
    } else if ((memory = aligned_alloc(ALIGNMENT, bytes)) == NULL)
        die("no memory");
    else
        memset(memory, 0, bytes);
    CUfileError_t error = register_buffer(memory, bytes, 0);
    if (error.err != 0)
        fprintf(stderr, "gdstwin: the memory is not registered: cuFile error %d\n", error.err);
    printf("ready %s\n", error.err == 0 ? "registered" : "unregistered");
}

static int knows_direct(const char *path) {
    int fd = open(path, O_RDWR | O_CREAT | O_DIRECT, 0600);
    int error = errno;
    unlink(path); /* a refused O_DIRECT leaves the file all the same */
    if (fd < 0 && error != EINVAL)
        die("%s: %s", path, strerror(error));
    return fd >= 0;
}

int main(int argc, char **argv) {
    char line[256];
    pthread_t thread;
    if (argc == 3 && strcmp(argv[1], "direct") == 0)
        return knows_direct(argv[2]) ? 0 : NO_DIRECT;
    if (argc == 3 && strcmp(argv[1], "loads") == 0) {
        library(argv[2]);
        return 0;
    }
    if (argc != 11)
        die("10 arguments, please");
    batched = strcmp(argv[1], "batch") == 0;
    on_gpu = strcmp(argv[2], "vram") == 0;
    bytes = strtoull(argv[5], NULL, 10) / ALIGNMENT * ALIGNMENT;
    threads = (unsigned)strtoul(argv[7], NULL, 10);
    limit = (unsigned)strtoul(argv[8], NULL, 10);
    if (bytes == 0 || threads == 0 || threads > MAX_THREADS || limit == 0)
        die("bytes, threads and limit are positive, and threads %d at most", MAX_THREADS);
    setvbuf(stdout, NULL, _IOLBF, 0);
    load(argv[9], argv[10], batched);
    cufile(driver_open(), "cuFileDriverOpen");
    open_memory(atoi(argv[3]));
    open_file(argv[4], strcmp(argv[6], "direct") == 0);
    for (unsigned i = 0; i < threads; i++)
        if (pthread_create(&thread, NULL, worker, NULL) != 0)
            die("no thread");
    while (fgets(line, sizeof line, stdin) != NULL)
        obey(line);
    fflush(NULL);
    _exit(0); /* whatever the threads hold goes with the process */
}
