// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.gds;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * What the system says of a file.
 *
 * @param mode type and permissions
 * @param size in bytes
 * @param modified seconds since 1970
 */
record FileStat(int mode, long size, long modified) {
    private static final int TYPE = 0xf000;
    private static final int DIRECTORY = 0x4000;
    private static final int BLOCK_DEVICE = 0x6000;
    private static final int REGULAR = 0x8000;

    /** Of a path, links followed; an exception when there is nothing. */
    static FileStat of(Path path) throws IOException {
        Map<String, Object> all = Files.readAttributes(path, "unix:mode,size,lastModifiedTime");
        return new FileStat(
                (int) Objects.requireNonNull(all.get("mode")),
                (long) Objects.requireNonNull(all.get("size")),
                ((FileTime) Objects.requireNonNull(all.get("lastModifiedTime"))).to(TimeUnit.SECONDS));
    }

    /** The path by which the system knows a descriptor of this process. */
    static Path path(int fd) {
        return Path.of("/proc/self/fd", Integer.toString(fd));
    }

    boolean isDirectory() {
        return (mode & TYPE) == DIRECTORY;
    }

    /** Whether it can be read and written at offsets. */
    boolean isFile() {
        return (mode & TYPE) == REGULAR || (mode & TYPE) == BLOCK_DEVICE;
    }
}
