// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

import io.jnixl.nativesupport.Errno;

/** An open file; addresses are offsets in it. */
final class FileRegion extends Region {
    private static final System.Logger LOG = System.getLogger(FileRegion.class.getName());

    private final int fd;
    private final String name;
    private final int flags;
    private final boolean owned;
    private final int memoryAlignment;
    private final int offsetAlignment;

    /**
     * An open descriptor.
     *
     * @param flags that it was opened with
     * @param owned whether it is closed with this region
     */
    FileRegion(PosixBackend owner, int fd, String name, int flags, boolean owned, FileStat stat) {
        super(owner);
        this.fd = fd;
        this.name = name;
        this.flags = flags;
        this.owned = owned;
        boolean direct = (flags & Libc.O_DIRECT) != 0;
        this.memoryAlignment = direct ? stat.memoryAlignment() : 1;
        this.offsetAlignment = direct ? stat.offsetAlignment() : 1;
    }

    int fd() {
        return fd;
    }

    /** What addresses must be multiples of, in bytes, a power of two; 1 without {@code O_DIRECT}. */
    int memoryAlignment() {
        return memoryAlignment;
    }

    /** What offsets and lengths must be multiples of, likewise. */
    int offsetAlignment() {
        return offsetAlignment;
    }

    /** Whether the kernel writes at the end, whatever the offset. */
    boolean appends() {
        return (flags & Libc.O_APPEND) != 0;
    }

    @Override
    boolean isReadable() {
        return (flags & Libc.O_ACCMODE) != Libc.O_WRONLY;
    }

    @Override
    boolean isWritable() {
        return (flags & Libc.O_ACCMODE) != 0;
    }

    @Override
    public void close() {
        int answer = owned ? Libc.close(fd) : 0;
        if (answer < 0) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "closing {0} failed, written data may be lost: {1}",
                    this,
                    Errno.text(-answer));
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
