// SPDX-License-Identifier: Apache-2.0
//
// The part of cuFile's and the CUDA driver's binary interface that jnixl uses, written down from NVIDIA's public API references:
// the stand-in implements it, and the Java side's offsets are compared with what the compiler makes of it.
#ifndef JNIXL_GDS_ABI_H
#define JNIXL_GDS_ABI_H

#include <stddef.h>
#include <sys/types.h>
#include <time.h>

typedef int CUresult;
typedef int CUdevice;
typedef void *CUcontext;
typedef unsigned long long CUdeviceptr;
typedef struct stream *CUstream;
typedef struct event *CUevent;

enum { CUDA_SUCCESS = 0, CUDA_ERROR_INVALID_VALUE = 1, CUDA_ERROR_OUT_OF_MEMORY = 2, CUDA_ERROR_NOT_INITIALIZED = 3,
       CUDA_ERROR_NO_DEVICE = 100, CUDA_ERROR_INVALID_DEVICE = 101, CUDA_ERROR_INVALID_CONTEXT = 201,
       CUDA_ERROR_INVALID_HANDLE = 400, CUDA_ERROR_NOT_READY = 600 };
enum { CU_STREAM_NON_BLOCKING = 1, CU_EVENT_DISABLE_TIMING = 2 };
enum { CU_POINTER_ATTRIBUTE_MEMORY_TYPE = 2, CU_POINTER_ATTRIBUTE_DEVICE_ORDINAL = 9 };
enum { CU_MEMORYTYPE_HOST = 1, CU_MEMORYTYPE_DEVICE = 2 };

enum { CU_FILE_SUCCESS = 0, CU_FILE_DRIVER_NOT_INITIALIZED = 5001, CU_FILE_DRIVER_INVALID_PROPS = 5002,
       CU_FILE_DRIVER_UNSUPPORTED_LIMIT = 5003, CU_FILE_DRIVER_VERSION_MISMATCH = 5004,
       CU_FILE_DRIVER_VERSION_READ_ERROR = 5005, CU_FILE_DRIVER_CLOSING = 5006, CU_FILE_PLATFORM_NOT_SUPPORTED = 5007,
       CU_FILE_IO_NOT_SUPPORTED = 5008, CU_FILE_DEVICE_NOT_SUPPORTED = 5009, CU_FILE_NVFS_DRIVER_ERROR = 5010,
       CU_FILE_CUDA_DRIVER_ERROR = 5011, CU_FILE_CUDA_POINTER_INVALID = 5012, CU_FILE_CUDA_MEMORY_TYPE_INVALID = 5013,
       CU_FILE_CUDA_POINTER_RANGE_ERROR = 5014, CU_FILE_CUDA_CONTEXT_MISMATCH = 5015, CU_FILE_INVALID_MAPPING_SIZE = 5016,
       CU_FILE_INVALID_MAPPING_RANGE = 5017, CU_FILE_INVALID_FILE_TYPE = 5018, CU_FILE_INVALID_FILE_OPEN_FLAG = 5019,
       CU_FILE_DIO_NOT_SET = 5020, CU_FILE_INVALID_VALUE = 5022, CU_FILE_MEMORY_ALREADY_REGISTERED = 5023,
       CU_FILE_MEMORY_NOT_REGISTERED = 5024, CU_FILE_PERMISSION_DENIED = 5025, CU_FILE_DRIVER_ALREADY_OPEN = 5026,
       CU_FILE_HANDLE_NOT_REGISTERED = 5027, CU_FILE_HANDLE_ALREADY_REGISTERED = 5028, CU_FILE_DEVICE_NOT_FOUND = 5029,
       CU_FILE_INTERNAL_ERROR = 5030, CU_FILE_GETNEWFD_FAILED = 5031, CU_FILE_NVFS_SETUP_ERROR = 5033,
       CU_FILE_IO_DISABLED = 5034, CU_FILE_BATCH_SUBMIT_FAILED = 5035, CU_FILE_GPU_MEMORY_PINNING_FAILED = 5036,
       CU_FILE_BATCH_FULL = 5037, CU_FILE_ASYNC_NOT_SUPPORTED = 5038 };

