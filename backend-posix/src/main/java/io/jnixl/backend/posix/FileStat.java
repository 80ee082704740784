// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.jnixl.api.Alignment;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * What statx(2) says of a file.
 *
 * @param errno 0, or why there is no answer; the rest is 0 then
 * @param mode type and permissions
 * @param size in bytes
 * @param modified seconds since 1970
 * @param allocated bytes that it takes on its device
 * @param alignment what {@code O_DIRECT} needs
 */
record FileStat(int errno, int mode, long size, long modified, long allocated, Alignment alignment) {
    // struct statx, <linux/stat.h>: the same on every architecture
    static final int BYTES = 256;
    static final int MASK_AT = 0;
    static final int MODE_AT = 28;
    static final int SIZE_AT = 40;
    static final int BLOCKS_AT = 48;
    static final int MTIME_AT = 112;
    static final int DEVICE_MAJOR_AT = 136;
    static final int DEVICE_MINOR_AT = 140;
    static final int DIO_MEMORY_AT = 152;
    static final int DIO_OFFSET_AT = 156;
    static final int BASIC = 0x7ff;
    static final int DIO_ALIGN = 0x2000;

    private static final int TYPE = 0xf000;
    private static final int DIRECTORY = 0x4000;
    private static final int BLOCK_DEVICE = 0x6000;
    private static final int REGULAR = 0x8000;

    /** In these stx_blocks counts, whatever the device's are. */
    private static final int BLOCK = 512;

    static FileStat of(int fd) {
        return ask(fd, "", Libc.AT_EMPTY_PATH);
    }

    static FileStat of(String path) {
        return ask(Libc.AT_FDCWD, path, 0);
    }

    private static FileStat ask(int folder, String path, int flags) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment s = arena.allocate(BYTES, Long.BYTES);
            int result = Libc.statx(folder, path, flags, BASIC | DIO_ALIGN, s);
            if (result < 0) {
                return new FileStat(-result, 0, 0, 0, 0, Alignment.NONE);
            }
            return new FileStat(
                    0,
                    Short.toUnsignedInt(s.get(JAVA_SHORT, MODE_AT)),
                    s.get(JAVA_LONG, SIZE_AT),
                    s.get(JAVA_LONG, MTIME_AT),
                    s.get(JAVA_LONG, BLOCKS_AT) * BLOCK,
                    alignment(s));
        }
    }

    private static Alignment alignment(MemorySegment s) {
        int memory = s.get(JAVA_INT, DIO_MEMORY_AT);
        int offset = s.get(JAVA_INT, DIO_OFFSET_AT);
        boolean told = (s.get(JAVA_INT, MASK_AT) & DIO_ALIGN) != 0 && memory > 0 && offset > 0;
        return told
                ? new Alignment(memory, offset, true)
                : SectorSize.assumed(s.get(JAVA_INT, DEVICE_MAJOR_AT), s.get(JAVA_INT, DEVICE_MINOR_AT));
    }

    boolean isDirectory() {
        return (mode & TYPE) == DIRECTORY;
    }

    boolean isRegular() {
        return (mode & TYPE) == REGULAR;
    }

    /** Whether it can be read and written at offsets. */
    boolean isFile() {
        return isRegular() || (mode & TYPE) == BLOCK_DEVICE;
    }
}
