// SPDX-License-Identifier: Apache-2.0
package org.example.zipstore;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * The chunk that a worker has in hand: compressed in its file (a zlib stream, whose checksum tells damage), plain here. Every
 * chunk has the same length; what nobody has written of it is zero. One thread's.
 */
final class Chunk implements AutoCloseable {
    /** Bytes of a chunk. Part of the format: stores of another length cannot be read. */
    static final int BYTES = 16 << 10;

    /** What cannot be compressed grows by a few bytes. */
    private static final int MOST_PACKED = BYTES + 1024;

    private final byte[] plain = new byte[BYTES];
    private final byte[] packed = new byte[MOST_PACKED];
    private final Deflater deflater;
    private final Inflater inflater = new Inflater();
    private final Volume volume;

    Chunk(int level, Volume volume) {
        deflater = new Deflater(level);
        this.volume = volume;
    }

    byte[] bytes() {
        return plain;
    }

    void clear() {
        Arrays.fill(plain, (byte) 0);
    }

    /**
     * Reads a file.
     *
     * @return false when there is none
     * @throws IOException also when it does not hold a chunk
     */
    boolean load(Path file) throws IOException {
        int length;
        try (InputStream in = Files.newInputStream(file)) {
            length = in.readNBytes(packed, 0, MOST_PACKED);
        } catch (NoSuchFileException _) {
            return false;
        }
        inflater.reset();
        inflater.setInput(packed, 0, length);
        try {
            if (inflater.inflate(plain) < BYTES || !ends()) {
                throw new IOException(file + " is damaged: it does not hold " + BYTES + " bytes");
            }
        } catch (DataFormatException e) {
            throw new IOException(file + " is damaged: " + e.getMessage(), e);
        }
        return true;
    }

    /** The checksum comes after the last byte, and is looked at when one asks for more. */
    private boolean ends() throws DataFormatException {
        return inflater.finished() || inflater.inflate(new byte[1]) == 0 && inflater.finished();
    }

    /** Writes a file, in place: a rename would cost more than all the rest, and the checksum tells a torn one. */
    void store(Path file) throws IOException {
        deflater.reset();
        deflater.setInput(plain);
        deflater.finish();
        int length = deflater.deflate(packed);
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE)) {
            ByteBuffer bytes = ByteBuffer.wrap(packed, 0, length);
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            out.truncate(length);
        }
        volume.count(BYTES, length);
    }

    @Override
    public void close() {
        deflater.end();
        inflater.end();
    }
}
