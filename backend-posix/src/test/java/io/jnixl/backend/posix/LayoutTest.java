// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

import static org.assertj.core.api.Assertions.assertThat;

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
        offset("struct io_uring", "sq.array", Uring.SQ_ARRAY);
        offset("struct io_uring", "sq.sqes", Uring.SQ_ENTRIES_TABLE);
        offset("struct io_uring", "cq.khead", Uring.CQ_HEAD);
        offset("struct io_uring", "cq.ktail", Uring.CQ_TAIL);
        offset("struct io_uring", "cq.kring_mask", Uring.CQ_MASK);
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
        value("sizeof(struct io_uring_cqe)", Uring.CQE_SIZE);
        offset("struct io_uring_cqe", "user_data", Uring.CQE_USER_DATA);
        offset("struct io_uring_cqe", "res", Uring.CQE_RESULT);
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
    void ofFiles(@TempDir Path folder) throws Exception {
        value("O_WRONLY", Libc.O_WRONLY);
        value("O_RDWR", Libc.O_RDWR);
        value("O_ACCMODE", Libc.O_ACCMODE);
        value("O_CREAT", Libc.O_CREAT);
        value("O_APPEND", Libc.O_APPEND);
        value("O_NOATIME", Libc.O_NOATIME);
        value("O_CLOEXEC", Libc.O_CLOEXEC);
        value("O_SYNC", Libc.O_SYNC);
        value("O_PATH", Libc.O_PATH);
        value("O_DIRECT", Libc.O_DIRECT);
        value("F_GETFL", Libc.F_GETFL);
        value("AT_FDCWD", Libc.AT_FDCWD);
        value("AT_EMPTY_PATH", Libc.AT_EMPTY_PATH);
        value("EFD_CLOEXEC", Libc.EFD_CLOEXEC);
        check(folder, "fcntl.h", "sys/eventfd.h");
        assertThat(Libc.oDirect("aarch64")).isEqualTo(0x10000);
    }

    @Test
    void ofStatx(@TempDir Path folder) throws Exception {
        value("sizeof(struct statx)", FileStat.BYTES);
        offset("struct statx", "stx_mask", FileStat.MASK_AT);
        offset("struct statx", "stx_mode", FileStat.MODE_AT);
        offset("struct statx", "stx_size", FileStat.SIZE_AT);
        offset("struct statx", "stx_mtime.tv_sec", FileStat.MTIME_AT);
        offset("struct statx", "stx_dio_mem_align", FileStat.DIO_MEMORY_AT);
        offset("struct statx", "stx_dio_offset_align", FileStat.DIO_OFFSET_AT);
        value("STATX_BASIC_STATS", FileStat.BASIC);
        value("STATX_DIOALIGN", FileStat.DIO_ALIGN);
        check(folder, "linux/stat.h");
    }
}
