// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.memory;

import io.jnixl.api.Alignment;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.spi.RegisteredFile;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** An open file; addresses are offsets in it. Not published. */
final class FileRegion extends Region implements RegisteredFile {
    private static final System.Logger LOG = System.getLogger(FileRegion.class.getName());

    private final Path path;
    private final FileChannel channel;
    private final boolean writable;
    private final Alignment alignment;

    FileRegion(MemoryBackend owner, Path path, FileChannel channel, boolean writable, Alignment alignment) {
        super(owner);
        this.path = path;
        this.channel = channel;
        this.writable = writable;
        this.alignment = alignment;
    }

    FileChannel channel() {
        return channel;
    }

    /** What offsets, lengths and addresses must be multiples of, in bytes, a power of two; 1 without DIRECT. */
    long blockBytes() {
        return alignment.strictest();
    }

    @Override
    public Alignment alignment() {
        return alignment;
    }

    @Override
    public void resize(long bytes) {
        if (!writable) {
            throw refused(ErrorCode.NOT_ALLOWED, this + " was opened for reading only", null);
        }
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) { // a channel can shorten only
            file.setLength(bytes);
        } catch (IOException e) {
            throw refused(ErrorCode.BACKEND, this + " cannot be made " + bytes + " bytes long: " + e.getMessage(), e);
        }
    }

    private static NixlException refused(ErrorCode code, String message, @Nullable Throwable cause) {
        NixlException.Builder error = NixlException.of(code, message).backend(MemoryBackendProvider.NAME);
        return (cause == null ? error : error.cause(cause)).build();
    }

    @Override
    boolean isWritable() {
        return writable;
    }

    @Override
    public void close() {
        super.close();
        try {
            channel.close();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "closing " + path + " failed: written data may be lost", e);
        }
    }

    @Override
    public String toString() {
        return "file " + path;
    }
}
