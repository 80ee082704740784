// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.spi.TransferColumns;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** When a post takes its descriptors in the order of the file. */
class SequenceTest {
    private final SplittableRandom random = Bytes.random();

    private static Sequence of(TransferColumns columns, int files) {
        Sequence sequence = new Sequence(columns, true, new DramRegion[1], new FileRegion[files]);
        sequence.sort();
        return sequence;
    }

    private int[] shuffled(int count) {
        int[] order = IntStream.range(0, count).toArray();
        for (int i = count - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int other = order[j];
            order[j] = order[i];
            order[i] = other;
        }
        return order;
    }

    private static TransferColumns columns(int[] order, long start, long stride, long bytes) {
        TransferColumns columns = new TransferColumns(order.length);
        for (int i = 0; i < order.length; i++) {
            columns.add(1000 + i * bytes, 0, start + order[i] * stride, 0, bytes, i, false);
        }
        return columns;
    }

    private static boolean isSorted(Sequence sequence) {
        return IntStream.range(1, sequence.count()).allMatch(i -> sequence.offset(i - 1) <= sequence.offset(i));
    }

    @Test
    void denseBlocksComeInTheOrderOfTheFile() {
        for (int count : new int[] {2, 3, 64, 500, Sequence.MOST}) {
            for (long start : new long[] {0, 1L << 33, Long.MAX_VALUE - 4096L * Sequence.MOST}) {
                TransferColumns columns = columns(shuffled(count), start, 4096, 4096);
                Sequence sequence = of(columns, 1);
                assertThat(isSorted(sequence)).isTrue();
                boolean[] seen = new boolean[count];
                for (int place = 0; place < count; place++) {
                    int i = sequence.column(place);
                    assertThat(seen[i]).isFalse();
                    seen[i] = true;
                    assertThat(sequence.place(i)).isEqualTo(place);
                    assertThat(sequence.offset(place)).isEqualTo(columns.remoteAddress(i));
                    assertThat(sequence.address(place)).isEqualTo(columns.localAddress(i));
                }
                sequence.reset();
                assertThat(sequence.column(count - 1)).isEqualTo(count - 1);
            }
        }
    }

    @Test
    void othersKeepTheCallersOrder() {
        int[] order = shuffled(Sequence.MOST);
        order[0] = 1;
        order[1] = 0;
        assertThat(isSorted(of(columns(order, 0, 3 * 4096, 4096), 1)))
                .as("sparse")
                .isFalse();
        assertThat(isSorted(of(columns(order, 0, 4096, 4096), 2)))
                .as("several files")
                .isFalse();
        int[] more = IntStream.concat(IntStream.of(order), IntStream.of(Sequence.MOST))
                .toArray();
        assertThat(isSorted(of(columns(more, 0, 4096, 4096), 1))).as("many").isFalse();
    }

    /** The file's range is that of all longs. */
    @Test
    void farApartWithoutOverflow() {
        TransferColumns columns = new TransferColumns(2);
        columns.add(0, 0, Long.MAX_VALUE - 10, 0, 10, 0, false);
        columns.add(0, 0, 0, 0, Long.MAX_VALUE - 20, 1, false);
        assertThat(of(columns, 1).column(0)).isZero();
    }
}
