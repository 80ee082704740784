// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

/** What is known of a file system beforehand: how long plain calls may take. */
enum FileSystem {
    /** In memory: reads and writes are copies. */
    MEMORY,

    /** On devices of this machine: writes are copies into the page cache, unless too much of it is dirty. */
    LOCAL,

    /** A server or another program answers, which may take long, or it is not known. */
    OTHER;

    /** Of the file that is open with this descriptor; the numbers are those of {@code <linux/magic.h>} and of statfs(2). */
    static FileSystem of(int fd) {
        return switch (Libc.fileSystem(fd)) {
            case 0x01021994, 0x858458f6 -> MEMORY; // tmpfs, ramfs
            case 0xef53, 0x58465342, 0x9123683e, 0xf2f52010 -> LOCAL; // ext4 and its elders, XFS, Btrfs, F2FS
            case 0x794c7630 -> LOCAL; // overlayfs, whose upper layer is one of these or tmpfs
            default -> OTHER;
        };
    }
}
