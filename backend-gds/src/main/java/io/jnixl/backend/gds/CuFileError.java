// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.gds;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.nativesupport.Errno;
import java.util.Map;

/**
 * What cuFile's errors mean: an error is a {@code CUfileError_t} as {@link CuFileNative} answers it, cuFile's number in the lower
 * half and CUDA's in the upper one. Numbers below {@link #BASE} are errnos.
 */
final class CuFileError {
    /** cuFile's own begin above. */
    static final int BASE = 5000;

    private static final int CUDA_DRIVER_ERROR = 5011;
    static final int MEMORY_ALREADY_REGISTERED = 5023;
    static final int DRIVER_ALREADY_OPEN = 5026;
    static final int BATCH_FULL = 5037;

    /** By number: the name of {@code cufile.h}, a comma, and what it means. */
    static final Map<Integer, String> NAMES = Map.ofEntries(
            Map.entry(5001, "CU_FILE_DRIVER_NOT_INITIALIZED, the driver nvidia-fs is not loaded"),
            Map.entry(5002, "CU_FILE_DRIVER_INVALID_PROPS, invalid property"),
            Map.entry(5003, "CU_FILE_DRIVER_UNSUPPORTED_LIMIT, property out of range"),
            Map.entry(5004, "CU_FILE_DRIVER_VERSION_MISMATCH, nvidia-fs has another version"),
            Map.entry(5005, "CU_FILE_DRIVER_VERSION_READ_ERROR, nvidia-fs does not say its version"),
            Map.entry(5006, "CU_FILE_DRIVER_CLOSING, the driver is closing"),
            Map.entry(5007, "CU_FILE_PLATFORM_NOT_SUPPORTED, this platform is not supported"),
            Map.entry(5008, "CU_FILE_IO_NOT_SUPPORTED, reading and writing is not supported on this file"),
            Map.entry(5009, "CU_FILE_DEVICE_NOT_SUPPORTED, this GPU is not supported"),
            Map.entry(5010, "CU_FILE_NVFS_DRIVER_ERROR, error of nvidia-fs"),
            Map.entry(CUDA_DRIVER_ERROR, "CU_FILE_CUDA_DRIVER_ERROR, error of the CUDA driver"),
            Map.entry(5012, "CU_FILE_CUDA_POINTER_INVALID, not a pointer to device memory"),
            Map.entry(5013, "CU_FILE_CUDA_MEMORY_TYPE_INVALID, not the kind of memory that is taken"),
            Map.entry(5014, "CU_FILE_CUDA_POINTER_RANGE_ERROR, past the end of the memory"),
            Map.entry(5015, "CU_FILE_CUDA_CONTEXT_MISMATCH, memory of another context"),
            Map.entry(5016, "CU_FILE_INVALID_MAPPING_SIZE, more than can be pinned"),
            Map.entry(5017, "CU_FILE_INVALID_MAPPING_RANGE, past what is mapped"),
            Map.entry(5018, "CU_FILE_INVALID_FILE_TYPE, not the kind of file that is taken"),
            Map.entry(5019, "CU_FILE_INVALID_FILE_OPEN_FLAG, opened with flags that are not taken"),
            Map.entry(5020, "CU_FILE_DIO_NOT_SET, not opened with O_DIRECT"),
            Map.entry(5022, "CU_FILE_INVALID_VALUE, invalid argument"),
            Map.entry(MEMORY_ALREADY_REGISTERED, "CU_FILE_MEMORY_ALREADY_REGISTERED, already registered"),
            Map.entry(5024, "CU_FILE_MEMORY_NOT_REGISTERED, not registered"),
            Map.entry(5025, "CU_FILE_PERMISSION_DENIED, permission denied"),
            Map.entry(DRIVER_ALREADY_OPEN, "CU_FILE_DRIVER_ALREADY_OPEN, the driver is open already"),
            Map.entry(5027, "CU_FILE_HANDLE_NOT_REGISTERED, the file is not registered"),
            Map.entry(5028, "CU_FILE_HANDLE_ALREADY_REGISTERED, the file is registered already"),
            Map.entry(5029, "CU_FILE_DEVICE_NOT_FOUND, no such device"),
            Map.entry(5030, "CU_FILE_INTERNAL_ERROR, internal error"),
            Map.entry(5031, "CU_FILE_GETNEWFD_FAILED, no file descriptor was to be had"),
            Map.entry(5033, "CU_FILE_NVFS_SETUP_ERROR, no NVIDIA driver to set up with"),
            Map.entry(5034, "CU_FILE_IO_DISABLED, reading and writing is switched off"),
            Map.entry(5035, "CU_FILE_BATCH_SUBMIT_FAILED, the batch was not accepted"),
            Map.entry(5036, "CU_FILE_GPU_MEMORY_PINNING_FAILED, GPU memory cannot be pinned"),
            Map.entry(BATCH_FULL, "CU_FILE_BATCH_FULL, there is no room for another batch"),
            Map.entry(5038, "CU_FILE_ASYNC_NOT_SUPPORTED, not supported on a stream"));

