// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.gds;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.jnixl.nativesupport.Errno;
import io.jnixl.nativesupport.NativeCalls;
import io.jnixl.nativesupport.NativeLibrary;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * cuFile's functions, and what {@code cufile.h} says of structs and constants; a test compares them with a header. Functions that
 * answer a {@code CUfileError_t} answer it here as a long, since its two ints come back in one register: cuFile's error below,
 * CUDA's above; see {@link CuFileError}. Bound when first used.
 */
final class CuFileNative {
    /** The system property that names another file than {@link #SONAME}. */
    static final String PROPERTY = "jnixl.cufile.library";

    static final String SONAME = "libcufile.so.0";

    /** What every backend here needs. */
    static final List<String> SYMBOLS = List.of(
            "cuFileGetVersion",
            "cuFileDriverOpen",
            "cuFileDriverClose_v2",
            "cuFileDriverGetProperties",
            "cuFileHandleRegister",
            "cuFileHandleDeregister",
            "cuFileBufRegister",
            "cuFileBufDeregister",
            "cuFileRead",
            "cuFileWrite");

    /** What batches need besides; cuFile 1.6 and later. */
    static final List<String> BATCH_SYMBOLS = List.of(
            "cuFileBatchIOSetUp",
            "cuFileBatchIOSubmit",
            "cuFileBatchIOGetStatus",
            "cuFileBatchIOCancel",
            "cuFileBatchIODestroy");

    /** What reads and writes on a stream need besides; cuFile 1.7 and later. */
    static final List<String> STREAM_SYMBOLS =
            List.of("cuFileStreamRegister", "cuFileStreamDeregister", "cuFileReadAsync", "cuFileWriteAsync");

    // flags of a stream: what is looked at when a read or write is given to it, and not when it gets there
    static final int STREAM_FIXED_BUFFER_OFFSET = 1;
    static final int STREAM_FIXED_FILE_OFFSET = 2;
    static final int STREAM_FIXED_SIZE = 4;
    static final int STREAM_PAGE_ALIGNED = 8;

    // CUfileDescr_t: a file to register
    static final int DESCR_SIZE = 24;
    static final int DESCR_TYPE = 0;
    static final int DESCR_FD = 8;
    static final int HANDLE_TYPE_OPAQUE_FD = 1;

    // CUfileDrvProps_t: what the driver can do
    static final int PROPS_SIZE = 56;
    static final int PROPS_NVFS_MAJOR = 0;
    static final int PROPS_NVFS_MINOR = 4;
    static final int PROPS_STATUS_FLAGS = 24;
    static final int PROPS_CONTROL_FLAGS = 28;
    static final int PROPS_MAX_BATCH = 48;
    static final int CONTROL_ALLOW_COMPAT_MODE = 1;
    static final int STATUS_NVME_P2P = 11;

    // CUfileIOParams_t: a read or write of a batch
    static final int PARAMS_SIZE = 64;
    static final int PARAMS_MODE = 0;
    static final int PARAMS_BASE = 8;
    static final int PARAMS_FILE_OFFSET = 16;
    static final int PARAMS_BUFFER_OFFSET = 24;
    static final int PARAMS_BYTES = 32;
    static final int PARAMS_HANDLE = 40;
    static final int PARAMS_OPCODE = 48;
    static final int PARAMS_COOKIE = 56;
    static final int MODE_BATCH = 1;
    static final int OPCODE_READ = 0;
    static final int OPCODE_WRITE = 1;

    // CUfileIOEvents_t: its end
    static final int EVENT_SIZE = 24;
    static final int EVENT_COOKIE = 0;
    static final int EVENT_STATUS = 8;
    static final int EVENT_RESULT = 16;
    static final int STATUS_WAITING = 1;
    static final int STATUS_PENDING = 2;
    static final int STATUS_INVALID = 4;
    static final int STATUS_CANCELED = 8;
    static final int STATUS_COMPLETE = 16;
    static final int STATUS_TIMEOUT = 32;
    static final int STATUS_FAILED = 64;

    // struct timespec
    static final int TIME_SIZE = 16;
    static final int TIME_NANOS = 8;

    private CuFileNative() {}

    /** The file to load. */
    static String soname() {
        return System.getProperty(PROPERTY, SONAME);
    }

