// SPDX-License-Identifier: Apache-2.0
//
// A stand-in for libcufile.so.0 and libcuda.so.1 on machines without a GPU: the same binary interface over pread(2), pwrite(2) and
// malloc(3). It is strict where the real libraries are (contexts, registrations, use after close), it counts what is open, and it
// fails as it is told to: see standin_fault. What it says of speed, of DMA and of NVIDIA's own behaviour is nothing.
#define _GNU_SOURCE
#include "gds_abi.h"
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))
#ifdef WITHOUT_STREAMS // as libraries before CUDA 12.2 are
#define EXPORT_STREAM __attribute__((visibility("hidden")))
#else
#define EXPORT_STREAM EXPORT
#endif
#define DEVICES 2
#define TABLE 65536
#define FAULTS 32

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

// ---- control: what tests call

static struct { char call[40]; long after, times; int err, cuda; } faults[FAULTS];
static int fault_count;
static long short_bytes, delay_nanos, polls, empty_polls, shared_blocks, busy_destroyed;
static long handles, buffers, batches, allocations, contexts, drivers, streams, events, file_streams;

// From its after-th call on, "call" fails so many times with this cuFile and CUDA error. "read", "write" and "event" take an errno
// as well; "event" fails the reads and writes of batches, "stream" those of streams, "status" with the status that err says. "drop" lets a cancel end the entries
// of a batch without an event; "pending" lets a look at a batch that is not ready say so by an event, at once.
EXPORT void standin_fault(const char *call, long after, long times, int err, int cuda) {
    pthread_mutex_lock(&lock);
    if (fault_count < FAULTS) {
        strncpy(faults[fault_count].call, call, sizeof faults[0].call - 1);
        faults[fault_count].after = after;
        faults[fault_count].times = times;
        faults[fault_count].err = err;
        faults[fault_count].cuda = cuda;
        fault_count++;
    }
    pthread_mutex_unlock(&lock);
}

// The most bytes that a read or write moves at once; 0 for all.
EXPORT void standin_short(long bytes) { short_bytes = bytes; }

// How long the entries of a batch take, and what a stream is given, from their submission on.
EXPORT void standin_delay(long nanos) { delay_nanos = nanos; }

EXPORT void standin_reset(void) {
    pthread_mutex_lock(&lock);
    memset(faults, 0, sizeof faults);
    fault_count = 0;
    short_bytes = delay_nanos = polls = empty_polls = shared_blocks = busy_destroyed = 0;
    pthread_mutex_unlock(&lock);
}

EXPORT long standin_count(const char *what) {
    pthread_mutex_lock(&lock);
    long n = !strcmp(what, "handles") ? handles : !strcmp(what, "buffers") ? buffers
           : !strcmp(what, "batches") ? batches : !strcmp(what, "allocations") ? allocations
           : !strcmp(what, "contexts") ? contexts : !strcmp(what, "drivers") ? drivers
           : !strcmp(what, "streams") ? streams : !strcmp(what, "events") ? events
           : !strcmp(what, "file_streams") ? file_streams
           : !strcmp(what, "polls") ? polls : !strcmp(what, "empty_polls") ? empty_polls
           : !strcmp(what, "shared_blocks") ? shared_blocks : !strcmp(what, "busy_destroyed") ? busy_destroyed : -1;
    pthread_mutex_unlock(&lock);
    return n;
}

EXPORT const char *standin_environment(const char *name) { return getenv(name); }

// With the lock held.
static int fault(const char *call, int *cuda) {
    for (int i = 0; i < fault_count; i++) {
        if (!strcmp(faults[i].call, call)) {
            if (faults[i].after > 0) {
                faults[i].after--;
            } else if (faults[i].times > 0) {
                faults[i].times--;
                *cuda = faults[i].cuda;
                return faults[i].err;
            }
        }
    }
    return 0;
}

static int is_told(const char *behaviour) {
    int cuda = 0;
    pthread_mutex_lock(&lock);
    int told = fault_count > 0 && fault(behaviour, &cuda) != 0;
    pthread_mutex_unlock(&lock);
    return told;
}

static CUfileError_t answer(int err, int cuda) {
    CUfileError_t e = {err, cuda};
    return e;
}

static void count(long *counter, long by) {
    pthread_mutex_lock(&lock);
    *counter += by;
    pthread_mutex_unlock(&lock);
}

#define BEGIN_CUDA(call)                                                                                                         \
    int cuda = 0;                                                                                                                \
    pthread_mutex_lock(&lock);                                                                                                   \
    int err = fault_count == 0 ? 0 : fault(call, &cuda);                                                                         \
    pthread_mutex_unlock(&lock);                                                                                                 \
    if (err != 0 || cuda != 0)                                                                                                   \
        return cuda;                                                                                                             \
    if (!initialised)                                                                                                            \
    return CUDA_ERROR_NOT_INITIALIZED

