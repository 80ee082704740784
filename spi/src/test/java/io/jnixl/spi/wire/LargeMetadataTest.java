// SPDX-License-Identifier: Apache-2.0
package io.jnixl.spi.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.api.MemoryKind;
import io.jnixl.spi.wire.WireMetadata.Connection;
import io.jnixl.spi.wire.WireMetadata.Section;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A million descriptors are read in a time that grows with their number; a square would take hours. */
class LargeMetadataTest {
    private static final int SMALL = 100_000;
    private static final int FACTOR = 10;
    private static final int ROUNDS = 5;

    @Test
    @Timeout(120)
    void decodesInLinearTime() {
        byte[] small = metadata(SMALL).encode();
        byte[] large = metadata(SMALL * FACTOR).encode();
        fastest(small);

        long smallNanos = fastest(small);
        long largeNanos = fastest(large);

        System.out.printf(
                "%d descriptors: %d ms, %d descriptors: %d ms%n",
                SMALL,
                TimeUnit.NANOSECONDS.toMillis(smallNanos),
                SMALL * FACTOR,
                TimeUnit.NANOSECONDS.toMillis(largeNanos));
        // 10 when linear, 100 when square; room for caches and a busy machine.
        assertThat(largeNanos).isLessThan(smallNanos * FACTOR * 5);
        assertThat(WireMetadata.decode(large)).isEqualTo(metadata(SMALL * FACTOR));
    }

    @Test
    @Timeout(120)
    void sortsAMillionInReverse() {
        int count = SMALL * FACTOR;
        long[] addresses = new long[count];
        long[] lengths = new long[count];
        for (int i = 0; i < count; i++) {
            addresses[i] = 4096L * (count - i);
            lengths[i] = i + 1L;
        }

        WireDescriptors sorted = WireDescriptors.of(MemoryKind.DRAM, addresses, lengths, new long[count])
                .sorted();

        assertThat(sorted.isSorted()).isTrue();
        assertThat(sorted.address(0)).isEqualTo(4096);
        assertThat(sorted.length(0)).isEqualTo(count);
    }

    private static long fastest(byte[] bytes) {
        long fastest = Long.MAX_VALUE;
        for (int i = 0; i < ROUNDS; i++) {
            long start = System.nanoTime();
            int size = WireMetadata.decode(bytes)
                    .sections()
                    .getFirst()
                    .descriptors()
                    .size();
            fastest = Math.min(fastest, System.nanoTime() - start);
            assertThat(size).isPositive();
        }
        return fastest;
    }

    private static WireMetadata metadata(int count) {
        long[] addresses = new long[count];
        long[] lengths = new long[count];
        byte[][] keys = new byte[count][];
        for (int i = 0; i < count; i++) {
            addresses[i] = 4096L * i;
            lengths[i] = 4096;
            keys[i] = new byte[] {(byte) i, (byte) (i >> 8), 3, 4, 5, 6, 7, 8, 9};
        }
        WireDescriptors descriptors = WireDescriptors.of(MemoryKind.DRAM, addresses, lengths, new long[count], keys);
        return new WireMetadata(
                "large", List.of(new Connection("UCX", new byte[40])), List.of(new Section("UCX", descriptors)));
    }
}