typedef struct { int err; CUresult cu_err; } CUfileError_t;
typedef void *CUfileHandle_t;
typedef void *CUfileBatchHandle_t;

enum CUfileFileHandleType { CU_FILE_HANDLE_TYPE_OPAQUE_FD = 1, CU_FILE_HANDLE_TYPE_OPAQUE_WIN32 = 2,
                            CU_FILE_HANDLE_TYPE_USERSPACE_FS = 3 };

typedef struct {
    enum CUfileFileHandleType type;
    union {
        int fd;
        void *handle;
    } handle;
    const void *fs_ops;
} CUfileDescr_t;

enum { CU_FILE_NFS_SUPPORTED = 2, CU_FILE_NVME_SUPPORTED = 4, CU_FILE_NVME_P2P_SUPPORTED = 11 };
enum { CU_FILE_USE_POLL_MODE = 0, CU_FILE_ALLOW_COMPAT_MODE = 1 };

typedef struct {
    struct {
        unsigned int major_version;
        unsigned int minor_version;
        size_t poll_thresh_size;
        size_t max_direct_io_size;
        unsigned int dstatusflags;
        unsigned int dcontrolflags;
    } nvfs;
    unsigned int fflags;
    unsigned int max_device_cache_size;
    unsigned int per_buffer_cache_size;
    unsigned int max_device_pinned_mem_size;
    unsigned int max_batch_io_size;
    unsigned int max_batch_io_timeout_msecs;
} CUfileDrvProps_t;

enum CUfileOpcode { CUFILE_READ = 0, CUFILE_WRITE = 1 };
enum CUfileStatus { CUFILE_WAITING = 1, CUFILE_PENDING = 2, CUFILE_INVALID = 4, CUFILE_CANCELED = 8, CUFILE_COMPLETE = 16,
                    CUFILE_TIMEOUT = 32, CUFILE_FAILED = 64 };
enum CUfileBatchMode { CUFILE_BATCH = 1 };

typedef struct {
    enum CUfileBatchMode mode;
    union {
        struct {
            void *devPtr_base;
            off_t file_offset;
            off_t devPtr_offset;
            size_t size;
        } batch;
    } u;
    CUfileHandle_t fh;
    enum CUfileOpcode opcode;
    void *cookie;
} CUfileIOParams_t;

typedef struct {
    void *cookie;
    enum CUfileStatus status;
    size_t ret;
} CUfileIOEvents_t;

#define CU_FILE_STREAM_FIXED_BUF_OFFSET 1
#define CU_FILE_STREAM_FIXED_FILE_OFFSET 2
#define CU_FILE_STREAM_FIXED_FILE_SIZE 4
#define CU_FILE_STREAM_PAGE_ALIGNED_INPUTS 8

// What is done in the order of a stream. Named as cuda.h has them exported: the names without suffix are macros there.
CUresult cuStreamCreate(CUstream *stream, unsigned flags);
CUresult cuStreamSynchronize(CUstream stream);
CUresult cuStreamDestroy_v2(CUstream stream);
CUresult cuMemcpyHtoDAsync_v2(CUdeviceptr to, const void *from, size_t bytes, CUstream stream);
CUresult cuMemcpyDtoHAsync_v2(void *to, CUdeviceptr from, size_t bytes, CUstream stream);
CUresult cuEventCreate(CUevent *event, unsigned flags);
CUresult cuEventRecord(CUevent event, CUstream stream);
CUresult cuEventQuery(CUevent event);
CUresult cuEventSynchronize(CUevent event);
CUresult cuEventDestroy_v2(CUevent event);
CUfileError_t cuFileStreamRegister(CUstream stream, unsigned flags);
CUfileError_t cuFileStreamDeregister(CUstream stream);
CUfileError_t cuFileReadAsync(CUfileHandle_t file, void *base, size_t *size, off_t *at, off_t *in_buffer, ssize_t *done,
                              CUstream stream);
CUfileError_t cuFileWriteAsync(CUfileHandle_t file, void *base, size_t *size, off_t *at, off_t *in_buffer, ssize_t *done,
                               CUstream stream);

#endif
