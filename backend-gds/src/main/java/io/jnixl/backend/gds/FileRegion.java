// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.gds;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.jnixl.api.Alignment;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.nativesupport.Errno;
import io.jnixl.nativesupport.FileCalls;
import io.jnixl.spi.RegisteredFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** An open file that cuFile knows; addresses are offsets in it. It asks for no alignment: cuFile sees to that. */
final class FileRegion extends Region implements RegisteredFile {
    private static final System.Logger LOG = System.getLogger(FileRegion.class.getName());

    private final int fd;
    private final String name;
    private final int flags;
    private final long handle;

    /** Guarded by this: once closed, the number may be another file's. */
    private boolean closed;

    /**
     * Makes a file known to cuFile.
     *
     * @param fd is this region's, and closed with it
     * @param flags that it was opened with
     * @throws NixlException with cuFile's error; the descriptor is closed then
     */
    FileRegion(GdsBackend owner, int fd, String name, int flags) {
        super(owner);
        this.fd = fd;
        this.name = name;
        this.flags = flags;
        try {
            handle = register(owner.name(), fd, name);
        } catch (RuntimeException | Error e) {
            var _ = FileCalls.close(fd);
            throw e;
        }
    }

    private static long register(String backend, int fd, String name) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment description = arena.allocate(CuFileNative.DESCR_SIZE, Long.BYTES);
            description.set(JAVA_INT, CuFileNative.DESCR_TYPE, CuFileNative.HANDLE_TYPE_OPAQUE_FD);
            description.set(JAVA_INT, CuFileNative.DESCR_FD, fd);
            MemorySegment answer = arena.allocate(JAVA_LONG);
            long error = CuFileNative.registerFile(answer, description);
            if (CuFileError.code(error) != 0) {
                throw CuFileError.failed(backend, ErrorCode.BACKEND, name + " cannot be registered with cuFile", error);
            }
            return answer.get(JAVA_LONG, 0);
        }
    }

    /** What cuFile knows it by. */
    long handle() {
        return handle;
    }

    @Override
    public Alignment alignment() {
        return Alignment.NONE;
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
                .backend(owner().name())
                .nativeError(-answer, Errno.name(-answer))
                .remedy(
                        cannot
                                ? "write zeros instead: the file system reserves no room"
                                : "see what the system says; to change its size a file must be open for writing")
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
    public synchronized void close() {
        closed = true;
        CuFileNative.forgetFile(handle);
        int answer = FileCalls.close(fd);
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
