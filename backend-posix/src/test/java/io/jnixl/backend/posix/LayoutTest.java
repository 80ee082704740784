// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.nativesupport.FileCalls;
import io.jnixl.nativesupport.HugePages;
import io.jnixl.testsupport.CProbe;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the Java code believes of C structs and constants is what the headers say. */
class LayoutTest {
    private final Map<String, Long> believed = new LinkedHashMap<>();

    private void value(String expression, long value) {
        believed.put(expression, value);
    }

    private void offset(String type, String field, long value) {
        value("offsetof(" + type + ", " + field + ")", value);
    }

    private void check(Path folder, String... headers) throws Exception {
        CProbe probe = new CProbe(headers);
        believed.keySet().forEach(probe::value);
        assertThat(probe.ask(folder)).containsExactlyEntriesOf(believed);
    }

    @Test
    void ofRings(@TempDir Path folder) throws Exception {
        offset("struct io_uring", "sq.ktail", Uring.SQ_TAIL);
        offset("struct io_uring", "sq.kring_mask", Uring.SQ_MASK);
        offset("struct io_uring", "sq.kflags", Uring.SQ_FLAGS);
        offset("struct io_uring", "sq.array", Uring.SQ_ARRAY);
        offset("struct io_uring", "sq.sqes", Uring.SQ_ENTRIES_TABLE);
        offset("struct io_uring", "cq.khead", Uring.CQ_HEAD);
        offset("struct io_uring", "cq.ktail", Uring.CQ_TAIL);
        offset("struct io_uring", "cq.kring_mask", Uring.CQ_MASK);
        offset("struct io_uring", "cq.kflags", Uring.CQ_FLAGS);
        offset("struct io_uring", "cq.cqes", Uring.CQ_ENTRIES_TABLE);
        offset("struct io_uring", "ring_fd", Uring.RING_FD);
        value("sizeof(struct io_uring) <= " + Uring.RING_ROOM, 1);
        value("sizeof(struct io_uring_params)", Uring.PARAMS_SIZE);
        offset("struct io_uring_params", "flags", Uring.PARAMS_FLAGS);
        offset("struct io_uring_params", "features", Uring.PARAMS_FEATURES);
        value("sizeof(struct io_uring_sqe)", Uring.SQE_SIZE);
        offset("struct io_uring_sqe", "opcode", Uring.SQE_OPCODE);
        offset("struct io_uring_sqe", "flags", Uring.SQE_FLAGS);
        offset("struct io_uring_sqe", "fd", Uring.SQE_FD);
        offset("struct io_uring_sqe", "off", Uring.SQE_OFFSET);
        offset("struct io_uring_sqe", "addr", Uring.SQE_ADDRESS);
        offset("struct io_uring_sqe", "len", Uring.SQE_LENGTH);
        offset("struct io_uring_sqe", "rw_flags", Uring.SQE_RW_FLAGS);
        offset("struct io_uring_sqe", "user_data", Uring.SQE_USER_DATA);
        offset("struct io_uring_sqe", "buf_index", Uring.SQE_BUFFER_INDEX);
        offset("struct io_uring_sqe", "fsync_flags", Uring.SQE_RW_FLAGS);
        value("sizeof(struct iovec)", Uring.IOVEC_SIZE);
        offset("struct iovec", "iov_len", Uring.IOVEC_LENGTH);
        value("sizeof(struct io_uring_getevents_arg)", Uring.EVENTS_ARG_SIZE);
        offset("struct io_uring_getevents_arg", "ts", Uring.EVENTS_ARG_TIME);
        value("sizeof(struct __kernel_timespec)", Uring.TIME_SIZE);
        offset("struct __kernel_timespec", "tv_nsec", Uring.TIME_NANOS);
        value("sizeof(struct io_uring_rsrc_register)", Uring.TABLE_SIZE);
        offset("struct io_uring_rsrc_register", "nr", Uring.TABLE_COUNT);
        offset("struct io_uring_rsrc_register", "flags", Uring.TABLE_FLAGS);
        value("sizeof(struct io_uring_rsrc_update2)", Uring.UPDATE_SIZE);
        offset("struct io_uring_rsrc_update2", "offset", Uring.UPDATE_OFFSET);
        offset("struct io_uring_rsrc_update2", "data", Uring.UPDATE_DATA);
        offset("struct io_uring_rsrc_update2", "nr", Uring.UPDATE_COUNT);
        offset("struct io_uring_files_update", "offset", Uring.UPDATE_OFFSET);
        offset("struct io_uring_files_update", "fds", Uring.UPDATE_DATA);
        value("sizeof(struct io_uring_cqe)", Uring.CQE_SIZE);
        offset("struct io_uring_cqe", "user_data", Uring.CQE_USER_DATA);
        offset("struct io_uring_cqe", "res", Uring.CQE_RESULT);
        value("IORING_OP_READV", Uring.OP_READV);
        value("IORING_OP_WRITEV", Uring.OP_WRITEV);
        value("IORING_OP_FSYNC", Uring.OP_FSYNC);
        value("IORING_OP_READ_FIXED", Uring.OP_READ_FIXED);
        value("IORING_OP_WRITE_FIXED", Uring.OP_WRITE_FIXED);
        value("IORING_OP_ASYNC_CANCEL", Uring.OP_ASYNC_CANCEL);
        value("IOSQE_FIXED_FILE", Uring.SQE_FIXED_FILE);
        value("IORING_FSYNC_DATASYNC", Uring.FSYNC_DATASYNC);
        value("IORING_ENTER_EXT_ARG", Uring.ENTER_EXT_ARG);
        value("IORING_SQ_CQ_OVERFLOW", Uring.SQ_CQ_OVERFLOW);
        value("IORING_SQ_TASKRUN", Uring.SQ_TASKRUN);
        value("IORING_SETUP_TASKRUN_FLAG", Uring.SETUP_TASKRUN_FLAG);
        value("IORING_CQ_EVENTFD_DISABLED", Uring.CQ_EVENTFD_DISABLED);
        value("IORING_REGISTER_EVENTFD", Uring.REGISTER_EVENTFD);
        value("IORING_REGISTER_FILES_UPDATE", Uring.REGISTER_FILES_UPDATE);
        value("IORING_REGISTER_ENABLE_RINGS", Uring.REGISTER_ENABLE_RINGS);
        value("IORING_SETUP_R_DISABLED", Uring.SETUP_R_DISABLED);
        value("IORING_REGISTER_FILES2", Uring.REGISTER_FILES2);
        value("IORING_REGISTER_BUFFERS2", Uring.REGISTER_BUFFERS2);
        value("IORING_REGISTER_BUFFERS_UPDATE", Uring.REGISTER_BUFFERS_UPDATE);
        value("IORING_RSRC_REGISTER_SPARSE", Uring.TABLE_SPARSE);
        value("IORING_SETUP_DEFER_TASKRUN", Uring.SETUP_DEFER_TASKRUN);
        value("IORING_FEAT_EXT_ARG", Uring.FEATURE_EXT_ARG);
        value("IORING_OP_READ", Uring.OP_READ);
        value("IORING_OP_WRITE", Uring.OP_WRITE);
        value("IOSQE_ASYNC", Uring.SQE_ASYNC);
        value("IORING_ENTER_GETEVENTS", Uring.ENTER_GETEVENTS);
        value("IORING_SETUP_COOP_TASKRUN", Uring.SETUP_COOP_TASKRUN);
        value("IORING_SETUP_SINGLE_ISSUER", Uring.SETUP_SINGLE_ISSUER);
        value("IORING_FEAT_RW_CUR_POS", Uring.FEATURE_RW_CUR_POS);
        check(folder, "liburing.h");
    }

