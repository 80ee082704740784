// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.gds;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.jnixl.nativesupport.Errno;
import io.jnixl.nativesupport.NativeCalls;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;

/** The functions of the C library that open and size files. Each answers {@code -errno} where C would answer -1. */
final class Libc {
    // <fcntl.h>, where the architectures agree
    static final int O_WRONLY = 1;
    static final int O_RDWR = 2;
    static final int O_ACCMODE = 3;
    static final int O_CREAT = 0x40;
    static final int O_TRUNC = 0x200;
    static final int O_APPEND = 0x400;
    static final int O_NOATIME = 0x40000;
    static final int O_CLOEXEC = 0x80000;
    static final int O_SYNC = 0x101000;
    static final int O_PATH = 0x200000;
    static final int F_GETFL = 3;
    static final int F_DUPFD_CLOEXEC = 1030;

    /** The one flag here that ARM has at another place. */
    static final int O_DIRECT = System.getProperty("os.arch", "").equals("aarch64") ? 0x10000 : 0x4000;

    private static final MethodHandle OPEN = bind(
            "open", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT), Linker.Option.firstVariadicArg(2));
    private static final MethodHandle CLOSE = bind("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle FCNTL = bind(
            "fcntl", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT), Linker.Option.firstVariadicArg(2));
    private static final MethodHandle FTRUNCATE =
            bind("ftruncate", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final MethodHandle FALLOCATE =
            bind("fallocate", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG));

    private Libc() {}

    private static MethodHandle bind(String name, FunctionDescriptor descriptor, Linker.Option... options) {
        Linker.Option[] all = Arrays.copyOf(options, options.length + 1);
        all[options.length] = Errno.capture();
        return NativeCalls.libc(name, descriptor, all);
    }

    static int open(String path, int flags, int mode) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = arena.allocate(Errno.CAPTURE);
            int fd = (int) OPEN.invokeExact(errno, arena.allocateFrom(path), flags, mode);
            return fd < 0 ? -Errno.of(errno) : fd;
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    static int close(int fd) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = arena.allocate(Errno.CAPTURE);
            int answer = (int) CLOSE.invokeExact(errno, fd);
            return answer < 0 ? -Errno.of(errno) : answer;
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    /** The flags that a descriptor was opened with. */
    static int flags(int fd) {
        return fcntl(fd, F_GETFL);
    }

    /** Another descriptor of the same open file. */
    static int duplicate(int fd) {
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

    static int ftruncate(int fd, long bytes) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = arena.allocate(Errno.CAPTURE);
            int answer = (int) FTRUNCATE.invokeExact(errno, fd, bytes);
            return answer < 0 ? -Errno.of(errno) : answer;
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    /** Takes room for the first bytes; answers EOPNOTSUPP rather than write zeros. */
    static int fallocate(int fd, long bytes) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = arena.allocate(Errno.CAPTURE);
            int answer = (int) FALLOCATE.invokeExact(errno, fd, 0, 0L, bytes);
            return answer < 0 ? -Errno.of(errno) : answer;
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }
}
