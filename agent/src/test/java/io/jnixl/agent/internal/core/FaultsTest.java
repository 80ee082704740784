// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.api.DescriptorFault;
import io.jnixl.api.DescriptorList;
import io.jnixl.api.Operation;
import io.jnixl.api.Prepared;
import io.jnixl.api.Status;
import io.jnixl.api.Transfer;
import io.jnixl.spi.CompletionSink;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Which descriptors of a post failed, how far they came, and that merging does not blur it. */
final class FaultsTest extends CoreFixture {
    private CompletionSink sink() {
        return backend.last().request.completion();
    }

    private Transfer blocks(boolean merging) {
        Transfer transfer = agent.transfer(Operation.WRITE, blocks(near, 4096), agent.self(), blocks(far, 4096))
                .merging(merging)
                .prepare();
        transfer.post();
        return transfer;
    }

    @Test
    void eachThatFailedIsListedInOrder() {
        start();
        Transfer transfer = blocks(false);
        assertThat(sink().fault(9, 100, "torn", "errno 5")).isTrue();
        assertThat(sink().fault(3, 0, "gone", null)).isTrue();
        backend.last().fail(Status.BACKEND, 3, "gone");
        long base = far.segment().address();
        assertThat(transfer.failure().faults())
                .containsExactly(
                        new DescriptorFault(3, 1, base + 3 * 4096, 0, "gone", null),
                        new DescriptorFault(9, 1, base + 9 * 4096 + 100, 100, "torn", "errno 5"));
        assertThat(transfer.failure().faultCount()).isEqualTo(2);
        assertThat(transfer.failure().descriptor()).isEqualTo(3);
        assertThat(transfer.failure().toString()).contains("2 faults of descriptors");
        transfer.post();
        backend.last().fail(Status.BACKEND, 1, "whole");
        assertThat(transfer.failure().faults()).as("of the former post").isEmpty();
        assertThat(transfer.failure().faultCount()).isZero();
    }

    @Test
    void ofOneDescriptorTheForemostCounts() {
        start();
        Transfer transfer = blocks(false);
        for (int done : new int[] {200, 100, 300}) {
            assertThat(sink().fault(5, done, "at " + done, null)).isTrue();
        }
        backend.last().fail(Status.BACKEND, 5, "torn");
        assertThat(transfer.failure().faults()).singleElement().satisfies(f -> {
            assertThat(f.bytesDone()).isEqualTo(100);
            assertThat(f).hasToString("descriptor 5: at 100");
        });
        assertThat(transfer.failure().faultCount()).isEqualTo(1);
    }

    @Test
    void mergedNeighboursAreToldApart() {
        start();
        Transfer transfer = blocks(true);
        assertThat(sink().fault(0, 3 * 4096 + 7, "torn", null)).isTrue();
        backend.last().fail(Status.BACKEND, 0, "torn");
        assertThat(transfer.failure().faults()).singleElement().satisfies(f -> {
            assertThat(f.descriptor()).isEqualTo(3);
            assertThat(f.count()).isEqualTo(13);
            assertThat(f.bytesDone()).isEqualTo(7);
            assertThat(f.offset()).isEqualTo(far.segment().address() + 3 * 4096 + 7);
            assertThat(f).hasToString("descriptors 3 to 15: torn");
        });
        assertThat(transfer.failure().descriptor()).as("the failure's").isEqualTo(3);
    }

    @Test
    void selectionsOfUnequalLengthsAreToldAsARun() {
        start();
        DescriptorList from = DescriptorList.of(
                near.segment().asSlice(0, 10),
                near.segment().asSlice(10, 20),
                near.segment().asSlice(100, 30));
        DescriptorList to = DescriptorList.of(
                far.segment().asSlice(0, 10),
                far.segment().asSlice(10, 20),
                far.segment().asSlice(100, 30));
        try (Prepared l = agent.prepare(from);
                Prepared r = agent.prepare(agent.self(), to);
                Transfer transfer =
                        agent.transfer(Operation.WRITE, l, r).capacity(3).prepare()) {
            int[] all = {0, 1, 2};
            transfer.select(all, all, 3);
            transfer.post();
            assertThat(sink().fault(0, 15, "torn", null)).isTrue();
            assertThat(sink().fault(1, 15, "torn", null)).isTrue();
            backend.last().fail(Status.BACKEND, 0, "torn");
            List<DescriptorFault> faults = transfer.failure().faults();
            assertThat(faults).extracting(DescriptorFault::descriptor).containsExactly(0, 2);
            assertThat(faults).extracting(DescriptorFault::count).containsExactly(2, 1);
            assertThat(faults).extracting(DescriptorFault::bytesDone).containsExactly(0L, 15L);
        }
    }

    @Test
    void noMoreThanTheBoundAreKeptAndTheRestIsCounted() {
        start();
        int n = CompletionSink.MAX_FAULTS + 500;
        Transfer transfer = agent.transfer(
                        Operation.WRITE,
                        DescriptorList.strided(
                                near.registration().descriptors().kind(),
                                0,
                                near.segment().address(),
                                8,
                                16,
                                n),
                        agent.self(),
                        DescriptorList.strided(
                                far.registration().descriptors().kind(),
                                0,
                                far.segment().address(),
                                8,
                                16,
                                n))
                .prepare();
        transfer.post();
        IntStream.range(0, n)
                .forEach(
                        i -> assertThat(sink().fault(i, 0, "gone", null)).isEqualTo(i < CompletionSink.MAX_FAULTS - 1));
        backend.last().fail(Status.BACKEND, 0, "gone");
        assertThat(transfer.failure().faults()).hasSize(CompletionSink.MAX_FAULTS);
        assertThat(transfer.failure().faultCount()).isEqualTo(n);
    }

    @Test
    void whatConcernsNobodyIsNotKept() {
        start();
        backend.onCancel = t -> {};
        Transfer transfer = blocks(false);
        assertThat(sink().fault(99, 0, "no such column", null)).isFalse();
        assertThat(sink().fault(-1, 0, "no column", null)).isFalse();
        assertThat(sink().fault(0, 0, "gone", null)).isTrue();
        var quiet = transfer.cancel();
        assertThat(sink().fault(1, 0, "late", null)).isFalse();
        backend.last().complete(Status.CANCELED);
        assertThat(quiet).isDone();
        assertThat(transfer.failure().faults()).isEmpty();
        assertThat(transfer.failure().faultCount()).isZero();
        assertThat(sink().fault(2, 0, "after the end", null)).isFalse();
    }
}
