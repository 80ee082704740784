// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.MemoryInfo;
import io.jnixl.api.MemoryRegion;
import io.jnixl.api.NixlException;
import io.jnixl.nativesupport.Errno;
import io.jnixl.spi.PathMode;
import java.util.HashMap;
import java.util.Map;
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
            case 0 -> Optional.of(describe(stat));
            case Errno.ENOENT, Errno.ENOTDIR, Errno.EBADF -> Optional.empty();
            default ->
                throw NixlException.of(ErrorCode.BACKEND, name + " cannot be looked at")
                        .backend(PosixBackendProvider.NAME)
                        .nativeError(stat.errno(), Errno.name(stat.errno()))
                        .remedy("every directory of the path must be searchable (x) by this process")
                        .build();
        };
    }

    private static MemoryInfo describe(FileStat stat) {
        Map<String, String> all = new HashMap<>(
                MemoryInfo.file(stat.size(), stat.mode(), stat.modified()).attributes());
        all.put(MemoryInfo.ALLOCATED, Long.toString(stat.allocated()));
        if (stat.alignment().reported()) {
            all.put(
                    MemoryInfo.MEMORY_ALIGNMENT,
                    Integer.toString(stat.alignment().memory()));
            all.put(
                    MemoryInfo.OFFSET_ALIGNMENT,
                    Integer.toString(stat.alignment().offset()));
        }
        return new MemoryInfo(all);
    }
}