    private static final String OTHERWISE =
            "allow compatibility mode (allow_compat_mode in cufile.json), or use the POSIX backend with host memory";

    private CuFileError() {}

    /** cuFile's number, or an errno; 0 for success, whatever the other half says. */
    static int code(long error) {
        return (int) error;
    }

    /** CUDA's number, 0 without one. */
    static int cuda(long error) {
        return (int) (error >>> Integer.SIZE);
    }

    /** A failure of CUDA's, as cuFile would report it. */
    static long ofCuda(int result) {
        return (long) result << Integer.SIZE | CUDA_DRIVER_ERROR;
    }

    /** Such as {@code cuFile error 5020 (CU_FILE_DIO_NOT_SET, not opened with O_DIRECT)}, with CUDA's after it. */
    static String text(long error) {
        int code = code(error);
        String own = code < BASE ? Errno.text(code) : "cuFile error " + code + " (" + name(code) + ")";
        return cuda(error) == 0 ? own : own + ", " + Cuda.text(cuda(error));
    }

    private static String name(int code) {
        return NAMES.getOrDefault(code, "unknown to this release");
    }

    /** An error of the control path. */
    static NixlException failed(String backend, ErrorCode category, String what, long error) {
        int code = code(error);
        String own = code < BASE ? Errno.name(code) : name(code);
        String text = cuda(error) == 0 ? own : own + "; " + Cuda.text(cuda(error));
        return NixlException.of(category, what)
                .backend(backend)
                .nativeError(code, text)
                .remedy(remedy(error))
                .build();
    }

    /**
     * Whether an answer to a registration says that the memory cannot be moved either: it is not what it is said to be, or no
     * driver is open.
     */
    static boolean forbidsMoving(long error) {
        return switch (code(error)) {
            case 5001, 5006, 5012, 5013, 5014, 5015 -> true;
            default -> false;
        };
    }

    /** What to do. */
    static String remedy(long error) {
        return switch (code(error)) {
            case 5001, 5004, 5005, 5010 ->
                "load the kernel module nvidia-fs of this version (modprobe nvidia-fs, gdscheck -p), or " + OTHERWISE;
            case 5007, 5009 -> "see which platforms and GPUs GPUDirect Storage supports, or " + OTHERWISE;
            case 5008, 5018, 5019 ->
                "use a file on a file system that cuFile supports (ext4 and XFS on NVMe; gdscheck -p lists them), or "
                        + OTHERWISE;
            case 5020 -> "open the file with DIRECT (rw,direct:path)";
            case CUDA_DRIVER_ERROR, 5029 -> "see the CUDA error; nvidia-smi shows the state of the GPUs";
            case 5012, 5013, 5014, 5015, 5017 ->
                "register memory of the GPU that it is said to be of, and keep it allocated";
            case 5016, 5036 -> "raise max_device_pinned_mem_size_kb in cufile.json, or register less";
            case 5025 -> "see the permissions of the file, and of /dev/nvidia-fs*";
            case 5033 -> "install the driver of your NVIDIA GPU, and see that nvidia-smi works in this container";
            case 5035, BATCH_FULL -> "lower batch_pool_size or batch_limit, or raise io_batchsize in cufile.json";
            case Errno.EBADF -> "keep the file descriptor open while it is registered";
            case Errno.ENOSPC, Errno.EDQUOT -> "free space on the device, or within the quota";
            case Errno.EINVAL -> "with DIRECT, align offsets, lengths and addresses to the device's blocks";
            default -> "see cuFile's log (CUFILE_LOGFILE_PATH)";
        };
    }
}
