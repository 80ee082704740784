// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.gds;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.FileOption;
import io.jnixl.api.MemoryRegion;
import io.jnixl.api.NixlException;
import io.jnixl.nativesupport.Errno;
import io.jnixl.nativesupport.FileCalls;
import io.jnixl.spi.PathMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/** Opens the files of FILE regions, or takes open descriptors, with errors that say what to do. */
final class FileOpener {
    private static final int PERMISSIONS = 0666; // before the process's umask

    private final GdsBackend owner;

    FileOpener(GdsBackend owner) {
        this.owner = owner;
    }

    /** Opens what the region's path mode names, or looks at the descriptor that it gives. */
    FileRegion open(MemoryRegion region) {
        return PathMode.isPathMode(region.metaInfo()) ? open(PathMode.parse(region.metaInfo())) : take(region.device());
    }

    // ---- by path

    private FileRegion open(PathMode mode) {
        Path path = mode.path();
        if (Files.exists(path)) {
            requireFile(path.toString(), path); // opening a pipe would wait for its other end
        }
        int flags = flags(mode.options());
        int fd = FileCalls.open(path.toString(), flags, PERMISSIONS);
        if (fd < 0) {
            throw failed(mode, -fd);
        }
        return new FileRegion(owner, fd, "file " + path, flags);
    }

    private static int flags(Set<FileOption> options) {
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

    private void requireFile(String name, Path path) {
        FileStat stat;
        try {
            stat = FileStat.of(path);
        } catch (IOException e) {
            throw refused(ErrorCode.BACKEND, name + " cannot be looked at")
                    .cause(e)
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

    private NixlException failed(PathMode mode, int errno) {
        Path path = mode.path();
        NixlException.Builder error = switch (errno) {
            case Errno.ENOENT, Errno.ENOTDIR ->
                refused(ErrorCode.BACKEND, path + " does not exist")
                        .remedy("create it, or open it with WRITE and CREATE (rw,create:path)");
            case Errno.EACCES, Errno.EPERM ->
                refused(ErrorCode.BACKEND, path + " may not be opened with " + mode.options())
                        .remedy("change the file's permissions, or open it with fewer options");
            case Errno.EINVAL ->
                refused(ErrorCode.BACKEND, path + " cannot be opened with " + mode.options())
                        .remedy("leave out direct where the file system does not support it");
            default ->
                refused(ErrorCode.BACKEND, path + " cannot be opened with " + mode.options())
                        .remedy("see open(2) for what this error says");
        };
        return error.nativeError(errno, Errno.name(errno)).build();
    }

    // ---- by descriptor

    /** Works with a descriptor of its own: cuFile takes each number once. */
    private FileRegion take(long device) {
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
                    .remedy("open the file first")
                    .build();
        }
        if ((flags & FileCalls.O_PATH) != 0) {
            throw refused(
                            ErrorCode.INVALID_PARAM,
                            name + " was opened with O_PATH, which allows no reading and writing")
                    .remedy("open the file without O_PATH")
                    .build();
        }
        requireFile(name, FileStat.path(fd));
        int own = FileCalls.duplicate(fd);
        if (own < 0) {
            throw refused(ErrorCode.BACKEND, name + " cannot be duplicated")
                    .nativeError(-own, Errno.name(-own))
                    .remedy("raise the limit on open files (ulimit -n)")
                    .build();
        }
        return new FileRegion(owner, own, name, flags);
    }

    private NixlException.Builder refused(ErrorCode code, String message) {
        return NixlException.of(code, message).backend(owner.name());
    }
}
