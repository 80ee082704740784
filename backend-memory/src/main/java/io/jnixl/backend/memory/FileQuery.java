// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.memory;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.MemoryInfo;
import io.jnixl.api.MemoryKind;
import io.jnixl.api.MemoryRegion;
import io.jnixl.api.NixlException;
import io.jnixl.spi.PathMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Says whether a file is there, and what it is like, without opening it. */
final class FileQuery {
    private FileQuery() {}

    static Optional<MemoryInfo> ask(MemoryRegion region) {
        if (region.kind() != MemoryKind.FILE) {
            throw NixlException.of(ErrorCode.NOT_SUPPORTED, region + " is no file")
                    .backend(MemoryBackendProvider.NAME)
                    .build();
        }
        if (region.metaInfo().length == 0) {
            throw NixlException.of(
                            ErrorCode.NOT_SUPPORTED,
                            "file descriptor " + region.device() + " cannot be looked at by pure Java")
                    .backend(MemoryBackendProvider.NAME)
                    .remedy("name the file by path, or take the POSIX backend")
                    .build();
        }
        String name = PathMode.pathOf(region.metaInfo());
        try {
            return Optional.of(look(Path.of(name)));
        } catch (NoSuchFileException | InvalidPathException e) {
            return Optional.empty();
        } catch (IOException e) {
            if (liesBelowAFile(Path.of(name))) {
                return Optional.empty();
            }
            throw NixlException.of(ErrorCode.BACKEND, name + " cannot be looked at: " + e.getMessage())
                    .backend(MemoryBackendProvider.NAME)
                    .cause(e)
                    .build();
        }
    }

    /** The system's word for this comes in the user's language, so look oneself. */
    private static boolean liesBelowAFile(Path path) {
        for (Path above = path.toAbsolutePath().getParent(); above != null; above = above.getParent()) {
            if (Files.exists(above)) {
                return !Files.isDirectory(above);
            }
        }
        return false;
    }

    /** Where there is no stat(2), size and time are what can be said. */
    private static MemoryInfo look(Path path) throws IOException {
        if (!path.getFileSystem().supportedFileAttributeViews().contains("unix")) {
            return new MemoryInfo(Map.of(
                    MemoryInfo.SIZE,
                    Long.toString(Files.size(path)),
                    MemoryInfo.MODIFIED,
                    Long.toString(Files.getLastModifiedTime(path).to(TimeUnit.SECONDS))));
        }
        Map<String, Object> unix = Files.readAttributes(path, "unix:size,mode,lastModifiedTime");
        FileTime modified = (FileTime) Objects.requireNonNull(unix.get("lastModifiedTime"));
        return MemoryInfo.file(
                (Long) Objects.requireNonNull(unix.get("size")),
                (Integer) Objects.requireNonNull(unix.get("mode")),
                modified.to(TimeUnit.SECONDS));
    }
}