#define BEGIN_FILE(call)                                                                                                         \
    int cuda = 0;                                                                                                                \
    pthread_mutex_lock(&lock);                                                                                                   \
    int err = fault_count == 0 ? 0 : fault(call, &cuda);                                                                         \
    pthread_mutex_unlock(&lock);                                                                                                 \
    if (err != 0)                                                                                                                \
        return answer(err, cuda);                                                                                                \
    if (drivers == 0)                                                                                                            \
    return answer(CU_FILE_DRIVER_NOT_INITIALIZED, 0)

// ---- the CUDA driver

static int initialised;
static struct { int device, users; } primary[DEVICES] = {{0, 0}, {1, 0}};
static struct { char *base; size_t size; int device; } device_memory[TABLE];
static __thread CUcontext current;

static int device_of_context(CUcontext context) {
    for (int i = 0; i < DEVICES; i++)
        if (context == &primary[i] && primary[i].users > 0)
            return i;
    return -1;
}

// The device whose memory this is, or -1; room says how much of it follows.
static int device_of_pointer(const char *p, size_t *room) {
    int device = -1;
    pthread_mutex_lock(&lock);
    for (int i = 0; i < allocations && device < 0; i++)
        if (p >= device_memory[i].base && p < device_memory[i].base + device_memory[i].size) {
            device = device_memory[i].device;
            *room = (size_t)(device_memory[i].base + device_memory[i].size - p);
        }
    pthread_mutex_unlock(&lock);
    return device;
}

