// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ContentTest {
    private static final long SEED = 7;
    private static final long AROUND = 8;

    private final Shape shape = new Shape(1000, 3, 2, 2);
    private final Area area = new Area(1, 40_000);
    private final MemorySegment near = MemorySegment.ofArray(new byte[40_000]);
    private final MemorySegment far = MemorySegment.ofArray(new byte[40_000]);
    private final Placement nearPlaces = Placement.of(shape, area, Locations.BLOCKALIGNED, 1);
    private final Placement farPlaces = Placement.of(shape, area, Locations.BYTEALIGNED, 2);

    private void write(int slots) {
        Content sender = new Content(area, _ -> near);
        Content receiver = new Content(area, _ -> far);
        receiver.fill(AROUND);
        sender.fillBlocks(nearPlaces, farPlaces, SEED);
        for (int thread = 0; thread < shape.threads(); thread++) {
            for (int i = 0; i < slots * shape.batch(); i++) {
                int block = nearPlaces.first(thread, 0) + i;
                MemorySegment.copy(near, nearPlaces.offset(block), far, farPlaces.offset(block), shape.block());
            }
        }
    }

    private long firstWrong(int slots) {
        return new Content(area, _ -> far).firstWrong(farPlaces, farPlaces, slots, SEED, AROUND);
    }

    @Test
    void whatWasWrittenIsRight() {
        write(2);
        assertThat(firstWrong(2)).isEqualTo(-1);
    }

    @Test
    void unusedSlotsAreAround() {
        write(1);
        assertThat(firstWrong(1)).isEqualTo(-1);
        assertThat(firstWrong(2)).isNotNegative();
    }

    @Test
    void everyWrongByteIsFound() {
        write(2);
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 2000; i++) {
            int at = random.nextInt(40_000);
            byte right = far.get(ValueLayout.JAVA_BYTE, at);
            far.set(ValueLayout.JAVA_BYTE, at, (byte) (right ^ 1 << random.nextInt(8)));
            assertThat(firstWrong(2)).as("seed %d", seed).isEqualTo(at);
            far.set(ValueLayout.JAVA_BYTE, at, right);
        }
    }

    @Test
    void aFileThatIsTooShortIsWrongWhereItEnds() {
        write(2);
        Content content = new Content(area, _ -> far.asSlice(0, 12_345));
        assertThat(content.firstWrong(farPlaces, farPlaces, 2, SEED, AROUND)).isEqualTo(12_345);
    }
}
