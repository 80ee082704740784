// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.MemoryInfo;
import io.jnixl.api.MemoryRegion;
import io.jnixl.api.NixlException;
import io.jnixl.nativesupport.Errno;
import io.jnixl.spi.PathMode;
import java.util.Optional;

/** Says whether a file is there, and what it is like, without opening it. */
final class FileQuery {
    private FileQuery() {}

    static Optional<MemoryInfo> ask(MemoryRegion region) {
        byte[] meta = region.metaInfo();
        if (meta.length > 0) {
            String path = PathMode.pathOf(meta);
            if (path.indexOf('\0') >= 0) {
                return Optional.empty(); // the system would see another, shorter path
            }
            return answer(path, FileStat.of(path));
        }
        boolean isDescriptor = region.device() >= 0 && region.device() <= Integer.MAX_VALUE;
        return isDescriptor
                ? answer("file descriptor " + region.device(), FileStat.of((int) region.device()))
                : Optional.empty();
    }

    private static Optional<MemoryInfo> answer(String name, FileStat stat) {
        return switch (stat.errno()) {
            case 0 -> Optional.of(MemoryInfo.file(stat.size(), stat.mode(), stat.modified()));
            case Errno.ENOENT, Errno.ENOTDIR, Errno.EBADF -> Optional.empty();
            default ->
                throw NixlException.of(ErrorCode.BACKEND, name + " cannot be looked at")
                        .backend(PosixBackendProvider.NAME)
                        .nativeError(stat.errno(), Errno.name(stat.errno()))
                        .remedy("every directory of the path must be searchable (x) by this process")
                        .build();
        };
    }
}
