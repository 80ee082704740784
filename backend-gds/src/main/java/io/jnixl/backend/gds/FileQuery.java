// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.gds;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.MemoryInfo;
import io.jnixl.api.MemoryRegion;
import io.jnixl.api.NixlException;
import io.jnixl.spi.PathMode;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** Says whether a file is there, and what it is like, without opening it. */
final class FileQuery {
    private FileQuery() {}

    static Optional<MemoryInfo> ask(String backend, MemoryRegion region) {
        byte[] meta = region.metaInfo();
        if (meta.length > 0) {
            try {
                return answer(backend, Path.of(PathMode.pathOf(meta)));
            } catch (InvalidPathException e) {
                return Optional.empty(); // no file can have that name
            }
        }
        boolean isDescriptor = region.device() >= 0 && region.device() <= Integer.MAX_VALUE;
        return isDescriptor ? answer(backend, FileStat.path((int) region.device())) : Optional.empty();
    }

    private static Optional<MemoryInfo> answer(String backend, Path path) {
        try {
            FileStat stat = FileStat.of(path);
            return Optional.of(MemoryInfo.file(stat.size(), stat.mode(), stat.modified()));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (FileSystemException e) {
            if (String.valueOf(e.getReason()).contains("Not a directory")) {
                return Optional.empty();
            }
            throw unknown(backend, path, e);
        } catch (IOException e) {
            throw unknown(backend, path, e);
        }
    }

    private static NixlException unknown(String backend, Path path, IOException e) {
        return NixlException.of(ErrorCode.BACKEND, path + " cannot be looked at")
                .backend(backend)
                .cause(e)
                .remedy("every directory of the path must be searchable (x) by this process")
                .build();
    }
}
