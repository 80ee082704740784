// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.jnixl.agent.AgentAssembly;
import io.jnixl.api.BackendStatistics;
import io.jnixl.api.Config;
import io.jnixl.api.DescriptorList;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.MemoryRegion;
import io.jnixl.api.NixlException;
import io.jnixl.api.Operation;
import io.jnixl.api.Prepared;
import io.jnixl.api.Registration;
import io.jnixl.api.Status;
import io.jnixl.api.Transfer;
import io.jnixl.spi.Capabilities;
import io.jnixl.spi.TransferColumns;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a rule with failover does when a post fails: ONE is asked first, then TWO, then THREE. TWO and THREE move bytes. */
final class FailoverTest extends CoreFixture {
    private final ScriptedProvider second = new ScriptedProvider("TWO");
    private final ScriptedProvider third = new ScriptedProvider("THREE");
    private ScriptedBackend two;
    private ScriptedBackend three;

    @TempDir
    Path folder;

    @BeforeEach
    void startThree() throws IOException {
        start("failover = true");
    }

    private void start(String failover) throws IOException {
        Path file = folder.resolve("jnixl.toml");
        Files.writeString(file, "[[selection]]\nuse = [\"ONE\", \"TWO\", \"THREE\"]\n" + failover + "\n");
        agent = AgentAssembly.of(Config.of(file))
                .name("me")
                .backend(provider)
                .backend(second)
                .backend(third)
                .build();
        closing.addFirst(agent);
        backend = provider.backend();
        two = second.backend();
        three = third.backend();
        near = agent.allocate(1 << 16);
        far = agent.allocate(1 << 16);
        fill(near.segment());
        backend.onPost = FailoverTest::refuse;
        two.onPost = FailoverTest::move;
        three.onPost = FailoverTest::move;
    }

    @AfterEach
    void nothingIsLeftOpen() {
        agent.close();
        for (ScriptedBackend one : List.of(two, three)) {
            assertThat(one.defects).isEmpty();
            assertThat(one.openTransfers).hasValue(0);
            assertThat(one.openMemory).hasValue(0);
        }
    }

    private static void fill(MemorySegment memory) {
        byte[] bytes = new byte[(int) memory.byteSize()];
        new Random(5).nextBytes(bytes);
        memory.copyFrom(MemorySegment.ofArray(bytes));
    }

    /** Says that nothing has moved. */
    private static Status refuse(ScriptedTransfer transfer) {
        transfer.moved.set(0);
        return Status.REMOTE_DISCONNECT;
    }

    /** Writes, and ends at once. */
    private static Status move(ScriptedTransfer transfer) {
        TransferColumns columns = transfer.request.columns();
        for (int i = 0; i < columns.count(); i++) {
            memory(columns.remoteAddress(i), columns.length(i))
                    .copyFrom(memory(columns.localAddress(i), columns.length(i)));
        }
        return Status.SUCCESS;
    }

    @SuppressWarnings("restricted") // the agent has checked that it lies in an allocation of the test
    private static MemorySegment memory(long address, long length) {
        return MemorySegment.ofAddress(address).reinterpret(length);
    }

    private void assertMoved(long from, long to, long length) {
        assertMoved(from, far.segment(), to, length);
    }

    private void assertMoved(long from, MemorySegment target, long to, long length) {
        assertThat(near.segment().asSlice(from, length).mismatch(target.asSlice(to, length)))
                .as("first byte that differs")
                .isEqualTo(-1);
    }

    @Test
    void theNextTakesOverAndMovesTheBytes() {
        Transfer transfer = write().notifying("done").prepare();
        assertThat(transfer.backend()).isEqualTo("ONE");
        assertThat(transfer.post()).isEqualTo(Status.SUCCESS);
        assertMoved(0, 0, 4096);
        assertThat(transfer.backend()).isEqualTo("TWO");
        assertThat(two.last().message()).isEqualTo("done");
        assertThat(backend.last().isClosed()).isTrue();
        assertThat(agent.explain(transfer).toString().lines())
                .containsExactly(
                        "TWO: chosen by rule 1 (" + folder.resolve("jnixl.toml") + ":1:1)",
                        "ONE: failed at post: REMOTE_DISCONNECT, it gave no reason",
                        "THREE: comes after TWO and would take over");
    }

    @Test
    void itStaysWithTheOneThatTookOver() {
        Transfer transfer = write().prepare();
        assertThat(transfer.post()).isEqualTo(Status.SUCCESS);
        assertThat(transfer.post()).isEqualTo(Status.SUCCESS);
        assertThat(backend.last().posts).hasValue(1);
        assertThat(two.last().posts).hasValue(2);
        assertThat(write().prepare().backend()).as("another transfer").isEqualTo("ONE");
    }

