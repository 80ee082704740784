// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

import io.jnixl.api.Alignment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What O_DIRECT probably needs where statx(2) does not say, before Linux 6.1 and on some file systems: the logical block of the
 * device, if there is one device.
 */
final class SectorSize {
    /**
     * What every device of today is content with. The block size of network file systems is a preferred transfer size and no
     * alignment; where more is needed, the kernel refuses.
     */
    private static final int USUAL = 4096;

    private static final int LEAST = 512;

    private static final Path DEVICES = Path.of("/sys/dev/block");

    private SectorSize() {}

    /** The guess for files of a device. */
    static Alignment assumed(int major, int minor) {
        int bytes = read(DEVICES, major, minor);
        return new Alignment(bytes, bytes, false);
    }

    /** A device's logical block; of a partition, that of the disk. */
    static int read(Path devices, int major, int minor) {
        Path device = devices.resolve(major + ":" + minor);
        Path queue = device.resolve(Files.isDirectory(device.resolve("queue")) ? "queue" : "../queue");
        try {
            String text = Files.readString(queue.resolve("logical_block_size")).strip();
            int bytes = Integer.parseInt(text);
            return bytes >= LEAST && Integer.bitCount(bytes) == 1 ? bytes : USUAL;
        } catch (IOException | NumberFormatException e) {
            return USUAL; // no such device: network and layered file systems
        }
    }
}
