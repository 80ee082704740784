// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.gds;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.nativesupport.FileCalls;
import io.jnixl.testsupport.CProbe;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the Java code believes of C structs and constants is what the compiler makes of the headers: of this project's own, unless
 * {@code -Djnixl.cufile.header=cufile.h} names NVIDIA's, which {@code CPATH} must lead the compiler to.
 */
@Tag("compiler")
class LayoutTest {
    private static String cufileHeader(Path folder) throws IOException {
        String given = System.getProperty("jnixl.cufile.header", "");
        return given.isEmpty() ? StandIn.header(folder).toString() : given;
    }

    private final Map<String, Long> believed = new LinkedHashMap<>();

    private void value(String expression, long value) {
        believed.put(expression, value);
    }

    private void offset(String type, String field, long value) {
        value("offsetof(" + type + ", " + field + ")", value);
    }

    /** That a function is declared with this type. */
    private void function(String name, String type) {
        value("_Generic(" + name + ", " + type.replaceFirst("\\(", "(*)(") + ": 1, default: 0)", 1);
    }

    private void check(Path folder, String... headers) throws Exception {
        CProbe probe = new CProbe(headers);
        believed.keySet().forEach(probe::value);
        assertThat(probe.ask(folder)).containsExactlyEntriesOf(believed);
    }

    @Test
    void ofCuFile(@TempDir Path folder) throws Exception {
        value("sizeof(CUfileError_t)", Long.BYTES);
        offset("CUfileError_t", "err", 0);
        offset("CUfileError_t", "cu_err", Integer.BYTES);
        value("sizeof(CUfileDescr_t)", CuFileNative.DESCR_SIZE);
        offset("CUfileDescr_t", "type", CuFileNative.DESCR_TYPE);
        offset("CUfileDescr_t", "handle.fd", CuFileNative.DESCR_FD);
        value("sizeof(CUfileDrvProps_t)", CuFileNative.PROPS_SIZE);
        offset("CUfileDrvProps_t", "nvfs.major_version", CuFileNative.PROPS_NVFS_MAJOR);
        offset("CUfileDrvProps_t", "nvfs.minor_version", CuFileNative.PROPS_NVFS_MINOR);
        offset("CUfileDrvProps_t", "nvfs.dstatusflags", CuFileNative.PROPS_STATUS_FLAGS);
        offset("CUfileDrvProps_t", "nvfs.dcontrolflags", CuFileNative.PROPS_CONTROL_FLAGS);
        offset("CUfileDrvProps_t", "max_batch_io_size", CuFileNative.PROPS_MAX_BATCH);
        value("sizeof(CUfileIOParams_t)", CuFileNative.PARAMS_SIZE);
        offset("CUfileIOParams_t", "mode", CuFileNative.PARAMS_MODE);
        offset("CUfileIOParams_t", "u.batch.devPtr_base", CuFileNative.PARAMS_BASE);
        offset("CUfileIOParams_t", "u.batch.file_offset", CuFileNative.PARAMS_FILE_OFFSET);
        offset("CUfileIOParams_t", "u.batch.devPtr_offset", CuFileNative.PARAMS_BUFFER_OFFSET);
        offset("CUfileIOParams_t", "u.batch.size", CuFileNative.PARAMS_BYTES);
        offset("CUfileIOParams_t", "fh", CuFileNative.PARAMS_HANDLE);
        offset("CUfileIOParams_t", "opcode", CuFileNative.PARAMS_OPCODE);
        offset("CUfileIOParams_t", "cookie", CuFileNative.PARAMS_COOKIE);
        value("sizeof(CUfileIOEvents_t)", CuFileNative.EVENT_SIZE);
        offset("CUfileIOEvents_t", "cookie", CuFileNative.EVENT_COOKIE);
        offset("CUfileIOEvents_t", "status", CuFileNative.EVENT_STATUS);
        offset("CUfileIOEvents_t", "ret", CuFileNative.EVENT_RESULT);
        value("sizeof(struct timespec)", CuFileNative.TIME_SIZE);
        offset("struct timespec", "tv_nsec", CuFileNative.TIME_NANOS);
        value("CU_FILE_HANDLE_TYPE_OPAQUE_FD", CuFileNative.HANDLE_TYPE_OPAQUE_FD);
        value("CU_FILE_ALLOW_COMPAT_MODE", CuFileNative.CONTROL_ALLOW_COMPAT_MODE);
        value("CU_FILE_NVME_P2P_SUPPORTED", CuFileNative.STATUS_NVME_P2P);
        value("CUFILE_BATCH", CuFileNative.MODE_BATCH);
        value("CUFILE_READ", CuFileNative.OPCODE_READ);
        value("CUFILE_WRITE", CuFileNative.OPCODE_WRITE);
        value("CUFILE_WAITING", CuFileNative.STATUS_WAITING);
        value("CUFILE_PENDING", CuFileNative.STATUS_PENDING);
        value("CUFILE_INVALID", CuFileNative.STATUS_INVALID);
        value("CUFILE_CANCELED", CuFileNative.STATUS_CANCELED);
        value("CUFILE_COMPLETE", CuFileNative.STATUS_COMPLETE);
        value("CUFILE_TIMEOUT", CuFileNative.STATUS_TIMEOUT);
        value("CUFILE_FAILED", CuFileNative.STATUS_FAILED);
        value("sizeof(size_t)", Long.BYTES);
        value("sizeof(off_t)", Long.BYTES);
        value("sizeof(ssize_t)", Long.BYTES);
        value("CU_FILE_STREAM_FIXED_BUF_OFFSET", CuFileNative.STREAM_FIXED_BUFFER_OFFSET);
        value("CU_FILE_STREAM_FIXED_FILE_OFFSET", CuFileNative.STREAM_FIXED_FILE_OFFSET);
        value("CU_FILE_STREAM_FIXED_FILE_SIZE", CuFileNative.STREAM_FIXED_SIZE);
        value("CU_FILE_STREAM_PAGE_ALIGNED_INPUTS", CuFileNative.STREAM_PAGE_ALIGNED);
        for (String name : List.of("Read", "Write")) {
            function(
                    "cuFile" + name + "Async",
                    "CUfileError_t(CUfileHandle_t, void *, size_t *, off_t *, off_t *, ssize_t *, CUstream)");
        }
        function("cuFileStreamRegister", "CUfileError_t(CUstream, unsigned)");
        function("cuFileStreamDeregister", "CUfileError_t(CUstream)");
        CuFileError.NAMES.forEach((code, name) -> value(name.substring(0, name.indexOf(',')), code));
        check(folder, cufileHeader(folder));
    }