EXPORT CUresult cuInit(unsigned flags) {
    initialised = 1;
    BEGIN_CUDA("cuInit");
    return flags == 0 ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

EXPORT CUresult cuDriverGetVersion(int *version) {
    *version = 13020;
    return CUDA_SUCCESS;
}

EXPORT CUresult cuDeviceGetCount(int *n) {
    BEGIN_CUDA("cuDeviceGetCount");
    *n = DEVICES;
    return CUDA_SUCCESS;
}

EXPORT CUresult cuDeviceGet(CUdevice *device, int ordinal) {
    BEGIN_CUDA("cuDeviceGet");
    if (ordinal < 0 || ordinal >= DEVICES)
        return CUDA_ERROR_INVALID_DEVICE;
    *device = ordinal;
    return CUDA_SUCCESS;
}

EXPORT CUresult cuDeviceGetName(char *name, int room, CUdevice device) {
    BEGIN_CUDA("cuDeviceGetName");
    const char *names[DEVICES] = {"Stand-in A", "Stand-in B"};
    if (device < 0 || device >= DEVICES)
        return CUDA_ERROR_INVALID_DEVICE;
    strncpy(name, names[device], (size_t)room);
    return CUDA_SUCCESS;
}

EXPORT CUresult cuDevicePrimaryCtxRetain(CUcontext *context, CUdevice device) {
    BEGIN_CUDA("cuDevicePrimaryCtxRetain");
    if (device < 0 || device >= DEVICES)
        return CUDA_ERROR_INVALID_DEVICE;
    pthread_mutex_lock(&lock);
    primary[device].users++;
    contexts++;
    pthread_mutex_unlock(&lock);
    *context = &primary[device];
    return CUDA_SUCCESS;
}

EXPORT CUresult cuDevicePrimaryCtxRelease_v2(CUdevice device) {
    BEGIN_CUDA("cuDevicePrimaryCtxRelease");
    if (device < 0 || device >= DEVICES || primary[device].users == 0)
        return CUDA_ERROR_INVALID_CONTEXT;
    pthread_mutex_lock(&lock);
    primary[device].users--;
    contexts--;
    pthread_mutex_unlock(&lock);
    return CUDA_SUCCESS;
}

EXPORT CUresult cuCtxGetCurrent(CUcontext *context) {
    BEGIN_CUDA("cuCtxGetCurrent");
    *context = current;
    return CUDA_SUCCESS;
}

EXPORT CUresult cuCtxSetCurrent(CUcontext context) {
    BEGIN_CUDA("cuCtxSetCurrent");
    if (context != NULL && device_of_context(context) < 0)
        return CUDA_ERROR_INVALID_CONTEXT;
    current = context;
    return CUDA_SUCCESS;
}

// A copy from the host leaves its memory at once and is done later, at the latest when somebody waits for it.
static struct { char *to, *staging; size_t bytes; } copying;

static void finish_copy(void) {
    pthread_mutex_lock(&lock);
    if (copying.staging != NULL)
        memcpy(copying.to, copying.staging, copying.bytes);
    free(copying.staging);
    copying.staging = NULL;
    pthread_mutex_unlock(&lock);
}

static void finish_streams(int device);

EXPORT CUresult cuCtxSynchronize(void) {
    BEGIN_CUDA("cuCtxSynchronize");
    if (device_of_context(current) < 0)
        return CUDA_ERROR_INVALID_CONTEXT;
    finish_copy();
    finish_streams(device_of_context(current));
    return CUDA_SUCCESS;
}

EXPORT CUresult cuMemAlloc_v2(CUdeviceptr *pointer, size_t bytes) {
    BEGIN_CUDA("cuMemAlloc");
    int device = device_of_context(current);
    if (device < 0)
        return CUDA_ERROR_INVALID_CONTEXT;
    char *memory = bytes == 0 || bytes > (1UL << 32) ? NULL : aligned_alloc(4096, (bytes + 4095) / 4096 * 4096);
    if (memory == NULL || allocations == TABLE)
        return CUDA_ERROR_OUT_OF_MEMORY;
    pthread_mutex_lock(&lock);
    device_memory[allocations].base = memory;
    device_memory[allocations].size = bytes;
    device_memory[allocations].device = device;
    allocations++;
    pthread_mutex_unlock(&lock);
    *pointer = (CUdeviceptr)memory;
    return CUDA_SUCCESS;
}

EXPORT CUresult cuMemFree_v2(CUdeviceptr pointer) {
    BEGIN_CUDA("cuMemFree");
    if (device_of_context(current) < 0)
        return CUDA_ERROR_INVALID_CONTEXT;
    finish_copy();
    finish_streams(device_of_context(current));
    CUresult result = CUDA_ERROR_INVALID_VALUE;
    pthread_mutex_lock(&lock);
    for (int i = 0; i < allocations; i++)
        if (device_memory[i].base == (char *)pointer) {
            free(device_memory[i].base);
            device_memory[i] = device_memory[--allocations];
            result = CUDA_SUCCESS;
            break;
        }
    pthread_mutex_unlock(&lock);
    return result;
}

static CUresult copyable(size_t bytes, const void *device_side) {
    size_t room = 0;
    int device = device_of_pointer(device_side, &room);
    if (device < 0 || room < bytes)
        return CUDA_ERROR_INVALID_VALUE;
    return device == device_of_context(current) ? CUDA_SUCCESS : CUDA_ERROR_INVALID_CONTEXT;
}

EXPORT CUresult cuMemcpyHtoD_v2(CUdeviceptr to, const void *from, size_t bytes) {
    BEGIN_CUDA("cuMemcpyHtoD");
    CUresult result = copyable(bytes, (void *)to);
    if (result != CUDA_SUCCESS)
        return result;
    finish_copy();
    char *staging = malloc(bytes);
    if (staging == NULL)
        return CUDA_ERROR_OUT_OF_MEMORY;
    memcpy(staging, from, bytes);
    pthread_mutex_lock(&lock);
    copying.to = (char *)to;
    copying.staging = staging;
    copying.bytes = bytes;
    pthread_mutex_unlock(&lock);
    return CUDA_SUCCESS;
}

EXPORT CUresult cuMemcpyDtoH_v2(void *to, CUdeviceptr from, size_t bytes) {
    BEGIN_CUDA("cuMemcpyDtoH");
    CUresult result = copyable(bytes, (void *)from);
    if (result != CUDA_SUCCESS)
        return result;
    finish_copy();
    memcpy(to, (void *)from, bytes);
    return CUDA_SUCCESS;
}

EXPORT CUresult cuPointerGetAttribute(void *data, int attribute, CUdeviceptr pointer) {
    BEGIN_CUDA("cuPointerGetAttribute");
    size_t room;
    int device = device_of_pointer((char *)pointer, &room);
    if (device < 0)
        return CUDA_ERROR_INVALID_VALUE;
    if (attribute == CU_POINTER_ATTRIBUTE_MEMORY_TYPE)
        *(unsigned *)data = CU_MEMORYTYPE_DEVICE;
    else if (attribute == CU_POINTER_ATTRIBUTE_DEVICE_ORDINAL)
        *(int *)data = device;
    else
        return CUDA_ERROR_INVALID_VALUE;
    return CUDA_SUCCESS;
}

static const struct { int code; const char *name, *text; } results[] = {
    {0, "CUDA_SUCCESS", "no error"},
    {1, "CUDA_ERROR_INVALID_VALUE", "invalid argument"},
    {2, "CUDA_ERROR_OUT_OF_MEMORY", "out of memory"},
    {3, "CUDA_ERROR_NOT_INITIALIZED", "initialization error"},
    {100, "CUDA_ERROR_NO_DEVICE", "no CUDA-capable device is detected"},
    {101, "CUDA_ERROR_INVALID_DEVICE", "invalid device ordinal"},
    {201, "CUDA_ERROR_INVALID_CONTEXT", "invalid device context"},
    {400, "CUDA_ERROR_INVALID_HANDLE", "invalid resource handle"},
    {600, "CUDA_ERROR_NOT_READY", "device not ready"}};

EXPORT CUresult cuGetErrorName(CUresult code, const char **text) {
    for (size_t i = 0; i < sizeof results / sizeof results[0]; i++)
        if (results[i].code == code) {
            *text = results[i].name;
            return CUDA_SUCCESS;
        }
    return CUDA_ERROR_INVALID_VALUE;
}

EXPORT CUresult cuGetErrorString(CUresult code, const char **text) {
    for (size_t i = 0; i < sizeof results / sizeof results[0]; i++)
        if (results[i].code == code) {
            *text = results[i].text;
            return CUDA_SUCCESS;
        }
    return CUDA_ERROR_INVALID_VALUE;
}

// ---- cuFile: the driver, files and buffers

struct file { int fd, open; };
static struct { char *base; size_t size; } buffer_memory[TABLE];

EXPORT CUfileError_t cuFileGetVersion(int *version) {
    *version = 1140;
    return answer(CU_FILE_SUCCESS, 0);
}

EXPORT CUfileError_t cuFileDriverOpen(void) {
    int cuda = 0;
    pthread_mutex_lock(&lock);
    int err = fault("cuFileDriverOpen", &cuda);
    if (err == 0 && drivers > 0)
        err = CU_FILE_DRIVER_ALREADY_OPEN;
    if (err == 0)
        drivers = 1;
    pthread_mutex_unlock(&lock);
    return answer(err, cuda);
}

EXPORT CUfileError_t cuFileDriverClose_v2(void) {
    BEGIN_FILE("cuFileDriverClose");
    pthread_mutex_lock(&lock);
    drivers = 0;
    buffers = 0; // closing the driver ends all registrations of buffers
    pthread_mutex_unlock(&lock);
    return answer(CU_FILE_SUCCESS, 0);
}

EXPORT CUfileError_t cuFileDriverGetProperties(CUfileDrvProps_t *p) {
    BEGIN_FILE("cuFileDriverGetProperties");
    memset(p, 0, sizeof *p);
    p->nvfs.major_version = 2;
    p->nvfs.minor_version = 25;
    p->nvfs.max_direct_io_size = 16384;
    p->nvfs.dstatusflags = 1u << CU_FILE_NVME_SUPPORTED | 1u << CU_FILE_NFS_SUPPORTED;
    p->nvfs.dcontrolflags = 1u << CU_FILE_ALLOW_COMPAT_MODE;
    p->max_batch_io_size = 128;
    return answer(CU_FILE_SUCCESS, 0);
}

EXPORT CUfileError_t cuFileHandleRegister(CUfileHandle_t *handle, CUfileDescr_t *descr) {
    BEGIN_FILE("cuFileHandleRegister");
    struct stat st;
    if (descr->type != CU_FILE_HANDLE_TYPE_OPAQUE_FD || descr->fs_ops != NULL)
        return answer(CU_FILE_INVALID_VALUE, 0);
    if (fstat(descr->handle.fd, &st) != 0 || !(S_ISREG(st.st_mode) || S_ISBLK(st.st_mode)))
        return answer(CU_FILE_INVALID_FILE_TYPE, 0);
    struct file *file = malloc(sizeof *file);
    file->fd = descr->handle.fd;
    file->open = 1;
    *handle = file;
    count(&handles, 1);
    return answer(CU_FILE_SUCCESS, 0);
}

EXPORT void cuFileHandleDeregister(CUfileHandle_t handle) {
    ((struct file *)handle)->open = 0; // and kept: who uses it after this is to be told so
    count(&handles, -1);
}

EXPORT CUfileError_t cuFileBufRegister(const void *base, size_t size, int flags) {
    BEGIN_FILE("cuFileBufRegister");
    size_t room = 0;
    int device = device_of_pointer(base, &room);
    if (flags != 0 || size == 0)
        return answer(CU_FILE_INVALID_VALUE, 0);
    if (device >= 0 && room < size)
        return answer(CU_FILE_CUDA_POINTER_RANGE_ERROR, 0);
    if (device >= 0 && device != device_of_context(current))
        return answer(CU_FILE_CUDA_CONTEXT_MISMATCH, 0);
    pthread_mutex_lock(&lock);
    int found = 0;
    for (int i = 0; i < buffers && !found; i++)
        found = buffer_memory[i].base == base;
    if (!found && buffers < TABLE) {
        buffer_memory[buffers].base = (char *)base;
        buffer_memory[buffers++].size = size;
    }
    pthread_mutex_unlock(&lock);
    return answer(found ? CU_FILE_MEMORY_ALREADY_REGISTERED : CU_FILE_SUCCESS, 0);
}

EXPORT CUfileError_t cuFileBufDeregister(const void *base) {
    BEGIN_FILE("cuFileBufDeregister");
    int found = 0;
    pthread_mutex_lock(&lock);
    for (int i = 0; i < buffers && !found; i++)
        if (buffer_memory[i].base == base) {
            found = 1;
            buffer_memory[i] = buffer_memory[--buffers];
        }
    pthread_mutex_unlock(&lock);
    return answer(found ? CU_FILE_SUCCESS : CU_FILE_MEMORY_NOT_REGISTERED, 0);
}

// ---- cuFile: bytes

// Whether it is within what was registered from this start on, if anything was.
static int within_buffer(const char *base, off_t in_buffer, size_t size) {
    int within = 1;
    pthread_mutex_lock(&lock);
    for (int i = 0; i < buffers; i++)
        if (buffer_memory[i].base == base)
            within = in_buffer >= 0 && (size_t)in_buffer + size <= buffer_memory[i].size;
    pthread_mutex_unlock(&lock);
    return within;
}

// Bytes moved; the negative of one of cuFile's errors; or -1 and errno.
static ssize_t move(struct file *file, char *base, size_t size, off_t at, off_t in_buffer, int write, const char *call) {
    int cuda = 0, err = 0;
    if (fault_count > 0) {
        pthread_mutex_lock(&lock);
        err = fault(call, &cuda);
        pthread_mutex_unlock(&lock);
    }
    if (err >= 5000)
        return -err;
    if (err > 0) {
        errno = err;
        return -1;
    }
    if (file == NULL || !file->open)
        return -CU_FILE_HANDLE_NOT_REGISTERED;
    if (!within_buffer(base, in_buffer, size))
        return -CU_FILE_INVALID_MAPPING_RANGE;
    size_t room = 0;
    int device = device_of_pointer(base + in_buffer, &room);
    if (device >= 0 && room < size)
        return -CU_FILE_CUDA_POINTER_RANGE_ERROR;
    if (device >= 0 && device != device_of_context(current))
        return -CU_FILE_CUDA_CONTEXT_MISMATCH;
    size_t bytes = short_bytes > 0 && (size_t)short_bytes < size ? (size_t)short_bytes : size;
    return write ? pwrite(file->fd, base + in_buffer, bytes, at) : pread(file->fd, base + in_buffer, bytes, at);
}

EXPORT ssize_t cuFileRead(CUfileHandle_t file, void *base, size_t size, off_t at, off_t in_buffer) {
    return move(file, base, size, at, in_buffer, 0, "read");
}

EXPORT ssize_t cuFileWrite(CUfileHandle_t file, const void *base, size_t size, off_t at, off_t in_buffer) {
    return move(file, (char *)base, size, at, in_buffer, 1, "write");
}

static long now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000L + t.tv_nsec;
}

