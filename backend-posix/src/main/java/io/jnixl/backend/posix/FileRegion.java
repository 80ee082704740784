// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

import io.jnixl.api.Alignment;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.nativesupport.Errno;
import io.jnixl.nativesupport.FileCalls;
import io.jnixl.spi.RegisteredFile;
import java.util.Arrays;

/** An open file; addresses are offsets in it. */
final class FileRegion extends Region implements RegisteredFile {
    private static final System.Logger LOG = System.getLogger(FileRegion.class.getName());

    private final int fd;
    private final String name;
    private final int flags;
    private final boolean owned;
    private final Alignment alignment;
    private final FileSystem system;
    private final Odds odds = new Odds();

    /** Guarded by this: once closed, the number may be another file's. */
    private boolean closed;

    /** By ring: its number among the registered files, or -1. Written once each, before a transfer is prepared. */
    private final int[] numbers = new int[RingEngine.MOST_RINGS];

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
        this.system = stat.isRegular() ? FileSystem.of(fd) : FileSystem.OTHER; // a device's file lies on another's
        this.alignment = (flags & FileCalls.O_DIRECT) != 0 ? stat.alignment() : Alignment.NONE;
        Arrays.fill(numbers, -1);
    }

    boolean isDirect() {
        return (flags & FileCalls.O_DIRECT) != 0;
    }

    /** Whether a write to it, or a read from it, is in general no more than a copy. */
    boolean isCopied(boolean write) {
        return (flags & (FileCalls.O_DIRECT | FileCalls.O_DSYNC)) == 0
                && (system == FileSystem.MEMORY || (write && system == FileSystem.LOCAL));
    }

    /** Whether plain calls are worth trying. */
    Odds odds() {
        return odds;
    }

    /** Whether it was opened here: then nobody else closes its descriptor. */
    boolean isOwned() {
        return owned;
    }

    /** Its number among a ring's registered files; -1 when it is not one. */
    int number(int ring) {
        return numbers[ring];
    }

    void becomes(int ring, int number) {
        numbers[ring] = number;
    }

    int fd() {
        return fd;
    }

    /** What addresses must be multiples of, in bytes, a power of two; 1 without {@code O_DIRECT}. */
    int memoryAlignment() {
        return alignment.memory();
    }

    /** What offsets and lengths must be multiples of, likewise. */
    int offsetAlignment() {
        return alignment.offset();
    }

    @Override
    public Alignment alignment() {
        return alignment;
    }

    @Override
    public synchronized void resize(long bytes) {
        check(closed ? -Errno.EBADF : FileCalls.ftruncate(fd, bytes), "made " + bytes + " bytes long");
    }

    @Override
    public synchronized void reserve(long bytes) {
        check(closed ? -Errno.EBADF : FileCalls.fallocate(fd, bytes), "given room for " + bytes + " bytes");
    }

    private void check(int answer, String what) {
        if (answer >= 0) {
            return;
        }
        boolean cannot = answer == -Errno.EOPNOTSUPP;
        throw NixlException.of(
                        cannot ? ErrorCode.NOT_SUPPORTED : isWritable() ? ErrorCode.BACKEND : ErrorCode.NOT_ALLOWED,
                        this + " cannot be " + what)
                .backend(PosixBackendProvider.NAME)
                .nativeError(-answer, Errno.name(-answer))
                .remedy(cannot ? "write zeros instead: the file system reserves no room" : Fault.remedyOr(-answer))
                .build();
    }

    /** Whether the kernel writes at the end, whatever the offset. */
    boolean appends() {
        return (flags & FileCalls.O_APPEND) != 0;
    }

    @Override
    boolean isReadable() {
        return (flags & FileCalls.O_ACCMODE) != FileCalls.O_WRONLY;
    }

    @Override
    boolean isWritable() {
        return (flags & FileCalls.O_ACCMODE) != 0;
    }

    @Override
    public void close() {
        owner().engine().forget(this);
        closeDescriptor();
    }

    private synchronized void closeDescriptor() {
        closed = true;
        int answer = owned ? FileCalls.close(fd) : 0;
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
