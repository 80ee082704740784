// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.memory;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** An open file; addresses are offsets in it. Not published. */
final class FileRegion extends Region {
    private static final System.Logger LOG = System.getLogger(FileRegion.class.getName());

    private final Path path;
    private final FileChannel channel;
    private final boolean writable;
    private final long alignment;

    FileRegion(MemoryBackend owner, Path path, FileChannel channel, boolean writable, long alignment) {
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
    long alignment() {
        return alignment;
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