// ---- streams. What they are given is done by who asks for it, once its time has come, and no sooner: not before that are the memory
// and the numbers looked at that it is done with.

enum kind { COPY, MOVE, RECORD };

struct op {
    struct op *next;
    enum kind kind;
    long ready;
    void *to;
    const void *from;
    struct event *event;
    long number;
    struct file *file;
    int write;
    size_t *size, own_size;
    off_t *at, *in_buffer, own_at, own_in_buffer;
    ssize_t *done;
};

// Kept when they are destroyed: who uses them after this is to be told so.
struct stream { int open, device, registered; unsigned fixed; struct op *first, *last; struct stream *next; };
struct event { int open, device; long recorded, reached; struct stream *stream; };

static pthread_mutex_t stream_lock = PTHREAD_MUTEX_INITIALIZER;
static struct stream *all_streams;

static void do_op(struct op *op) {
    if (op->kind == COPY) {
        memcpy(op->to, op->from, *op->size);
    } else if (op->kind == RECORD) {
        op->event->reached = op->number;
    } else if (*op->size > op->own_size) { // more than it was said to be at most
        *op->done = -CU_FILE_INVALID_VALUE;
    } else {
        *op->done = move(op->file, op->to, *op->size, *op->at, *op->in_buffer, op->write, "stream");
    }
}

