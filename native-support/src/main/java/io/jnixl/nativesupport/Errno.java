// SPDX-License-Identifier: Apache-2.0
package io.jnixl.nativesupport;

import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.VarHandle;
import java.util.Map;

/**
 * The error numbers of Linux, errno(3), in words: one's own table, since the C library's texts come in the user's language
 * and its function for them is not safe for threads. Stateless; any thread may call.
 *
 * @since 0.1
 */
public final class Errno {
    /** Operation not permitted. */
    public static final int EPERM = 1;

    /** No such file or directory. */
    public static final int ENOENT = 2;

    /** Interrupted by a signal. */
    public static final int EINTR = 4;

    /** Input/output error. */
    public static final int EIO = 5;

    /** Not an open file descriptor. */
    public static final int EBADF = 9;

    /** Try again. */
    public static final int EAGAIN = 11;

    /** Out of memory, or over a limit on locked memory. */
    public static final int ENOMEM = 12;

    /** Permission denied. */
    public static final int EACCES = 13;

    /** Bad address. */
    public static final int EFAULT = 14;

    /** Busy. */
    public static final int EBUSY = 16;

    /** A component of the path is no directory. */
    public static final int ENOTDIR = 20;

    /** Invalid argument. */
    public static final int EINVAL = 22;

    /** Past the largest file, or the process's limit on file size. */
    public static final int EFBIG = 27;

    /** The device is full. */
    public static final int ENOSPC = 28;

    /** The file system is read-only. */
    public static final int EROFS = 30;

    /** The kernel has no such system call. */
    public static final int ENOSYS = 38;

    /** Operation not supported. */
    public static final int EOPNOTSUPP = 95;

    /** The quota is used up. */
    public static final int EDQUOT = 122;

    /** The operation was cancelled. */
    public static final int ECANCELED = 125;

    /** The time limit has passed. */
    public static final int ETIME = 62;

    /** What {@link java.lang.foreign.Linker.Option#captureCallState} fills, for {@code errno} alone. */
    public static final StructLayout CAPTURE = Linker.Option.captureStateLayout();

    private static final VarHandle CAPTURED = CAPTURE.varHandle(PathElement.groupElement("errno"));

    private static final Map<Integer, String> NAMES = Map.ofEntries(
            Map.entry(EPERM, "EPERM, operation not permitted"),
            Map.entry(ENOENT, "ENOENT, no such file or directory"),
            Map.entry(3, "ESRCH, no such process"),
            Map.entry(EINTR, "EINTR, interrupted by a signal"),
            Map.entry(EIO, "EIO, input/output error"),
            Map.entry(6, "ENXIO, no such device or address"),
            Map.entry(EBADF, "EBADF, bad file descriptor"),
            Map.entry(EAGAIN, "EAGAIN, resource temporarily unavailable"),
            Map.entry(ENOMEM, "ENOMEM, cannot allocate memory"),
            Map.entry(EACCES, "EACCES, permission denied"),
            Map.entry(EFAULT, "EFAULT, bad address"),
            Map.entry(EBUSY, "EBUSY, device or resource busy"),
            Map.entry(17, "EEXIST, file exists"),
            Map.entry(19, "ENODEV, no such device"),
            Map.entry(ENOTDIR, "ENOTDIR, not a directory"),
            Map.entry(21, "EISDIR, is a directory"),
            Map.entry(EINVAL, "EINVAL, invalid argument"),
            Map.entry(23, "ENFILE, too many open files in the system"),
            Map.entry(24, "EMFILE, too many open files"),
            Map.entry(25, "ENOTTY, inappropriate operation for the device"),
            Map.entry(26, "ETXTBSY, text file busy"),
            Map.entry(EFBIG, "EFBIG, file too large"),
            Map.entry(ENOSPC, "ENOSPC, no space left on device"),
            Map.entry(29, "ESPIPE, illegal seek"),
            Map.entry(EROFS, "EROFS, read-only file system"),
            Map.entry(32, "EPIPE, broken pipe"),
            Map.entry(36, "ENAMETOOLONG, file name too long"),
            Map.entry(ENOSYS, "ENOSYS, function not implemented"),
            Map.entry(40, "ELOOP, too many symbolic links"),
            Map.entry(61, "ENODATA, no data available"),
            Map.entry(75, "EOVERFLOW, value too large"),
            Map.entry(77, "EBADFD, file descriptor in bad state"),
            Map.entry(EOPNOTSUPP, "EOPNOTSUPP, operation not supported"),
            Map.entry(110, "ETIMEDOUT, timed out"),
            Map.entry(EDQUOT, "EDQUOT, disk quota exceeded"),
            Map.entry(ETIME, "ETIME, timer expired"),
            Map.entry(ECANCELED, "ECANCELED, operation cancelled"));

    private Errno() {}

    /** Such as {@code errno 28 (ENOSPC, no space left on device)}. */
    public static String text(int errno) {
        String name = NAMES.get(errno);
        return name == null ? "errno " + errno : "errno " + errno + " (" + name + ")";
    }

    /** Such as {@code ENOSPC, no space left on device}. */
    public static String name(int errno) {
        return NAMES.getOrDefault(errno, "unknown");
    }

    /** For {@code downcallHandle}: the function's handle then takes a segment of {@link #CAPTURE} as its first argument. */
    public static Linker.Option capture() {
        return Linker.Option.captureCallState("errno");
    }

    /** The number that the last call wrote. */
    public static int of(MemorySegment captured) {
        return (int) CAPTURED.get(captured, 0L);
    }
}
