// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.jnixl.nativesupport.NativeCalls;
import io.jnixl.nativesupport.NativeLibrary;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.List;

/**
 * liburing's exported functions, and what {@code liburing.h} and {@code linux/io_uring.h} say of structs and constants; a test
 * compares them with the headers. The functions answer {@code -errno}.
 */
final class Uring {
    static final String SONAME = "liburing.so.2";
    static final List<String> SYMBOLS = List.of(
            "io_uring_queue_init_params",
            "io_uring_queue_exit",
            "io_uring_enter",
            "io_uring_enter2",
            "io_uring_register");

    // struct io_uring: pointers into the mapped rings. Its size has grown with releases, hence the room to spare.
    static final int RING_ROOM = 1024;
    static final int SQ_TAIL = 8;
    static final int SQ_MASK = 16;
    static final int SQ_FLAGS = 32;
    static final int SQ_ARRAY = 48;
    static final int SQ_ENTRIES_TABLE = 56;
    static final int CQ_HEAD = 104;
    static final int CQ_TAIL = 112;
    static final int CQ_MASK = 120;
    static final int CQ_FLAGS = 136;
    static final int CQ_ENTRIES_TABLE = 152;
    static final int RING_FD = 196;

    // struct io_uring_params
    static final int PARAMS_SIZE = 120;
    static final int PARAMS_SQ_ENTRIES = 0;
    static final int PARAMS_FLAGS = 8;
    static final int PARAMS_FEATURES = 20;

    // struct io_uring_sqe
    static final int SQE_SIZE = 64;
    static final int SQE_OPCODE = 0;
    static final int SQE_FLAGS = 1;
    static final int SQE_FD = 4;
    static final int SQE_OFFSET = 8;
    static final int SQE_ADDRESS = 16;
    static final int SQE_LENGTH = 24;
    static final int SQE_RW_FLAGS = 28;
    static final int SQE_USER_DATA = 32;
    static final int SQE_BUFFER_INDEX = 40;

    // struct io_uring_cqe
    static final int CQE_SIZE = 16;
    static final int CQE_USER_DATA = 0;
    static final int CQE_RESULT = 8;

    // struct iovec
    static final int IOVEC_SIZE = 16;
    static final int IOVEC_LENGTH = 8;

    // struct io_uring_getevents_arg, and struct __kernel_timespec
    static final int EVENTS_ARG_SIZE = 24;
    static final int EVENTS_ARG_TIME = 16;
    static final int TIME_SIZE = 16;
    static final int TIME_NANOS = 8;

    // struct io_uring_rsrc_register
    static final int TABLE_SIZE = 32;
    static final int TABLE_COUNT = 0;
    static final int TABLE_FLAGS = 4;

    // struct io_uring_rsrc_update2; the older one for files is its beginning
    static final int UPDATE_SIZE = 32;
    static final int UPDATE_OFFSET = 0;
    static final int UPDATE_DATA = 8;
    static final int UPDATE_COUNT = 24;

    // constants
    static final int OP_READV = 1;
    static final int OP_WRITEV = 2;
    static final int OP_FSYNC = 3;
    static final int OP_READ_FIXED = 4;
    static final int OP_WRITE_FIXED = 5;
    static final int OP_ASYNC_CANCEL = 14;
    static final int OP_READ = 22;
    static final int OP_WRITE = 23;
    static final int SQE_FIXED_FILE = 1;
    static final int SQE_ASYNC = 16;
    static final int FSYNC_DATASYNC = 1;
    static final int ENTER_GETEVENTS = 1;
    static final int ENTER_EXT_ARG = 8;
    static final int SQ_CQ_OVERFLOW = 2;
    static final int SQ_TASKRUN = 4;
    static final int CQ_EVENTFD_DISABLED = 1;
    static final int REGISTER_EVENTFD = 4;
    static final int REGISTER_FILES_UPDATE = 6;
    static final int REGISTER_ENABLE_RINGS = 12;
    static final int REGISTER_FILES2 = 13;
    static final int REGISTER_BUFFERS2 = 15;
    static final int REGISTER_BUFFERS_UPDATE = 16;
    static final int TABLE_SPARSE = 1;
    static final int SETUP_R_DISABLED = 1 << 6;
    static final int SETUP_COOP_TASKRUN = 1 << 8;
    static final int SETUP_TASKRUN_FLAG = 1 << 9;
    static final int SETUP_SINGLE_ISSUER = 1 << 12;
    static final int SETUP_DEFER_TASKRUN = 1 << 13;

    /** Came with the same kernel (5.6) as reads and writes without vectors. */
    static final int FEATURE_RW_CUR_POS = 1 << 3;

    /** Waiting with a time limit (5.11). */
    static final int FEATURE_EXT_ARG = 1 << 8;

    private Uring() {}

    /** Bound when first used, which is after {@link NativeLibrary#open} has answered that the library is there. */
    private static final class Handles {
        static final MethodHandle INIT;
        static final MethodHandle EXIT;
        static final MethodHandle ENTER;
        static final MethodHandle ENTER2;
        static final MethodHandle REGISTER;

        static {
            if (!(NativeLibrary.open(SONAME, SYMBOLS) instanceof NativeLibrary.Found library)) {
                throw new IllegalStateException(SONAME + " was there, and is not any more");
            }
            INIT = library.function(
                    "io_uring_queue_init_params", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
            EXIT = library.function("io_uring_queue_exit", FunctionDescriptor.ofVoid(ADDRESS));
            ENTER = library.function(
                    "io_uring_enter",
                    FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
            ENTER2 = library.function(
                    "io_uring_enter2",
                    FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG));
            REGISTER = library.function(
                    "io_uring_register", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT));
        }
    }

    static int init(int entries, MemorySegment ring, MemorySegment params) {
        try {
            return (int) Handles.INIT.invokeExact(entries, ring, params);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    static void exit(MemorySegment ring) {
        try {
            Handles.EXIT.invokeExact(ring);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    /** Submits entries and waits for completions; answers how many were submitted. */
    static int enter(int fd, int toSubmit, int minComplete, int flags) {
        try {
            return (int) Handles.ENTER.invokeExact(fd, toSubmit, minComplete, flags, 0L);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    /** The same with an {@code io_uring_getevents_arg} that says how long to wait; {@code -ETIME} when it was that long. */
    static int enter(int fd, int toSubmit, int minComplete, int flags, long argument) {
        try {
            return (int) Handles.ENTER2.invokeExact(
                    fd, toSubmit, minComplete, flags | ENTER_EXT_ARG, argument, (long) EVENTS_ARG_SIZE);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    /** Tells a ring of files, buffers or an event; what the argument is depends on {@code what}. */
    static int register(int fd, int what, long argument, int count) {
        try {
            return (int) Handles.REGISTER.invokeExact(fd, what, argument, count);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }
}
