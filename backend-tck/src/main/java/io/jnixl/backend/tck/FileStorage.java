// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.tck;

import io.jnixl.api.MemoryKind;
import io.jnixl.api.MemoryRegion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/** Files that are there before they are registered, as long as they must be. */
record FileStorage(Path folder, String mode) implements Storage.Visible {
    @Override
    public MemoryKind kind() {
        return MemoryKind.FILE;
    }

    private Path path(int number) {
        return folder.resolve("jnixl-tck-" + number);
    }

    @Override
    public MemoryRegion region(int number, int bytes) {
        try {
            Files.createDirectories(folder);
            Files.write(path(number), new byte[bytes]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        byte[] metaInfo = (mode + ":" + path(number)).getBytes(StandardCharsets.UTF_8);
        return MemoryRegion.storage(MemoryKind.FILE, number, 0, 0, metaInfo);
    }

    @Override
    public byte[] read(int number, int bytes) {
        try (InputStream file = Files.newInputStream(path(number))) {
            return Arrays.copyOf(file.readNBytes(bytes), bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void write(int number, byte[] content) {
        try (FileChannel channel = FileChannel.open(path(number), StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                int _ = channel.write(bytes, bytes.position());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