    @Test
    void ofCuda(@TempDir Path folder) throws Exception {
        value("sizeof(CUcontext)", Long.BYTES);
        value("sizeof(CUdeviceptr)", Long.BYTES);
        value("sizeof(CUdevice)", Integer.BYTES);
        value("CUDA_ERROR_INVALID_VALUE", CudaNative.ERROR_INVALID_VALUE);
        value("CUDA_ERROR_INVALID_DEVICE", CudaNative.ERROR_INVALID_DEVICE);
        value("CU_POINTER_ATTRIBUTE_MEMORY_TYPE", CudaNative.ATTRIBUTE_MEMORY_TYPE);
        value("CU_POINTER_ATTRIBUTE_DEVICE_ORDINAL", CudaNative.ATTRIBUTE_DEVICE_ORDINAL);
        value("CU_MEMORYTYPE_DEVICE", CudaNative.MEMORY_TYPE_DEVICE);
        check(folder, cufileHeader(folder));
    }

    @Test
    void ofCudaStreams(@TempDir Path folder) throws Exception {
        value("sizeof(CUstream)", Long.BYTES);
        value("sizeof(CUevent)", Long.BYTES);
        value("sizeof(CUresult)", Integer.BYTES);
        value("CUDA_ERROR_NOT_READY", CudaNative.ERROR_NOT_READY);
        value("CU_STREAM_NON_BLOCKING", CudaNative.STREAM_NON_BLOCKING);
        value("CU_EVENT_DISABLE_TIMING", CudaNative.EVENT_DISABLE_TIMING);
        function("cuStreamCreate", "CUresult(CUstream *, unsigned)");
        function("cuStreamSynchronize", "CUresult(CUstream)");
        function("cuStreamDestroy_v2", "CUresult(CUstream)");
        function("cuMemcpyHtoDAsync_v2", "CUresult(CUdeviceptr, const void *, size_t, CUstream)");
        function("cuMemcpyDtoHAsync_v2", "CUresult(void *, CUdeviceptr, size_t, CUstream)");
        function("cuEventCreate", "CUresult(CUevent *, unsigned)");
        function("cuEventRecord", "CUresult(CUevent, CUstream)");
        function("cuEventQuery", "CUresult(CUevent)");
        function("cuEventSynchronize", "CUresult(CUevent)");
        function("cuEventDestroy_v2", "CUresult(CUevent)");
        check(folder, cufileHeader(folder));
    }

    @Test
    void ofFiles(@TempDir Path folder) throws Exception {
        value("O_WRONLY", FileCalls.O_WRONLY);
        value("O_RDWR", FileCalls.O_RDWR);
        value("O_ACCMODE", FileCalls.O_ACCMODE);
        value("O_CREAT", FileCalls.O_CREAT);
        value("O_TRUNC", FileCalls.O_TRUNC);
        value("O_APPEND", FileCalls.O_APPEND);
        value("O_NOATIME", FileCalls.O_NOATIME);
        value("O_CLOEXEC", FileCalls.O_CLOEXEC);
        value("O_SYNC", FileCalls.O_SYNC);
        value("O_PATH", FileCalls.O_PATH);
        value("O_DIRECT", FileCalls.O_DIRECT);
        value("F_GETFL", FileCalls.F_GETFL);
        value("F_DUPFD_CLOEXEC", FileCalls.F_DUPFD_CLOEXEC);
        check(folder, "fcntl.h");
    }
}
