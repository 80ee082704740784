// SPDX-License-Identifier: Apache-2.0
package io.jnixl.nativesupport;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * The functions of the C library that open and size files; Linux. Each answers {@code -errno} where C would answer -1. They may
 * wait as long as the file system does. Thread-safe. Initialised when first used, after native access is known to be granted.
 */
public final class FileCalls {
    // <fcntl.h>, where the architectures agree
    public static final int O_WRONLY = 1;
    public static final int O_RDWR = 2;
    public static final int O_ACCMODE = 3;
    public static final int O_CREAT = 0x40;
    public static final int O_TRUNC = 0x200;
    public static final int O_APPEND = 0x400;
    public static final int O_DSYNC = 0x1000;
    public static final int O_NOATIME = 0x40000;
    public static final int O_CLOEXEC = 0x80000;
    public static final int O_SYNC = 0x101000;
    public static final int O_PATH = 0x200000;
    public static final int F_GETFL = 3;
    public static final int F_DUPFD_CLOEXEC = 1030;

    /** The one flag here that ARM has at another place. */
    public static final int O_DIRECT = oDirect(System.getProperty("os.arch", ""));

    private static final MethodHandle OPEN = NativeCalls.libcWithErrno(
            "open", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT), Linker.Option.firstVariadicArg(2));
    private static final MethodHandle CLOSE =
            NativeCalls.libcWithErrno("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle FCNTL = NativeCalls.libcWithErrno(
            "fcntl", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT), Linker.Option.firstVariadicArg(2));
    private static final MethodHandle FTRUNCATE =
            NativeCalls.libcWithErrno("ftruncate", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final MethodHandle FALLOCATE = NativeCalls.libcWithErrno(
            "fallocate", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG));

    private FileCalls() {}

    /** O_DIRECT of an architecture, named as by the property {@code os.arch}. */
    public static int oDirect(String architecture) {
        return architecture.equals("aarch64") || architecture.startsWith("arm") ? 0x10000 : 0x4000;
    }

    /** open(2): a descriptor, which is the caller's to close. */
    public static int open(String path, int flags, int mode) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = arena.allocate(Errno.CAPTURE);
            int fd = (int) OPEN.invokeExact(errno, arena.allocateFrom(path), flags, mode);
            return fd < 0 ? -Errno.of(errno) : fd;
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    /** close(2); the descriptor is gone also when this fails. */
    public static int close(int fd) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = arena.allocate(Errno.CAPTURE);
            int answer = (int) CLOSE.invokeExact(errno, fd);
            return answer < 0 ? -Errno.of(errno) : answer;
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    /** The flags that a descriptor was opened with. */
    public static int flags(int fd) {
        return fcntl(fd, F_GETFL);
    }

    /** Another descriptor of the same open file, which is the caller's to close. */
    public static int duplicate(int fd) {
        return fcntl(fd, F_DUPFD_CLOEXEC);
    }

    private static int fcntl(int fd, int what) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = arena.allocate(Errno.CAPTURE);
            int answer = (int) FCNTL.invokeExact(errno, fd, what, 0);
            return answer < 0 ? -Errno.of(errno) : answer;
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    /** Cuts a file off, or makes it longer with zeros that take no room. */
    public static int ftruncate(int fd, long bytes) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = arena.allocate(Errno.CAPTURE);
            int answer = (int) FTRUNCATE.invokeExact(errno, fd, bytes);
            return answer < 0 ? -Errno.of(errno) : answer;
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    /** Takes room for the first bytes; answers EOPNOTSUPP rather than write zeros. */
    public static int fallocate(int fd, long bytes) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = arena.allocate(Errno.CAPTURE);
            int answer = (int) FALLOCATE.invokeExact(errno, fd, 0, 0L, bytes);
            return answer < 0 ? -Errno.of(errno) : answer;
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }
}