    @Test
    void ofAsynchronousIo(@TempDir Path folder) throws Exception {
        value("sizeof(struct iocb)", Aio.IOCB_SIZE);
        offset("struct iocb", "aio_data", Aio.IOCB_DATA);
        offset("struct iocb", "aio_lio_opcode", Aio.IOCB_OPCODE);
        offset("struct iocb", "aio_fildes", Aio.IOCB_FD);
        offset("struct iocb", "aio_buf", Aio.IOCB_BUFFER);
        offset("struct iocb", "aio_nbytes", Aio.IOCB_BYTES);
        offset("struct iocb", "aio_offset", Aio.IOCB_OFFSET);
        value("sizeof(struct io_event)", Aio.EVENT_SIZE);
        offset("struct io_event", "data", Aio.EVENT_DATA);
        offset("struct io_event", "res", Aio.EVENT_RESULT);
        value("IOCB_CMD_PREAD", Aio.PREAD);
        value("IOCB_CMD_PWRITE", Aio.PWRITE);
        value("IOCB_CMD_FSYNC", Aio.FSYNC);
        value("IOCB_CMD_FDSYNC", Aio.FDSYNC);
        value("IOCB_CMD_POLL", Aio.POLL);
        value("POLLIN", Aio.POLLIN);
        value("SYS_io_setup", Aio.NUMBERS.setup());
        value("SYS_io_destroy", Aio.NUMBERS.destroy());
        value("SYS_io_submit", Aio.NUMBERS.submit());
        value("SYS_io_getevents", Aio.NUMBERS.events());
        check(folder, "linux/aio_abi.h", "poll.h", "sys/syscall.h");
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
        value("AT_FDCWD", Libc.AT_FDCWD);
        value("AT_EMPTY_PATH", Libc.AT_EMPTY_PATH);
        value("EFD_CLOEXEC", Libc.EFD_CLOEXEC);
        value("POLLIN", Libc.POLLIN);
        value("sizeof(struct pollfd)", Libc.POLL_FD_SIZE);
        offset("struct pollfd", "events", Libc.POLL_FD_EVENTS);
        value("PROT_READ | PROT_WRITE", Libc.PROT_READ_WRITE);
        value("MAP_PRIVATE | MAP_ANONYMOUS", Libc.MAP_PRIVATE_ANONYMOUS);
        value("MADV_HUGEPAGE", HugePages.MADV_HUGEPAGE);
        value("(long) MAP_FAILED", Libc.MAP_FAILED);
        check(folder, "fcntl.h", "poll.h", "sys/eventfd.h", "sys/mman.h");
        assertThat(FileCalls.oDirect("aarch64")).isEqualTo(0x10000);
    }

    @Test
    void ofStatx(@TempDir Path folder) throws Exception {
        value("sizeof(struct statx)", FileStat.BYTES);
        offset("struct statx", "stx_mask", FileStat.MASK_AT);
        offset("struct statx", "stx_mode", FileStat.MODE_AT);
        offset("struct statx", "stx_size", FileStat.SIZE_AT);
        offset("struct statx", "stx_blocks", FileStat.BLOCKS_AT);
        offset("struct statx", "stx_dev_major", FileStat.DEVICE_MAJOR_AT);
        offset("struct statx", "stx_dev_minor", FileStat.DEVICE_MINOR_AT);
        offset("struct statx", "stx_mtime.tv_sec", FileStat.MTIME_AT);
        offset("struct statx", "stx_dio_mem_align", FileStat.DIO_MEMORY_AT);
        offset("struct statx", "stx_dio_offset_align", FileStat.DIO_OFFSET_AT);
        value("STATX_BASIC_STATS", FileStat.BASIC);
        value("STATX_DIOALIGN", FileStat.DIO_ALIGN);
        check(folder, "linux/stat.h");
    }
}
