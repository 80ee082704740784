// SPDX-License-Identifier: Apache-2.0
package io.jnixl.benchmarks;

import io.jnixl.api.FileOption;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file whose blocks tell which they are, so that each read can be verified. */
final class StampedFile {
    static final int BLOCK = 4096;
    private static final int AT_ONCE = 256;

    private StampedFile() {}

    /** Makes it, in place of what is there. */
    static void make(Path path, int blocks) throws IOException {
        try (FileChannel file = FileChannel.open(
                path, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer buffer = ByteBuffer.allocateDirect(AT_ONCE * BLOCK).order(ByteOrder.nativeOrder());
            for (int i = 0; i < blocks; i += AT_ONCE) {
                buffer.clear();
                for (int b = 0; b < AT_ONCE; b++) {
                    buffer.putLong(b * BLOCK, stamp(i + b));
                }
                while (buffer.hasRemaining()) {
                    file.write(buffer);
                }
            }
            file.force(true);
        }
    }

    /** How to open it: {@code direct}, or {@code cached}. */
    static FileOption[] options(String word) {
        return word.equals("direct") ? new FileOption[] {FileOption.DIRECT} : new FileOption[0];
    }

    private static long stamp(int block) {
        return block * 0x9e3779b97f4a7c15L + 1;
    }

    /** Requires that the first n of these blocks were read one behind the other, by whom this names. */
    static void check(MemorySegment memory, int[] ids, int n, String who) throws IOException {
        for (int i = 0; i < n; i++) {
            if (memory.get(ValueLayout.JAVA_LONG, (long) i * BLOCK) != stamp(ids[i])) {
                throw new IOException(who + ": block " + ids[i] + " did not arrive");
            }
        }
    }
}