// With the stream lock held; waits for nothing unless it is told to.
static void run_stream(struct stream *s, int wait) {
    CUcontext before = current;
    current = &primary[s->device];
    while (s->first != NULL) {
        struct op *op = s->first;
        long left = op->ready == 0 ? 0 : op->ready - now();
        if (left > 0 && !wait)
            break;
        if (left > 0) {
            struct timespec t = {left / 1000000000L, left % 1000000000L};
            nanosleep(&t, NULL);
        }
        do_op(op);
        s->first = op->next;
        free(op);
    }
    current = before;
}

static void finish_streams(int device) {
    pthread_mutex_lock(&stream_lock);
    for (struct stream *s = all_streams; s != NULL; s = s->next)
        if (s->open && s->device == device)
            run_stream(s, 1);
    pthread_mutex_unlock(&stream_lock);
}

static int knows(CUstream stream) {
    int known = 0;
    pthread_mutex_lock(&stream_lock);
    for (struct stream *s = all_streams; s != NULL && !known; s = s->next)
        known = s == stream && s->open;
    pthread_mutex_unlock(&stream_lock);
    return known;
}

static struct op *new_op(enum kind kind) {
    struct op *op = calloc(1, sizeof *op);
    op->kind = kind;
    op->ready = delay_nanos > 0 ? now() + delay_nanos : 0;
    op->size = &op->own_size;
    return op;
}