    @Test
    void aBackendThatFailsAtALaterPostIsReplacedThen() {
        backend.onPost = FailoverTest::move;
        Transfer transfer = write().prepare();
        assertThat(transfer.post()).isEqualTo(Status.SUCCESS);
        far.segment().fill((byte) 0);
        backend.onPost = FailoverTest::refuse;
        assertThat(transfer.post()).isEqualTo(Status.SUCCESS);
        assertMoved(0, 0, 4096);
        assertThat(agent.backendStatistics())
                .extracting(BackendStatistics::backend, BackendStatistics::posts, BackendStatistics::failures)
                .containsExactlyInAnyOrder(tuple("ONE", 1L, 1L), tuple("TWO", 1L, 0L), tuple("THREE", 0L, 0L));
    }

    @Test
    void whatWasSelectedIsKept() {
        far.close(); // and known to the others as a whole, to TWO as two halves
        MemorySegment memory = Arena.global().allocate(1 << 16, 4096);
        Registration whole = agent.register(List.of(MemoryRegion.of(memory)), List.of("ONE", "THREE"));
        Registration halves = agent.register(
                List.of(MemoryRegion.of(memory.asSlice(0, 1 << 15)), MemoryRegion.of(memory.asSlice(1 << 15, 1 << 15))),
                List.of("TWO"));
        try (Transfer transfer = agent.transfer(
                        Operation.WRITE,
                        agent.prepare(blocks(near, 4096)),
                        agent.prepare(agent.self(), DescriptorList.blocks(memory, 4096)))
                .capacity(8)
                .prepare()) {
            transfer.select(new int[] {3, 4, 9, 1}, new int[] {7, 8, 15, 2}, 4);
            assertThat(transfer.post()).isEqualTo(Status.SUCCESS);
            assertMoved(3 * 4096, memory, 7 * 4096, 8192);
            assertMoved(9 * 4096, memory, 15 * 4096, 4096);
            assertMoved(4096, memory, 2 * 4096, 4096);
            assertThat(two.last().columns(0, 0))
                    .as("not merged over the halves")
                    .hasSize(4);
            transfer.select(new int[] {5}, new int[] {10}, 1);
            assertThat(transfer.post()).isEqualTo(Status.SUCCESS);
            assertMoved(5 * 4096, memory, 10 * 4096, 4096);
        }
        whole.close();
        halves.close();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, -1})
    void notWhenBytesHaveMovedOrMayHave(long moved) {
        backend.onPost = t -> {
            t.moved.set(moved);
            return Status.BACKEND;
        };
        Transfer transfer = write().prepare();
        assertThat(transfer.post()).isEqualTo(Status.BACKEND);
        assertThat(transfer.backend()).isEqualTo("ONE");
        assertThat(two.transfers).isEmpty();
    }

    @Test
    void notUnlessTheRuleSaysSo() throws IOException {
        agent.close();
        start("");
        Transfer transfer = write().prepare();
        assertThat(transfer.post()).isEqualTo(Status.REMOTE_DISCONNECT);
        assertThat(transfer.backend()).isEqualTo("ONE");
        assertThat(two.transfers).isEmpty();
    }

    @Test
    void notWhenThePostWasGivenUp() {
        AtomicReference<Transfer> posted = new AtomicReference<>();
        backend.onPost = t -> {
            var _ = posted.get().cancel();
            return refuse(t);
        };
        posted.set(write().prepare());
        assertThat(posted.get().post()).isEqualTo(Status.CANCELED);
        assertThat(two.transfers).isEmpty();
    }

    @Test
    void notFromOneThatThrowsOrAnswersNoEndSinceItMayBeAtWork() {
        backend.onPost = t -> {
            t.moved.set(0);
            throw new IllegalStateException("bug");
        };
        Transfer transfer = write().prepare();
        assertThat(transfer.post()).isEqualTo(Status.BACKEND);
        assertThat(transfer.failure().message()).contains("bug");
        backend.onPost = t -> {
            t.moved.set(0);
            return Status.NOT_POSTED;
        };
        assertThat(transfer.post()).isEqualTo(Status.BACKEND);
        assertThat(transfer.backend()).isEqualTo("ONE");
        assertThat(two.transfers).isEmpty();
    }

    @Test
    void notFromOneThatHasToldTheEndAsWell() {
        backend.onPost = t -> {
            t.moved.set(0);
            t.complete(Status.BACKEND);
            return Status.BACKEND;
        };
        Transfer transfer = write().prepare();
        assertThat(transfer.post()).isEqualTo(Status.BACKEND);
        assertThat(two.transfers).isEmpty();
    }

    @Test
    void whatIsGivenUpWhileAnotherPreparesIsNotPosted() {
        AtomicReference<Transfer> posted = new AtomicReference<>();
        two.onPrepare = r -> {
            var _ = posted.get().cancel();
        };
        posted.set(write().prepare());
        assertThat(posted.get().post()).isEqualTo(Status.CANCELED);
        assertThat(two.last().posts).hasValue(0);
        assertThat(far.segment().asSlice(0, 4096).mismatch(MemorySegment.ofArray(new byte[4096])))
                .as("nothing was written")
                .isEqualTo(-1);
        two.onPrepare = r -> {};
        assertThat(posted.get().post()).as("the next post").isEqualTo(Status.SUCCESS);
        assertMoved(0, 0, 4096);
    }

    @Test
    void noFurtherOneIsAskedForWhatIsGivenUp() {
        AtomicReference<Transfer> posted = new AtomicReference<>();
        two.onPrepare = r -> {
            var _ = posted.get().cancel();
            throw new NixlException(ErrorCode.BACKEND, "no room");
        };
        posted.set(write().prepare());
        assertThat(posted.get().post()).isEqualTo(Status.CANCELED);
        assertThat(three.transfers).isEmpty();
        backend.onPost = FailoverTest::move;
        assertThat(posted.get().post()).as("the next post").isEqualTo(Status.SUCCESS);
        assertMoved(0, 0, 4096);
    }

    @Test
    void oneWhoseLibraryDoesNotLinkIsPassedOver() {
        two.onPrepare = r -> {
            throw new NoClassDefFoundError("Missing");
        };
        Transfer transfer = write().prepare();
        assertThat(transfer.post()).isEqualTo(Status.SUCCESS);
        assertThat(transfer.backend()).isEqualTo("THREE");
        backend.onPrepare = two.onPrepare;
        Transfer other = write().prepare();
        assertThat(other.backend()).isEqualTo("THREE");
        assertThat(agent.explain(other).toString()).contains("ONE: failed at prepare: ", "NoClassDefFoundError");
    }

    @Test
    void anErrorWhileAnotherTakesOverEndsThePost() {
        two.onPrepare = r -> {
            throw new AssertionError("out of luck");
        };
        Transfer transfer = write().prepare();
        assertThat(transfer.post()).isEqualTo(Status.BACKEND);
        assertThat(transfer.failure().message()).contains("out of luck");
        assertThat(transfer.backend()).isEqualTo("ONE");
        backend.onPost = FailoverTest::move;
        assertThat(transfer.post()).as("once it is well again").isEqualTo(Status.SUCCESS);
        assertMoved(0, 0, 4096);
    }

    @Test
    void aSuccessorThatCannotSendTheMessageIsPassedOver() throws IOException {
        agent.close();
        second.capabilities(Capabilities.network(4));
        start("failover = true");
        backend.onPrepare = r -> {
            throw new NixlException(ErrorCode.BACKEND, "no room");
        };
        Transfer transfer = write().notifying("all is done").prepare();
        assertThat(transfer.backend()).isEqualTo("THREE");
        assertThat(transfer.post()).isEqualTo(Status.SUCCESS);
        assertThat(three.last().message()).isEqualTo("all is done");
        assertThat(agent.explain(transfer).toString()).contains("TWO: failed at prepare: ", "more than the 4");
        assertThat(two.transfers).isEmpty();
    }

    @Test
    void aSuccessorWhoseMemoryIsGoneIsPassedOver() {
        MemorySegment memory = Arena.global().allocate(4096, 4096);
        agent.register(List.of(MemoryRegion.of(memory)), List.of("ONE", "THREE"));
        Registration own = agent.register(List.of(MemoryRegion.of(memory)), List.of("TWO"));
        Prepared target = agent.prepare(agent.self(), DescriptorList.of(memory));
        assertThat(target.backends()).contains("TWO");
        own.close();
        backend.onPrepare = r -> {
            throw new NixlException(ErrorCode.BACKEND, "no room");
        };
        Transfer transfer = agent.transfer(Operation.WRITE, agent.prepare(range(near, 0, 4096)), target)
                .prepare();
        assertThat(transfer.backend()).isEqualTo("THREE");
        assertThat(agent.explain(transfer).toString()).contains("TWO: failed at prepare: ", "is closed or replaced");
    }

    @Test
    void standbysThatCannotAreLeftOut() {
        two.onPrepare = r -> {
            throw new NixlException(ErrorCode.BACKEND, "no room");
        };
        Transfer transfer = write().prepare();
        assertThat(transfer.post()).isEqualTo(Status.SUCCESS);
        assertMoved(0, 0, 4096);
        assertThat(transfer.backend()).isEqualTo("THREE");
        assertThat(agent.explain(transfer).toString()).contains("TWO: failed at prepare: BACKEND: no room");
    }

    @Test
    void standbysWhoseMemoryIsGoneAreLeftOut() {
        MemorySegment memory = Arena.global().allocate(4096, 4096);
        agent.register(List.of(MemoryRegion.of(memory)), List.of("ONE", "THREE"));
        Registration own = agent.register(List.of(MemoryRegion.of(memory)), List.of("TWO"));
        Prepared target = agent.prepare(agent.self(), DescriptorList.of(memory));
        assertThat(target.backends()).containsExactlyInAnyOrder("ONE", "TWO", "THREE");
        own.close();
        Transfer transfer = agent.transfer(Operation.WRITE, agent.prepare(range(near, 0, 4096)), target)
                .prepare();
        assertThat(transfer.post()).isEqualTo(Status.SUCCESS);
        assertThat(transfer.backend()).isEqualTo("THREE");
        assertMoved(0, memory, 0, 4096);
        assertThat(agent.explain(transfer).chosen()).isEqualTo("THREE");
        assertThat(agent.explain(transfer).toString()).contains("TWO: its memory was gone when the transfer was made");
    }

    @Test
    void whenNobodyCanTheFirstFailureStands() {
        backend.onPost = t -> {
            t.moved.set(0);
            return Status.BACKEND;
        };
        for (ScriptedBackend one : List.of(two, three)) {
            one.onPrepare = r -> {
                throw new NixlException(ErrorCode.NOT_SUPPORTED, "not now");
            };
        }
        Transfer transfer = write().prepare();
        assertThat(transfer.post()).isEqualTo(Status.BACKEND);
        assertThat(transfer.failure().status()).isEqualTo(Status.BACKEND);
        assertThat(transfer.backend()).isEqualTo("ONE");
        assertThat(agent.explain(transfer).chosen()).isNull();
        assertThat(agent.explain(transfer).toString().lines())
                .containsExactly(
                        "ONE: failed at post: BACKEND, it gave no reason",
                        "TWO: failed at prepare: NOT_SUPPORTED: not now",
                        "THREE: failed at prepare: NOT_SUPPORTED: not now");
        backend.onPost = FailoverTest::move;
        assertThat(transfer.post()).as("once it is well again").isEqualTo(Status.SUCCESS);
        assertMoved(0, 0, 4096);
        assertThat(agent.explain(transfer).chosen()).isEqualTo("ONE");
    }

    @Test
    void allMayFailInTurn() {
        two.onPost = FailoverTest::refuse;
        three.onPost = t -> {
            t.moved.set(0);
            return Status.INVALID_PARAM;
        };
        Transfer transfer = write().prepare();
        assertThat(transfer.post()).isEqualTo(Status.INVALID_PARAM);
        assertThat(transfer.backend()).isEqualTo("THREE");
        assertThat(two.last().posts).hasValue(1);
    }

    @Test
    void theSuccessorMayEndLater() {
        two.onPost = t -> Status.IN_PROGRESS;
        Transfer transfer = write().prepare();
        assertThat(transfer.post()).isEqualTo(Status.IN_PROGRESS);
        Thread ending = thread(() -> {
            move(two.last());
            two.last().complete(Status.SUCCESS);
        });
        assertThat(transfer.await(SOON)).isEqualTo(Status.SUCCESS);
        join(ending);
        assertMoved(0, 0, 4096);
    }

    @Test
    void registrationsOfStandbysAreHeldAndLetGo() {
        MemorySegment memory = Arena.global().allocate(4096, 4096);
        agent.register(List.of(MemoryRegion.of(memory)), List.of("ONE"));
        Registration own = agent.register(List.of(MemoryRegion.of(memory)), List.of("TWO"));
        Transfer transfer = agent.transfer(
                        Operation.WRITE, range(near, 0, 4096), agent.self(), DescriptorList.of(memory))
                .label("mover")
                .prepare();
        assertNixl(ErrorCode.NOT_ALLOWED, own::close).withMessageContaining("mover");
        assertThat(transfer.post()).isEqualTo(Status.SUCCESS);
        transfer.close();
        own.close();
        assertThat(own.isOpen()).isFalse();
    }

    @Test
    void selectingAndPostingAllocateNothingWhileNothingFails() {
        backend.onPost = t -> Status.SUCCESS;
        Transfer transfer = agent.transfer(
                        Operation.WRITE, agent.prepare(blocks(near, 16)), agent.prepare(agent.self(), blocks(far, 16)))
                .capacity(4)
                .prepare();
        int[] indices = {0, 2, 4, 6};
        AllocationMeter.assertSomeRoundAllocatesNothing(8, () -> {
            for (int i = 0; i < 100_000; i++) {
                transfer.select(indices, indices, 4);
                if (transfer.post() != Status.SUCCESS) {
                    throw new AssertionError(transfer.failure());
                }
            }
            return 0;
        });
    }
}
