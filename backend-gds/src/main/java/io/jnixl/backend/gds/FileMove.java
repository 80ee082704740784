// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.gds;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A read or write that a stream was given. It owns the memory that cuFile takes size and offsets from, and writes the answer into, when
 * the stream gets there: closing it waits for that.
 */
final class FileMove implements AutoCloseable {
    static final String WHO = "cuFile";

    /** How cuFile says that the system refused; the errno is that of a thread of its own. */
    private static final long SYSTEM_ERROR = -1;

    private final GpuStream stream;
    private final String what;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment done = arena.allocate(JAVA_LONG);
    private boolean closed;

    private FileMove(GpuStream stream, String what) {
        this.stream = stream;
        this.what = what;
    }

    @SuppressWarnings("MustBeClosedChecker") // closed by the caller
    static FileMove give(
            GpuStream stream,
            FileRegion file,
            long fileOffset,
            GpuMemory memory,
            long offset,
            long bytes,
            boolean write) {
        String range = bytes + " bytes at " + fileOffset + " of " + file;
        FileMove move = new FileMove(stream, write ? "writing " + range : "reading " + range);
        try {
            move.give(file.handle(), memory.address(), bytes, fileOffset, offset, write);
            return move;
        } catch (RuntimeException | Error e) {
            move.arena.close(); // the stream did not get it
            throw e;
        }
    }

    private void give(long handle, long base, long bytes, long fileOffset, long offset, boolean write) {
        MemorySegment size = arena.allocateFrom(JAVA_LONG, bytes);
        MemorySegment at = arena.allocateFrom(JAVA_LONG, fileOffset);
        MemorySegment inBuffer = arena.allocateFrom(JAVA_LONG, offset);
        long error = stream.within(() -> write
                ? CuFileNative.writeAsync(handle, base, size, at, inBuffer, done, stream.handle())
                : CuFileNative.readAsync(handle, base, size, at, inBuffer, done, stream.handle()));
        FileStream.require(error, what + " is refused");
    }

    /**
     * Waits for the stream and says how many bytes moved, which may be fewer than asked for, as at the end of a file.
     *
     * @throws NixlException with {@link ErrorCode#BACKEND} when it failed, or CUDA's error when the stream did
     */
    synchronized long bytes() {
        if (closed) {
            throw new NixlException(ErrorCode.NOT_ALLOWED, what + ": closed, with its answer");
        }
        stream.synchronize();
        long answer = done.get(JAVA_LONG, 0);
        if (answer == SYSTEM_ERROR) {
            throw NixlException.of(ErrorCode.BACKEND, what + " failed: the system refused, and cuFile does not say why")
                    .backend(WHO)
                    .remedy("move the same with GDS_MT, which tells the errno; see cuFile's log (CUFILE_LOGFILE_PATH)")
                    .build();
        }
        if (answer < 0) {
            throw CuFileError.failed(WHO, ErrorCode.BACKEND, what + " failed", -answer);
        }
        return answer;
    }

    /** When the stream cannot be waited for, the memory is kept: cuFile may still write into it. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        stream.synchronize();
        arena.close();
    }

    @Override
    public String toString() {
        return what;
    }
}
