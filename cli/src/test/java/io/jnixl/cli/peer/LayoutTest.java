// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.api.DescriptorList;
import io.jnixl.api.MemoryKind;
import io.jnixl.cli.run.Pattern;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LayoutTest {
    private final Arena arena = Arena.ofConfined();

    @AfterEach
    void free() {
        arena.close();
    }

    private static long[] offsets(Layout layout, int count) {
        return IntStream.range(0, count).mapToLong(layout::farOffset).toArray();
    }

    @Test
    void aShuffleIsAPermutationAndAlwaysTheSame() {
        Case shape = new Case(16, 1000);
        long[] inOrder = IntStream.range(0, 1000).mapToLong(i -> i * 16L).toArray();
        long[] shuffled = offsets(Layout.of(shape, true), 1000);
        assertThat(offsets(Layout.of(shape, false), 1000)).isEqualTo(inOrder);
        assertThat(shuffled).containsExactlyInAnyOrder(inOrder).isNotEqualTo(inOrder);
        assertThat(offsets(Layout.of(shape, true), 1000)).isEqualTo(shuffled);
    }

    @Test
    void localBlocksLieInARowAndFarOnesInTheirPlaces() {
        MemorySegment memory = arena.allocate(1000);
        Layout layout = Layout.of(new Case(24, 10), true);
        DescriptorList local = layout.local(memory);
        DescriptorList far = layout.far(MemoryKind.DRAM, 0, 1 << 20);
        assertThat(local.size()).isEqualTo(10);
        assertThat(far.size()).isEqualTo(10);
        for (int i = 0; i < 10; i++) {
            assertThat(local.address(i)).isEqualTo(memory.address() + i * 24L);
            assertThat(local.length(i)).isEqualTo(24);
            assertThat(far.address(i)).isEqualTo((1 << 20) + layout.farOffset(i));
            assertThat(far.length(i)).isEqualTo(24);
        }
    }

    @ParameterizedTest
    @CsvSource({"8, 100, true", "13, 7, true", "1, 50, true", "4096, 3, false", "5, 1, true"})
    void whatIsPutInPlaceIsThePattern(long block, int count, boolean scatter) {
        Case shape = new Case(block, count);
        Layout layout = Layout.of(shape, scatter);
        MemorySegment local = arena.allocate(shape.bytes());
        MemorySegment far = arena.allocate(shape.bytes());
        layout.fill(local, 99);
        for (int i = 0; i < count; i++) {
            MemorySegment.copy(local, i * block, far, layout.farOffset(i), block);
        }
        assertThat(Pattern.firstWrong(far, 99, 0)).isEqualTo(-1);
        assertThat(layout.firstWrong(local, 99)).isEqualTo(-1);
        long last = shape.bytes() - 1;
        local.set(ValueLayout.JAVA_BYTE, last, (byte) ~local.get(ValueLayout.JAVA_BYTE, last));
        assertThat(layout.firstWrong(local, 99)).isEqualTo(last);
    }
}
