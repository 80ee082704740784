// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.memory;

import io.jnixl.api.Alignment;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.FileOption;
import io.jnixl.api.MemoryRegion;
import io.jnixl.api.NixlException;
import io.jnixl.spi.PathMode;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Opens the files of FILE regions, with errors that say what to do. */
final class FileOpener {
    private FileOpener() {}

    /** Opens what the region's path mode names. */
    static FileRegion open(MemoryBackend owner, MemoryRegion region) {
        if (!PathMode.isPathMode(region.metaInfo())) {
            throw refused(
                            ErrorCode.NOT_SUPPORTED,
                            "file descriptor " + region.device() + " cannot be used by pure Java")
                    .remedy("name the file by path, as in ro:/path or rw:/path, or take the POSIX backend")
                    .build();
        }
        PathMode mode = PathMode.parse(region.metaInfo());
        if (mode.options().contains(FileOption.NOATIME)) {
            throw refused(ErrorCode.NOT_SUPPORTED, "NOATIME of " + mode.path() + " cannot be asked for by pure Java")
                    .remedy("leave out noatime, or take the POSIX backend")
                    .build();
        }
        requireRegular(mode.path());
        return open(owner, mode);
    }

    private static FileRegion open(MemoryBackend owner, PathMode mode) {
        FileChannel channel = null;
        try {
            channel = FileChannel.open(mode.path(), openOptions(mode.options()));
            return new FileRegion(
                    owner, mode.path(), channel, mode.options().contains(FileOption.WRITE), alignment(mode));
        } catch (IOException | UnsupportedOperationException e) {
            closeAfter(e, channel);
            throw failed(mode, e);
        }
    }

    /** The file system's block is no more than a guess. */
    private static Alignment alignment(PathMode mode) throws IOException {
        if (!mode.options().contains(FileOption.DIRECT)) {
            return Alignment.NONE;
        }
        int block = Math.toIntExact(Files.getFileStore(mode.path()).getBlockSize());
        return new Alignment(block, block, false);
    }

    private static void closeAfter(Exception e, @Nullable FileChannel channel) {
        if (channel == null) {
            return;
        }
        try {
            channel.close();
        } catch (IOException also) {
            e.addSuppressed(also);
        }
    }

    private static Set<OpenOption> openOptions(Set<FileOption> options) {
        Set<OpenOption> all = new HashSet<>();
        for (FileOption option : options) {
            all.add(
                    switch (option) {
                        case READ -> StandardOpenOption.READ;
                        case WRITE -> StandardOpenOption.WRITE;
                        case CREATE -> StandardOpenOption.CREATE;
                        case TRUNCATE -> StandardOpenOption.TRUNCATE_EXISTING;
                        case DIRECT -> DirectOption.find();
                        case SYNC -> StandardOpenOption.SYNC;
                        case NOATIME -> throw new IllegalArgumentException("NOATIME is refused before");
                    });
        }
        return all;
    }

    /** Linux opens directories, and waits in the open of a pipe; so look first. */
    private static void requireRegular(Path path) {
        if (Files.isDirectory(path)) {
            throw refused(ErrorCode.BACKEND, path + " is a directory")
                    .remedy("name a file in it")
                    .build();
        }
        if (Files.exists(path) && !Files.isRegularFile(path)) {
            throw refused(ErrorCode.BACKEND, path + " is not a regular file")
                    .remedy("take the POSIX backend for devices")
                    .build();
        }
    }

    /** Says why opening failed. */
    static NixlException failed(PathMode mode, Exception e) {
        String name = mode.path().toString();
        return switch (e) {
            case NoSuchFileException _ ->
                refused(ErrorCode.BACKEND, name + " does not exist" + inWhat(mode))
                        .remedy("create it, or open it with WRITE and CREATE (rw,create:path)")
                        .cause(e)
                        .build();
            case AccessDeniedException _ ->
                refused(
                                ErrorCode.BACKEND,
                                name + " may not be opened for "
                                        + (mode.options().contains(FileOption.WRITE) ? "writing" : "reading")
                                        + ": permission denied")
                        .remedy("change the file's permissions, or open it with fewer options")
                        .cause(e)
                        .build();
            default ->
                refused(ErrorCode.BACKEND, name + " cannot be opened with " + mode.options() + ": " + e.getMessage())
                        .remedy(
                                mode.options().contains(FileOption.DIRECT)
                                        ? "leave out direct where the file system does not support it"
                                        : "see the system's message")
                        .cause(e)
                        .build();
        };
    }

    private static String inWhat(PathMode mode) {
        Path parent = mode.path().toAbsolutePath().getParent();
        return parent == null || Files.isDirectory(parent) ? "" : ", nor does its directory";
    }

    private static NixlException.Builder refused(ErrorCode code, String message) {
        return NixlException.of(code, message).backend(MemoryBackendProvider.NAME);
    }
}