static void add_op(struct stream *s, struct op *op) {
    pthread_mutex_lock(&stream_lock);
    if (s->first == NULL)
        s->first = op;
    else
        s->last->next = op;
    s->last = op;
    pthread_mutex_unlock(&stream_lock);
}

EXPORT_STREAM CUresult cuStreamCreate(CUstream *stream, unsigned flags) {
    BEGIN_CUDA("cuStreamCreate");
    int device = device_of_context(current);
    if (device < 0)
        return CUDA_ERROR_INVALID_CONTEXT;
    if (flags > CU_STREAM_NON_BLOCKING)
        return CUDA_ERROR_INVALID_VALUE;
    struct stream *s = calloc(1, sizeof *s);
    s->open = 1;
    s->device = device;
    pthread_mutex_lock(&stream_lock);
    s->next = all_streams;
    all_streams = s;
    pthread_mutex_unlock(&stream_lock);
    *stream = s;
    count(&streams, 1);
    return CUDA_SUCCESS;
}

EXPORT_STREAM CUresult cuStreamSynchronize(CUstream stream) {
    BEGIN_CUDA("cuStreamSynchronize");
    if (!knows(stream))
        return CUDA_ERROR_INVALID_HANDLE;
    pthread_mutex_lock(&stream_lock);
    run_stream(stream, 1);
    pthread_mutex_unlock(&stream_lock);
    return CUDA_SUCCESS;
}

EXPORT_STREAM CUresult cuStreamDestroy_v2(CUstream stream) {
    BEGIN_CUDA("cuStreamDestroy");
    if (!knows(stream))
        return CUDA_ERROR_INVALID_HANDLE;
    pthread_mutex_lock(&stream_lock);
    run_stream(stream, 1);
    stream->open = 0;
    pthread_mutex_unlock(&stream_lock);
    count(&streams, -1);
    count(&file_streams, -stream->registered);
    return CUDA_SUCCESS;
}

static CUresult copy_later(void *to, const void *from, const void *device_side, size_t bytes, CUstream stream) {
    if (!knows(stream))
        return CUDA_ERROR_INVALID_HANDLE;
    CUresult result = copyable(bytes, device_side);
    if (result != CUDA_SUCCESS)
        return result;
    struct op *op = new_op(COPY);
    op->to = to;
    op->from = from;
    op->own_size = bytes;
    add_op(stream, op);
    return CUDA_SUCCESS;
}

EXPORT_STREAM CUresult cuMemcpyHtoDAsync_v2(CUdeviceptr to, const void *from, size_t bytes, CUstream stream) {
    BEGIN_CUDA("cuMemcpyHtoDAsync");
    return copy_later((void *)to, from, (void *)to, bytes, stream);
}

EXPORT_STREAM CUresult cuMemcpyDtoHAsync_v2(void *to, CUdeviceptr from, size_t bytes, CUstream stream) {
    BEGIN_CUDA("cuMemcpyDtoHAsync");
    return copy_later(to, (void *)from, (void *)from, bytes, stream);
}

EXPORT_STREAM CUresult cuEventCreate(CUevent *event, unsigned flags) {
    BEGIN_CUDA("cuEventCreate");
    int device = device_of_context(current);
    if (device < 0)
        return CUDA_ERROR_INVALID_CONTEXT;
    if (flags != 0 && flags != CU_EVENT_DISABLE_TIMING)
        return CUDA_ERROR_INVALID_VALUE;
    struct event *e = calloc(1, sizeof *e);
    e->open = 1;
    e->device = device;
    *event = e;
    count(&events, 1);
    return CUDA_SUCCESS;
}

EXPORT_STREAM CUresult cuEventRecord(CUevent event, CUstream stream) {
    BEGIN_CUDA("cuEventRecord");
    if (!event->open || !knows(stream) || event->device != stream->device)
        return CUDA_ERROR_INVALID_HANDLE;
    struct op *op = new_op(RECORD);
    op->event = event;
    op->number = ++event->recorded;
    event->stream = stream;
    add_op(stream, op);
    return CUDA_SUCCESS;
}

// Whether it has been reached; one that was never recorded has.
static int has_come(CUevent event, int wait) {
    if (event->stream == NULL)
        return 1;
    pthread_mutex_lock(&stream_lock);
    if (event->stream->open)
        run_stream(event->stream, wait);
    int come = event->reached == event->recorded;
    pthread_mutex_unlock(&stream_lock);
    return come;
}

