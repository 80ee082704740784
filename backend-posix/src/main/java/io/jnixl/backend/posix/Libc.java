// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.jnixl.nativesupport.Errno;
import io.jnixl.nativesupport.NativeCalls;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * The functions of the C library that this backend calls. Each answers {@code -errno} where C would answer -1. Initialised
 * when first used, after native access is known to be granted.
 */
final class Libc {
    // <fcntl.h>
    static final int AT_FDCWD = -100;
    static final int AT_EMPTY_PATH = 0x1000;

    /** {@code struct statfs} has 120 bytes on 64-bit machines, f_type first. */
    private static final int STATFS_ROOM = 256;

    // <sys/eventfd.h>
    static final int EFD_CLOEXEC = 0x80000;

    // <poll.h>
    static final short POLLIN = 1;
    static final int POLL_FD_SIZE = 8;
    static final int POLL_FD_EVENTS = 4;

    // <sys/mman.h>
    static final int PROT_READ_WRITE = 3;
    static final int MAP_PRIVATE_ANONYMOUS = 0x22;
    static final long MAP_FAILED = -1;

    private static final MethodHandle FSTATFS =
            NativeCalls.libcWithErrno("fstatfs", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS));
    private static final MethodHandle STATX = NativeCalls.libcWithErrno(
            "statx", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS));
    private static final MethodHandle EVENTFD =
            NativeCalls.libcWithErrno("eventfd", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    private static final FunctionDescriptor POSITIONAL =
            FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG);

    // The hot path's are bound without errno: passing the segment that captures it makes an object, which the compiler
    // takes apart again at its pleasure only. Who fails asks once more, with errno.
    private static final MethodHandle PREAD = NativeCalls.libc("pread", POSITIONAL);
    private static final MethodHandle PWRITE = NativeCalls.libc("pwrite", POSITIONAL);
    private static final MethodHandle WRITE =
            NativeCalls.libc("write", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle PREAD_OR_WHY = NativeCalls.libcWithErrno("pread", POSITIONAL);
    private static final MethodHandle PWRITE_OR_WHY = NativeCalls.libcWithErrno("pwrite", POSITIONAL);

    private static final FunctionDescriptor SCATTERED =
            FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_LONG);
    private static final MethodHandle PREADV = NativeCalls.libc("preadv", SCATTERED);
    private static final MethodHandle PWRITEV = NativeCalls.libc("pwritev", SCATTERED);

    private static final MethodHandle READ =
            NativeCalls.libc("read", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle POLL =
            NativeCalls.libc("poll", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));
    private static final MethodHandle MMAP = NativeCalls.libc(
            "mmap", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final MethodHandle MUNMAP =
            NativeCalls.libc("munmap", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle FSYNC =
            NativeCalls.libcWithErrno("fsync", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle FDATASYNC =
            NativeCalls.libcWithErrno("fdatasync", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

    /** What is written to an event's descriptor: a one of eight bytes. */
    private static final long ONE = Arena.global().allocateFrom(JAVA_LONG, 1).address();

    private Libc() {}

    static int statx(int folder, String path, int flags, int mask, MemorySegment answer) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = arena.allocate(Errno.CAPTURE);
            int result = (int) STATX.invokeExact(errno, folder, arena.allocateFrom(path), flags, mask, answer);
            return result < 0 ? -Errno.of(errno) : result;
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    /** What kind of file system a descriptor's file is on: the magic of {@code <linux/magic.h>}, or 0 when that is not known. */
    static int fileSystem(int fd) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = arena.allocate(Errno.CAPTURE);
            MemorySegment answer = arena.allocate(STATFS_ROOM, Long.BYTES);
            int result = (int) FSTATFS.invokeExact(errno, fd, answer);
            return result < 0 ? 0 : (int) answer.get(JAVA_LONG, 0);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    /** A descriptor to wait on and to wake by. */
    static int eventfd() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = arena.allocate(Errno.CAPTURE);
            int fd = (int) EVENTFD.invokeExact(errno, 0, EFD_CLOEXEC);
            return fd < 0 ? -Errno.of(errno) : fd;
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    /** Private zeroed memory; {@link #MAP_FAILED} when there is none. */
    static long map(long bytes) {
        try {
            return (long) MMAP.invokeExact(0L, bytes, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0L);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    static void unmap(long address, long bytes) {
        try {
            var _ = (int) MUNMAP.invokeExact(address, bytes);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    // ---- the hot path: nothing is allocated

    /** Wakes who waits on an event's descriptor; fails only at a count of 2^64, which nobody reaches. */
    static void signal(int eventFd) {
        try {
            var _ = (long) WRITE.invokeExact(eventFd, ONE, 8L);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    /** Waits for what a {@code struct pollfd} says; answers whether it is so, false also after a signal. */
    static boolean poll(long pollFd, int millis) {
        try {
            return (int) POLL.invokeExact(pollFd, 1L, millis) > 0;
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    /** Takes the count of an event, which must have been signalled. */
    static void takeSignal(int eventFd, long to) {
        try {
            var _ = (long) READ.invokeExact(eventFd, to, 8L);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    /** Waits until what was written to a file is on the device, with all that is known of it. */
    static int fsync(int fd) {
        return sync(FSYNC, fd);
    }

    /** The same without what is not needed to read it. */
    static int fdatasync(int fd) {
        return sync(FDATASYNC, fd);
    }

    private static int sync(MethodHandle call, int fd) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = arena.allocate(Errno.CAPTURE);
            int answer = (int) call.invokeExact(errno, fd);
            return answer < 0 ? -Errno.of(errno) : answer;
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    static long pread(int fd, long address, long bytes, long offset) {
        long done = tryPread(fd, address, bytes, offset);
        return done >= 0 ? done : again(PREAD_OR_WHY, fd, address, bytes, offset);
    }

    static long pwrite(int fd, long address, long bytes, long offset) {
        long done = tryPwrite(fd, address, bytes, offset);
        return done >= 0 ? done : again(PWRITE_OR_WHY, fd, address, bytes, offset);
    }

    /** As pread(2), with -1 and no reason when it fails; the next three likewise. */
    static long tryPread(int fd, long address, long bytes, long offset) {
        try {
            return (long) PREAD.invokeExact(fd, address, bytes, offset);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    static long tryPwrite(int fd, long address, long bytes, long offset) {
        try {
            return (long) PWRITE.invokeExact(fd, address, bytes, offset);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    static long tryPreadv(int fd, long list, int pieces, long offset) {
        try {
            return (long) PREADV.invokeExact(fd, list, pieces, offset);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    static long tryPwritev(int fd, long list, int pieces, long offset) {
        try {
            return (long) PWRITEV.invokeExact(fd, list, pieces, offset);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    /** Tries once more what moved nothing: it moves now, which is as good, or says why not. */
    private static long again(MethodHandle call, int fd, long address, long bytes, long offset) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = arena.allocate(Errno.CAPTURE);
            long done = (long) call.invokeExact(errno, fd, address, bytes, offset);
            return done < 0 ? -Errno.of(errno) : done;
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }
}