    /**
     * What the library finds in its environment unless the user has set it: it would write its log into the working directory.
     */
    static Map<String, String> environment() {
        Path folder = Path.of(System.getProperty("java.io.tmpdir"));
        return Map.of(
                "CUFILE_LOGFILE_PATH",
                folder.resolve("cufile-" + ProcessHandle.current().pid() + ".log")
                        .toString());
    }

    private static final class Handles {
        private static final NativeLibrary.Found LIBRARY = library();
        static final MethodHandle VERSION = bind("cuFileGetVersion", ADDRESS);
        static final MethodHandle OPEN = bind("cuFileDriverOpen");
        static final MethodHandle CLOSE = bind("cuFileDriverClose_v2");
        static final MethodHandle PROPERTIES = bind("cuFileDriverGetProperties", ADDRESS);
        static final MethodHandle REGISTER_FILE = bind("cuFileHandleRegister", ADDRESS, ADDRESS);
        static final MethodHandle FORGET_FILE =
                LIBRARY.function("cuFileHandleDeregister", FunctionDescriptor.ofVoid(JAVA_LONG));
        static final MethodHandle REGISTER_BUFFER = bind("cuFileBufRegister", JAVA_LONG, JAVA_LONG, JAVA_INT);
        static final MethodHandle FORGET_BUFFER = bind("cuFileBufDeregister", JAVA_LONG);

        private static final FunctionDescriptor MOVE =
                FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);

        // Without errno on the hot path: the segment that captures it would be garbage. Who fails asks once more, with
        // errno.
        static final MethodHandle READ = LIBRARY.function("cuFileRead", MOVE);
        static final MethodHandle WRITE = LIBRARY.function("cuFileWrite", MOVE);
        static final MethodHandle READ_OR_WHY = LIBRARY.function("cuFileRead", MOVE, Errno.capture());
        static final MethodHandle WRITE_OR_WHY = LIBRARY.function("cuFileWrite", MOVE, Errno.capture());

        private static NativeLibrary.Found library() {
            if (NativeLibrary.open(soname(), SYMBOLS, environment()) instanceof NativeLibrary.Found library) {
                return library;
            }
            throw new IllegalStateException(soname() + " was there, and is not any more");
        }