EXPORT_STREAM CUresult cuEventQuery(CUevent event) {
    BEGIN_CUDA("cuEventQuery");
    if (!event->open)
        return CUDA_ERROR_INVALID_HANDLE;
    return has_come(event, 0) ? CUDA_SUCCESS : CUDA_ERROR_NOT_READY;
}

EXPORT_STREAM CUresult cuEventSynchronize(CUevent event) {
    BEGIN_CUDA("cuEventSynchronize");
    if (!event->open)
        return CUDA_ERROR_INVALID_HANDLE;
    has_come(event, 1);
    return CUDA_SUCCESS;
}

EXPORT_STREAM CUresult cuEventDestroy_v2(CUevent event) {
    BEGIN_CUDA("cuEventDestroy");
    if (!event->open)
        return CUDA_ERROR_INVALID_HANDLE;
    event->open = 0;
    count(&events, -1);
    return CUDA_SUCCESS;
}

EXPORT_STREAM CUfileError_t cuFileStreamRegister(CUstream stream, unsigned flags) {
    BEGIN_FILE("cuFileStreamRegister");
    if (flags > 15 || !knows(stream) || stream->registered)
        return answer(CU_FILE_INVALID_VALUE, 0);
    stream->registered = 1;
    stream->fixed = flags;
    count(&file_streams, 1);
    return answer(CU_FILE_SUCCESS, 0);
}

EXPORT_STREAM CUfileError_t cuFileStreamDeregister(CUstream stream) {
    BEGIN_FILE("cuFileStreamDeregister");
    if (!knows(stream) || !stream->registered)
        return answer(CU_FILE_INVALID_VALUE, 0);
    stream->registered = 0;
    stream->fixed = 0;
    count(&file_streams, -1);
    return answer(CU_FILE_SUCCESS, 0);
}

// What the stream was registered to be fixed is looked at now, the rest when the stream gets there; of the size, how much it may be.
static CUfileError_t move_later(struct file *file, void *base, size_t *size, off_t *at, off_t *in_buffer, ssize_t *done,
                                CUstream stream, int write) {
    if (size == NULL || at == NULL || in_buffer == NULL || done == NULL || !knows(stream))
        return answer(CU_FILE_INVALID_VALUE, 0);
    if (file == NULL || !file->open)
        return answer(CU_FILE_HANDLE_NOT_REGISTERED, 0);
    struct op *op = new_op(MOVE);
    op->file = file;
    op->to = base;
    op->write = write;
    op->done = done;
    op->size = size;
    op->at = at;
    op->in_buffer = in_buffer;
    op->own_size = *size;
    if (stream->fixed & CU_FILE_STREAM_FIXED_FILE_SIZE)
        op->size = &op->own_size;
    if (stream->fixed & CU_FILE_STREAM_FIXED_FILE_OFFSET) {
        op->own_at = *at;
        op->at = &op->own_at;
    }
    if (stream->fixed & CU_FILE_STREAM_FIXED_BUF_OFFSET) {
        op->own_in_buffer = *in_buffer;
        op->in_buffer = &op->own_in_buffer;
    }
    add_op(stream, op);
    return answer(CU_FILE_SUCCESS, 0);
}

EXPORT_STREAM CUfileError_t cuFileReadAsync(CUfileHandle_t file, void *base, size_t *size, off_t *at, off_t *in_buffer,
                                            ssize_t *done, CUstream stream) {
    BEGIN_FILE("cuFileReadAsync");
    return move_later(file, base, size, at, in_buffer, done, stream, 0);
}

EXPORT_STREAM CUfileError_t cuFileWriteAsync(CUfileHandle_t file, void *base, size_t *size, off_t *at, off_t *in_buffer,
                                             ssize_t *done, CUstream stream) {
    BEGIN_FILE("cuFileWriteAsync");
    return move_later(file, base, size, at, in_buffer, done, stream, 1);
}

// ---- cuFile: batches. Entries are moved by who asks for their status, once their time has come.

struct batch { unsigned room, submitted, told; int cancelled, dropped; long ready; CUfileIOParams_t *entries; };

EXPORT CUfileError_t cuFileBatchIOSetUp(CUfileBatchHandle_t *handle, unsigned nr) {
    BEGIN_FILE("cuFileBatchIOSetUp");
    if (nr == 0 || nr > 128)
        return answer(CU_FILE_INVALID_VALUE, 0);
    struct batch *b = calloc(1, sizeof *b);
    b->room = nr;
    b->entries = calloc(nr, sizeof *b->entries);
    *handle = b;
    count(&batches, 1);
    return answer(CU_FILE_SUCCESS, 0);
}

