// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.FileOption;
import io.jnixl.api.MemoryRegion;
import io.jnixl.api.NixlException;
import io.jnixl.nativesupport.Errno;
import io.jnixl.nativesupport.FileCalls;
import io.jnixl.spi.PathMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/** Opens the files of FILE regions, or takes open descriptors, with errors that say what to do. */
final class FileOpener {
    private static final int PERMISSIONS = 0666; // before the process's umask

    private FileOpener() {}

    /** Opens what the region's path mode names, or looks at the descriptor that it gives. */
    static FileRegion open(PosixBackend owner, MemoryRegion region) {
        return PathMode.isPathMode(region.metaInfo())
                ? open(owner, PathMode.parse(region.metaInfo()))
                : take(owner, region.device());
    }

    // ---- by path

    private static FileRegion open(PosixBackend owner, PathMode mode) {
        String path = mode.path().toString();
        FileStat before = FileStat.of(path);
        if (before.errno() == 0) {
            requireFile(path, before); // opening a pipe would wait for its other end
        }
        int flags = flags(mode.options());
        int fd = FileCalls.open(path, flags, PERMISSIONS);
        if (fd < 0) {
            throw failed(mode, -fd);
        }
        FileStat stat = FileStat.of(fd);
        try {
            requireFile(path, stat);
        } catch (NixlException e) {
            var _ = FileCalls.close(fd);
            throw e;
        }
        return new FileRegion(owner, fd, "file " + path, flags, true, stat);
    }

    static int flags(Set<FileOption> options) {
        int flags = FileCalls.O_CLOEXEC;
        for (FileOption option : options) {
            flags |= switch (option) {
                case READ -> 0;
                case WRITE -> FileCalls.O_RDWR;
                case CREATE -> FileCalls.O_CREAT;
                case TRUNCATE -> FileCalls.O_TRUNC;
                case DIRECT -> FileCalls.O_DIRECT;
                case SYNC -> FileCalls.O_SYNC;
                case NOATIME -> FileCalls.O_NOATIME;
            };
        }
        return flags;
    }

    private static void requireFile(String name, FileStat stat) {
        if (stat.errno() != 0) {
            throw refused(ErrorCode.BACKEND, name + " cannot be looked at")
                    .nativeError(stat.errno(), Errno.name(stat.errno()))
                    .build();
        }
        if (stat.isDirectory()) {
            throw refused(ErrorCode.BACKEND, name + " is a directory")
                    .remedy("name a file in it")
                    .build();
        }
        if (!stat.isFile()) {
            throw refused(ErrorCode.BACKEND, name + " is neither a regular file nor a block device")
                    .remedy("name one; pipes, sockets and character devices have no offsets")
                    .build();
        }
    }

    private static NixlException failed(PathMode mode, int errno) {
        Path path = mode.path();
        String asked = mode.options().contains(FileOption.WRITE) ? "writing" : "reading";
        NixlException.Builder error = switch (errno) {
            case Errno.ENOENT, Errno.ENOTDIR ->
                refused(ErrorCode.BACKEND, path + " does not exist" + inWhat(path))
                        .remedy("create it, or open it with WRITE and CREATE (rw,create:path)");
            case Errno.EACCES, Errno.EPERM ->
                refused(ErrorCode.BACKEND, path + " may not be opened for " + asked + ": permission denied")
                        .remedy(
                                mode.options().contains(FileOption.NOATIME)
                                        ? "leave out noatime unless the file is your own, or change its permissions"
                                        : "change the file's permissions, or open it with fewer options");
            case Errno.EROFS ->
                refused(ErrorCode.BACKEND, path + " lies on a file system that is read-only")
                        .remedy("open it for reading (ro:path)");
            case Errno.EINVAL ->
                refused(ErrorCode.BACKEND, path + " cannot be opened with " + mode.options())
                        .remedy("leave out direct where the file system does not support it");
            default ->
                refused(ErrorCode.BACKEND, path + " cannot be opened for " + asked)
                        .remedy("see open(2) for what this error says");
        };
        return error.nativeError(errno, Errno.name(errno)).build();
    }

    private static String inWhat(Path path) {
        Path parent = path.toAbsolutePath().getParent();
        return parent == null || Files.isDirectory(parent) ? "" : ", nor does its directory";
    }

    // ---- by descriptor

    private static FileRegion take(PosixBackend owner, long device) {
        if (device < 0 || device > Integer.MAX_VALUE) {
            throw refused(
                            ErrorCode.INVALID_PARAM,
                            "device " + Long.toUnsignedString(device) + " is no file descriptor, and no path is given")
                    .remedy("give the descriptor of an open file, or name the file by path, as in ro:/path or rw:/path")
                    .build();
        }
        int fd = (int) device;
        String name = "file descriptor " + fd;
        int flags = FileCalls.flags(fd);
        if (flags < 0) {
            throw refused(ErrorCode.INVALID_PARAM, name + " is not open")
                    .nativeError(-flags, Errno.name(-flags))
                    .remedy("open the file first and keep it open while it is registered")
                    .build();
        }
        if ((flags & FileCalls.O_PATH) != 0) {
            throw refused(
                            ErrorCode.INVALID_PARAM,
                            name + " was opened with O_PATH, which allows no reading and writing")
                    .remedy("open the file without O_PATH")
                    .build();
        }
        FileStat stat = FileStat.of(fd);
        requireFile(name, stat);
        return new FileRegion(owner, fd, name, flags, false, stat);
    }

    private static NixlException.Builder refused(ErrorCode code, String message) {
        return NixlException.of(code, message).backend(PosixBackendProvider.NAME);
    }
}