        static MethodHandle bind(String symbol, MemoryLayout... arguments) {
            return LIBRARY.function(symbol, FunctionDescriptor.of(JAVA_LONG, arguments));
        }
    }

    /** Apart, since older libraries have none of it and can still read and write. */
    private static final class Batches {
        static final MethodHandle SET_UP = Handles.bind("cuFileBatchIOSetUp", ADDRESS, JAVA_INT);
        static final MethodHandle SUBMIT =
                Handles.bind("cuFileBatchIOSubmit", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT);
        static final MethodHandle STATUS =
                Handles.bind("cuFileBatchIOGetStatus", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG);
        static final MethodHandle CANCEL = Handles.bind("cuFileBatchIOCancel", JAVA_LONG);
        static final MethodHandle DESTROY =
                Handles.LIBRARY.function("cuFileBatchIODestroy", FunctionDescriptor.ofVoid(JAVA_LONG));
    }

    /** Apart, likewise. */
    private static final class Streams {
        static final MethodHandle REGISTER = Handles.bind("cuFileStreamRegister", JAVA_LONG, JAVA_INT);
        static final MethodHandle DEREGISTER = Handles.bind("cuFileStreamDeregister", JAVA_LONG);
        static final MethodHandle READ =
                Handles.bind("cuFileReadAsync", JAVA_LONG, JAVA_LONG, ADDRESS, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG);
        static final MethodHandle WRITE =
                Handles.bind("cuFileWriteAsync", JAVA_LONG, JAVA_LONG, ADDRESS, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG);
    }

    // ---- the driver, files and buffers

    /** The library's version, an int. */
    static long version(MemorySegment version) {
        return into(Handles.VERSION, version);
    }

    static long driverOpen() {
        try {
            return (long) Handles.OPEN.invokeExact();
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    static long driverClose() {
        try {
            return (long) Handles.CLOSE.invokeExact();
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    static long properties(MemorySegment properties) {
        return into(Handles.PROPERTIES, properties);
    }

    private static long into(MethodHandle call, MemorySegment answer) {
        try {
            return (long) call.invokeExact(answer);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    /** Makes a file known; its handle is a pointer. */
    static long registerFile(MemorySegment handle, MemorySegment description) {
        try {
            return (long) Handles.REGISTER_FILE.invokeExact(handle, description);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    static void forgetFile(long handle) {
        try {
            Handles.FORGET_FILE.invokeExact(handle);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    static long registerBuffer(long base, long bytes) {
        try {
            return (long) Handles.REGISTER_BUFFER.invokeExact(base, bytes, 0);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    static long forgetBuffer(long base) {
        try {
            return (long) Handles.FORGET_BUFFER.invokeExact(base);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    // ---- the hot path: nothing is allocated

    /** Bytes read; or the negative of cuFile's error, or of an errno, which is smaller. */
    static long read(long handle, long base, long bytes, long fileOffset, long bufferOffset) {
        try {
            long done = (long) Handles.READ.invokeExact(handle, base, bytes, fileOffset, bufferOffset);
            return done != -1 ? done : again(Handles.READ_OR_WHY, handle, base, bytes, fileOffset, bufferOffset);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    /** Bytes written; likewise. */
    static long write(long handle, long base, long bytes, long fileOffset, long bufferOffset) {
        try {
            long done = (long) Handles.WRITE.invokeExact(handle, base, bytes, fileOffset, bufferOffset);
            return done != -1 ? done : again(Handles.WRITE_OR_WHY, handle, base, bytes, fileOffset, bufferOffset);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    /** Tries once more what moved nothing: it moves now, which is as good, or says why not. */
    private static long again(MethodHandle call, long handle, long base, long bytes, long fileOffset, long bufferOffset)
            throws Throwable {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = arena.allocate(Errno.CAPTURE);
            long done = (long) call.invokeExact(errno, handle, base, bytes, fileOffset, bufferOffset);
            return done != -1 ? done : -Math.max(1, Errno.of(errno));
        }
    }

    /** Makes a batch with room for so many reads and writes; a pointer. */
    static long batchSetUp(MemorySegment batch, int room) {
        try {
            return (long) Batches.SET_UP.invokeExact(batch, room);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    static long batchSubmit(long batch, int count, long params) {
        try {
            return (long) Batches.SUBMIT.invokeExact(batch, count, params, 0);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    /**
     * Waits for ends.
     *
     * @param least how many to wait for
     * @param count an unsigned int: how many there is room for, and then how many there are
     * @param timeout a timespec
     */
    static long batchStatus(long batch, int least, long count, long events, long timeout) {
        try {
            return (long) Batches.STATUS.invokeExact(batch, least, count, events, timeout);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    static long batchCancel(long batch) {
        try {
            return (long) Batches.CANCEL.invokeExact(batch);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    static void batchDestroy(long batch) {
        try {
            Batches.DESTROY.invokeExact(batch);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    // ---- on a stream

    /** Tells of a stream before its first read or write; the flags are those above. */
    static long streamRegister(long stream, int flags) {
        try {
            return (long) Streams.REGISTER.invokeExact(stream, flags);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    /** After all that the stream was given is done. */
    static long streamDeregister(long stream) {
        try {
            return (long) Streams.DEREGISTER.invokeExact(stream);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    /**
     * Gives a stream a read. The memory that says what to read, and that of the answer, stay in use until the stream has got there:
     * only what the flags of the stream call fixed is looked at before.
     *
     * @param bytes a long, as the offsets; when it changes before the stream gets there, only to less
     * @param done a long: bytes read, or the negative of cuFile's error, or -1 for an error of the system's, whose errno is not told
     */
    static long readAsync(
            long handle,
            long base,
            MemorySegment bytes,
            MemorySegment fileOffset,
            MemorySegment bufferOffset,
            MemorySegment done,
            long stream) {
        try {
            return (long) Streams.READ.invokeExact(handle, base, bytes, fileOffset, bufferOffset, done, stream);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    /** Gives a stream a write; likewise. */
    static long writeAsync(
            long handle,
            long base,
            MemorySegment bytes,
            MemorySegment fileOffset,
            MemorySegment bufferOffset,
            MemorySegment done,
            long stream) {
        try {
            return (long) Streams.WRITE.invokeExact(handle, base, bytes, fileOffset, bufferOffset, done, stream);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }
}