// Whether two that move at a time write to one block, which a library that writes whole blocks does to the harm of one.
static int share_block(const CUfileIOParams_t *p, const CUfileIOParams_t *q) {
    off_t p_first = p->u.batch.file_offset >> 12, p_last = (p->u.batch.file_offset + (off_t)p->u.batch.size - 1) >> 12;
    off_t q_first = q->u.batch.file_offset >> 12, q_last = (q->u.batch.file_offset + (off_t)q->u.batch.size - 1) >> 12;
    return p->opcode == CUFILE_WRITE && q->opcode == CUFILE_WRITE && p->fh == q->fh && p_first <= q_last && q_first <= p_last;
}

EXPORT CUfileError_t cuFileBatchIOSubmit(CUfileBatchHandle_t handle, unsigned nr, CUfileIOParams_t *params, unsigned flags) {
    BEGIN_FILE("cuFileBatchIOSubmit");
    struct batch *b = handle;
    if (nr == 0 || nr > b->room || flags != 0 || b->told < b->submitted)
        return answer(CU_FILE_INVALID_VALUE, 0);
    for (unsigned i = 0; i < nr; i++)
        if (params[i].mode != CUFILE_BATCH)
            return answer(CU_FILE_INVALID_VALUE, 0);
    for (unsigned i = 1; i < nr; i++)
        for (unsigned j = 0; j < i; j++)
            if (share_block(&params[i], &params[j]))
                count(&shared_blocks, 1);
    memcpy(b->entries, params, nr * sizeof *params);
    b->submitted = nr;
    b->told = 0;
    b->cancelled = b->dropped = 0;
    b->ready = delay_nanos > 0 ? now() + delay_nanos : 0;
    return answer(CU_FILE_SUCCESS, 0);
}

static void wait_until_ready(struct batch *b, const struct timespec *timeout) {
    long left = b->ready == 0 ? 0 : b->ready - now();
    long most = timeout == NULL ? left : timeout->tv_sec * 1000000000L + timeout->tv_nsec;
    long nanos = left < most ? left : most;
    if (nanos > 0) {
        struct timespec t = {nanos / 1000000000L, nanos % 1000000000L};
        nanosleep(&t, NULL);
    }
}

static void do_one(CUfileIOParams_t *p, CUfileIOEvents_t *event, int cancelled) {
    event->cookie = p->cookie;
    int cuda = 0, status = 0;
    if (fault_count > 0) {
        pthread_mutex_lock(&lock);
        status = fault("status", &cuda);
        pthread_mutex_unlock(&lock);
    }
    if (cancelled || status != 0) {
        event->status = cancelled ? CUFILE_CANCELED : (enum CUfileStatus)status;
        event->ret = 0;
        return;
    }
    ssize_t done = move(p->fh, p->u.batch.devPtr_base, p->u.batch.size, p->u.batch.file_offset, p->u.batch.devPtr_offset,
                        p->opcode == CUFILE_WRITE, "event");
    event->status = done < 0 ? CUFILE_FAILED : CUFILE_COMPLETE;
    event->ret = (size_t)(done == -1 ? -errno : done);
}

EXPORT CUfileError_t cuFileBatchIOGetStatus(CUfileBatchHandle_t handle, unsigned least, unsigned *nr, CUfileIOEvents_t *events,
                                            struct timespec *timeout) {
    BEGIN_FILE("cuFileBatchIOGetStatus");
    struct batch *b = handle;
    unsigned most = *nr, n = 0;
    size_t bytes = 0;
    *nr = 0;
    count(&polls, 1);
    if (!b->cancelled && now() < b->ready && is_told("pending")) {
        events[0].cookie = b->entries[0].cookie;
        events[0].status = CUFILE_PENDING;
        *nr = 1;
        return answer(CU_FILE_SUCCESS, 0);
    }
    if (least > 0 && !b->cancelled)
        wait_until_ready(b, timeout);
    if (!b->dropped && (b->cancelled || b->ready == 0 || now() >= b->ready))
        while (n < most && b->told < b->submitted && (n < least || bytes < 1 << 20)) {
            bytes += b->entries[b->told].u.batch.size;
            do_one(&b->entries[b->told++], &events[n++], b->cancelled);
        }
    if (n == 0)
        count(&empty_polls, 1);
    *nr = n;
    return answer(CU_FILE_SUCCESS, 0);
}

EXPORT CUfileError_t cuFileBatchIOCancel(CUfileBatchHandle_t handle) {
    BEGIN_FILE("cuFileBatchIOCancel");
    struct batch *b = handle;
    b->dropped |= is_told("drop");
    b->cancelled = 1;
    return answer(CU_FILE_SUCCESS, 0);
}

EXPORT void cuFileBatchIODestroy(CUfileBatchHandle_t handle) {
    struct batch *b = handle;
    if (b->told < b->submitted)
        count(&busy_destroyed, 1);
    free(b->entries);
    free(b);
    count(&batches, -1);
}
