// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.gds;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.spi.Availability.Unavailable;

/**
 * Reads and writes of files in the order of a {@link GpuStream}, for tests and tools: no backend uses it. What {@link GpuStream} says of
 * memory holds here too. Files must stay registered as long, which keeps cuFile's driver open. Close it before its stream.
 * Thread-safe.
 */
final class FileStream implements AutoCloseable {
    private final GpuStream stream;

    /**
     * Tells cuFile of a stream; it is looked at with each read and write what to move, and where, when the stream gets there.
     *
     * @throws NixlException with {@link ErrorCode#NOT_SUPPORTED} where the libraries are too old, {@link ErrorCode#BACKEND} with
     *     cuFile's error
     */
    FileStream(GpuStream stream) {
        if (GdsProbe.streams(CuFileNative.soname(), CudaNative.soname()) instanceof Unavailable unavailable) {
            throw unavailable.toException(ErrorCode.NOT_SUPPORTED, FileMove.WHO);
        }
        this.stream = stream;
        require(
                stream.within(() -> CuFileNative.streamRegister(stream.handle(), 0)),
                stream + " cannot be registered with cuFile");
    }

    /** Gives the stream a read from a file to a GPU's memory. */
    FileMove read(FileRegion file, long fileOffset, GpuMemory to, long offset, long bytes) {
        return move(file, fileOffset, to, offset, bytes, false);
    }

    /** Gives the stream a write to a file from a GPU's memory. */
    FileMove write(FileRegion file, long fileOffset, GpuMemory from, long offset, long bytes) {
        return move(file, fileOffset, from, offset, bytes, true);
    }

    private FileMove move(FileRegion file, long fileOffset, GpuMemory memory, long offset, long bytes, boolean write) {
        stream.requireSameGpu(memory);
        if (!fits(offset, bytes, memory.bytes()) || !fits(fileOffset, bytes, Long.MAX_VALUE)) {
            throw NixlException.of(
                            ErrorCode.INVALID_PARAM,
                            bytes + " bytes at " + offset + " are not within " + memory
                                    + ", or end past the largest file from " + fileOffset + " on")
                    .backend(FileMove.WHO)
                    .remedy("offsets and sizes are in bytes, and none is negative")
                    .build();
        }
        return FileMove.give(stream, file, fileOffset, memory, offset, bytes, write);
    }

    private static boolean fits(long offset, long bytes, long room) {
        return offset >= 0 && bytes >= 0 && offset <= room - bytes;
    }

    static void require(long error, String what) {
        if (CuFileError.code(error) != 0) {
            throw CuFileError.failed(FileMove.WHO, ErrorCode.BACKEND, what, error);
        }
    }

    /** Waits for all that the stream was given, and has cuFile forget it whatever came of that. */
    @Override
    public void close() {
        try {
            stream.synchronize();
        } finally {
            require(
                    stream.within(() -> CuFileNative.streamDeregister(stream.handle())),
                    stream + " cannot be deregistered");
        }
    }
}
