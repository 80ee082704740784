// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.peer;

import io.jnixl.cli.run.Pattern;
import io.jnixl.cli.run.RunFailure;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The pattern in a file, written and compared with the JDK's own means. */
final class FilePattern {
    private static final long CHUNK = 1 << 20;

    private final Path file;

    FilePattern(Path file) {
        this.file = file;
    }

    /** Fills the first bytes, and has them on the device: direct reads are to find them. */
    void fill(long bytes, long seed) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
                Arena arena = Arena.ofConfined()) {
            MemorySegment chunk = arena.allocate(CHUNK);
            for (long at = 0; at < bytes; at += CHUNK) {
                MemorySegment part = chunk.asSlice(0, Math.min(CHUNK, bytes - at));
                Pattern.fill(part, seed, at);
                ByteBuffer buffer = part.asByteBuffer();
                while (buffer.hasRemaining()) {
                    channel.write(buffer, at + buffer.position());
                }
            }
            channel.force(false);
        } catch (IOException e) {
            throw RunFailure.of(e);
        }
    }

    /** Where the first wrong one of these bytes is; a file that is too short is wrong where it ends. -1 when all are right. */
    long firstWrong(long bytes, long seed) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
                Arena arena = Arena.ofConfined()) {
            MemorySegment chunk = arena.allocate(CHUNK);
            for (long at = 0; at < bytes; at += CHUNK) {
                ByteBuffer buffer =
                        chunk.asSlice(0, Math.min(CHUNK, bytes - at)).asByteBuffer();
                while (buffer.hasRemaining() && channel.read(buffer, at + buffer.position()) >= 0) {
                    // as far as it goes
                }
                long wrong = Pattern.firstWrong(chunk.asSlice(0, buffer.position()), seed, at);
                if (wrong >= 0 || buffer.hasRemaining()) {
                    return at + (wrong >= 0 ? wrong : buffer.position());
                }
            }
            return -1;
        } catch (IOException e) {
            throw RunFailure.of(e);
        }
    }
}
