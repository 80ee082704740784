// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.jnixl.api.Agent;
import io.jnixl.api.Allocation;
import io.jnixl.api.DescriptorList;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.MemoryKind;
import io.jnixl.api.MemoryRegion;
import io.jnixl.api.NixlException;
import io.jnixl.api.Operation;
import io.jnixl.api.Peer;
import io.jnixl.api.Prepared;
import io.jnixl.api.Registration;
import io.jnixl.api.Status;
import io.jnixl.api.Transfer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Who may be closed when, and what is told to those who come too late. */
final class LifetimeTest extends CoreFixture {

    @Test
    void memoryUnderATransferStays() {
        start();
        Transfer transfer = write().label("holder-1").prepare();
        assertNixl(ErrorCode.NOT_ALLOWED, near::close).withMessageContaining("used by holder-1");
        assertNixl(ErrorCode.NOT_ALLOWED, far.registration()::close).withMessageContaining("holder-1");
        assertThat(near.registration().holders()).containsExactly("holder-1");
        assertThat(near.registration().isOpen()).isTrue();
        assertThat(near.segment().scope().isAlive()).isTrue();
        transfer.close();
        transfer.close();
        near.close();
        near.close();
        assertThat(near.segment().scope().isAlive()).isFalse();
        assertThat(near.registration().isOpen()).isFalse();
        assertThat(backend.openMemory).hasValue(1);
    }

    @Test
    void transferCloseGivesUpAndWaitsBounded() {
        start("agent.close_timeout", "30ms");
        Transfer transfer = write().label("stuck").prepare();
        transfer.post();
        assertNixl(ErrorCode.TIMED_OUT, transfer::close).withMessageContaining("stuck is not closed");
        assertThat(backend.last().isClosed()).isFalse();
        assertThat(near.registration().holders()).containsExactly("stuck");
        backend.last().complete(Status.CANCELED);
        transfer.close();
        assertThat(backend.last().isClosed()).isTrue();
        assertNixl(ErrorCode.INVALID_PARAM, transfer::post).withMessageContaining("stuck is closed");
        assertNixl(ErrorCode.INVALID_PARAM, () -> transfer.post("x"));
        assertNixl(ErrorCode.INVALID_PARAM, transfer::clearNotification);
        assertThat(transfer.poll()).isEqualTo(Status.CANCELED);
        assertThat(transfer.cancel()).isCompleted();
        assertThat(transfer.toString()).contains("stuck").contains("CANCELED");
    }

    @Test
    void interruptDoesNotKeepATransferFromClosing() {
        start();
        backend.onCancel = t -> thread(() -> t.complete(Status.CANCELED));
        Transfer transfer = write().prepare();
        transfer.post();
        Thread.currentThread().interrupt();
        transfer.close();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(backend.last().isClosed()).isTrue();
    }

    @Test
    void secondCloserOfMemoryReturnsWhenTheBackendHasLetGo() throws Exception {
        start();
        CountDownLatch releasing = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        ScriptedProvider slow = new ScriptedProvider("SLOW");
        Agent other = agent("slow", List.of(slow));
        Allocation memory = other.allocate(4096);
        MemorySegment segment = memory.segment();
        AtomicReference<Boolean> aliveWhileReleasing = new AtomicReference<>();
        slow.backend().onRelease = () -> {
            releasing.countDown();
            try {
                aliveWhileReleasing.set(
                        go.await(10, TimeUnit.SECONDS) && segment.scope().isAlive());
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        };
        Thread first = thread(() -> memory.registration().close());
        assertThat(releasing.await(10, TimeUnit.SECONDS)).isTrue();
        Thread second = thread(memory::close);
        eventually(() -> second.getState() == Thread.State.BLOCKED);
        go.countDown();
        join(first);
        join(second);
        assertThat(aliveWhileReleasing).hasValue(true);
        assertThat(segment.scope().isAlive()).isFalse();
    }

    // ---- foreign memory

    @Test
    @SuppressWarnings("MustBeClosedChecker") // closed in the middle, on purpose
    void arenaClosedTooEarlyIsNoticed() {
        start();
        Arena arena = Arena.ofShared();
        Registration registration = agent.register(arena.allocate(4096));
        Transfer transfer = agent.transfer(
                        Operation.WRITE, registration.descriptors(), agent.self(), range(far, 0, 4096))
                .label("early")
                .prepare();
        backend.onPost = t -> Status.SUCCESS;
        assertThat(transfer.post()).isEqualTo(Status.SUCCESS);
        arena.close();
        assertThat(transfer.post()).isEqualTo(Status.NOT_FOUND);
        assertThat(transfer.failure().message())
                .startsWith("early cannot go on: local region DRAM 4096 B")
                .endsWith("its arena is closed");
        assertThat(transfer.failure().remedy()).contains("register");
        assertThat(backend.last().posts).hasValue(1);
        assertNixl(
                ErrorCode.NOT_FOUND,
                () -> agent.transfer(Operation.WRITE, registration.descriptors(), agent.self(), range(far, 0, 4096))
                        .prepare());
        transfer.close();
        registration.close();
    }

    @Test
    @SuppressWarnings("MustBeClosedChecker") // closed in the middle, on purpose
    void memoryThatCannotBeUsed() {
        start();
        MemorySegment heap = MemorySegment.ofArray(new byte[16]);
        assertNixl(ErrorCode.INVALID_PARAM, () -> agent.register(heap)).withMessageContaining("heap");
        assertNixl(
                        ErrorCode.INVALID_PARAM,
                        () -> agent.register(new MemoryRegion(MemoryKind.DRAM, 0x1000, 16, 0, heap, new byte[0])))
                .withMessageContaining("region 0 cannot be registered: it lies on the Java heap");
        try (Arena confined = Arena.ofConfined()) {
            MemorySegment segment = confined.allocate(16);
            assertNixl(ErrorCode.INVALID_PARAM, () -> agent.register(segment))
                    .withMessageContaining("confined")
                    .withMessageContaining("Arena.ofShared");
        }
        Arena closed = Arena.ofShared();
        MemorySegment gone = closed.allocate(16);
        MemoryRegion region = MemoryRegion.of(gone);
        closed.close();
        assertNixl(ErrorCode.INVALID_PARAM, () -> agent.register(region)).withMessageContaining("arena is closed");
        try (Arena shared = Arena.ofShared()) {
            MemorySegment readOnly = shared.allocate(16).asReadOnly();
            assertNixl(ErrorCode.INVALID_PARAM, () -> agent.register(readOnly)).withMessageContaining("read-only");
            MemorySegment small = shared.allocate(16);
            assertNixl(
                            ErrorCode.INVALID_PARAM,
                            () -> agent.register(
                                    new MemoryRegion(MemoryKind.DRAM, small.address(), 1 << 20, 0, small, new byte[0])))
                    .withMessageContaining("its segment has 16 B");
            MemoryRegion good = MemoryRegion.of(small);
            assertNixl(ErrorCode.INVALID_PARAM, () -> agent.register(good, region))
                    .satisfies(e -> assertThat(e.descriptor()).isOne());
            assertNixl(
                            ErrorCode.INVALID_PARAM,
                            () -> agent.register(good, MemoryRegion.raw(MemoryKind.VRAM, 0, 16, 16)))
                    .withMessageContaining("one registration holds one kind");
        }
        assertNixl(ErrorCode.INVALID_PARAM, () -> agent.register());
        assertNixl(ErrorCode.INVALID_PARAM, () -> agent.allocate(0));
        assertNixl(ErrorCode.INVALID_PARAM, () -> agent.allocate(-1));
        assertThat(backend.openMemory).hasValue(2);
    }

    @Test
    void allocationLargerThanTheSystem() {
        start();
        assertNixl(ErrorCode.BACKEND, () -> agent.allocate(Long.MAX_VALUE - 8192));
        assertThat(agent.statistics().registrations()).isEqualTo(2);
    }

    @Test
    void registrationOfSeveralRegionsIsAllOrNothing() {
        start();
        try (Arena arena = Arena.ofShared()) {
            MemorySegment bad = arena.allocate(48);
            backend.onRegister = r -> {
                if (r.length() == 48) {
                    throw new NixlException(ErrorCode.BACKEND, "third refused");
                }
            };
            assertNixl(
                    ErrorCode.BACKEND,
                    () -> agent.register(
                            MemoryRegion.of(arena.allocate(16)),
                            MemoryRegion.of(arena.allocate(32)),
                            MemoryRegion.of(bad)));
            assertThat(backend.openMemory).as("near and far").hasValue(2);
        }
    }

    // ---- stale lists

    @Test
    void preparedListWhoseRegistrationIsClosed() {
        start();
        Prepared local = agent.prepare(range(near, 0, 4096));
        Prepared remote = agent.prepare(agent.self(), range(far, 0, 4096));
        near.close();
        assertThat(local.isUsable()).isFalse();
        assertThat(remote.isUsable()).isTrue();
        assertNixl(
                        ErrorCode.NOT_FOUND,
                        () -> agent.transfer(Operation.WRITE, local, remote).prepare())
                .withMessageContaining("local list stands on a registration that is closed");
    }

    @Test
    void preparedListWhosePeerIsGoneOrNew() {
        start();
        ScriptedProvider theirs = new ScriptedProvider("ONE");
        Agent other = agent("other", List.of(theirs));
        Allocation memory = other.allocate(4096);
        closing.addFirst(memory);
        byte[] metadata = other.metadata();
        Peer peer = agent.loadPeer(metadata);
        Prepared local = agent.prepare(range(near, 0, 4096));
        Prepared remote = agent.prepare(peer, peer.region(0).all());
        Transfer transfer =
                agent.transfer(Operation.WRITE, local, remote).label("old").prepare();
        agent.invalidatePeer("other");
        assertThat(remote.isUsable()).isFalse();
        assertNixl(
                        ErrorCode.NOT_FOUND,
                        () -> agent.transfer(Operation.WRITE, local, remote).prepare())
                .withMessageContaining("epoch 1")
                .withMessageContaining("invalidated")
                .withMessageContaining("there is none now");
        assertThat(transfer.post()).isEqualTo(Status.NOT_FOUND);
        assertThat(transfer.failure().message()).contains("old was made for other (epoch 1, stale: invalidated)");
        agent.loadPeer(metadata);
        assertNixl(
                        ErrorCode.NOT_FOUND,
                        () -> agent.transfer(Operation.WRITE, local, remote).prepare())
                .withMessageContaining("epoch 1")
                .withMessageContaining("now there is epoch 2");
        assertThat(transfer.post()).isEqualTo(Status.NOT_FOUND);
        assertThat(transfer.failure().message()).endsWith("now there is epoch 2");
        DescriptorList list = DescriptorList.of(memory.segment());
        assertNixl(ErrorCode.NOT_FOUND, () -> agent.prepare(peer, list))
                .withMessageContaining("epoch 1 is stale: invalidated; now there is epoch 2");
    }

    // ---- the agent's end

    @Test
    void agentClosesWithEverythingInFlight() {
        start("agent.close_timeout", "2s");
        ScriptedProvider theirs = new ScriptedProvider("ONE");
        Agent other = agent("other", List.of(theirs));
        Allocation memory = other.allocate(1 << 16);
        closing.addFirst(memory);
        Peer peer = agent.loadPeer(other.metadata());
        backend.onCancel = t -> t.complete(Status.CANCELED);
        List<Transfer> transfers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            Transfer transfer = agent.write(range(near, 0, 4096))
                    .to(peer.region(0).slice(0, 4096))
                    .prepare();
            transfer.post();
            transfers.add(transfer);
        }
        agent.prepare(range(near, 0, 16));
        agent.close();
        agent.close();
        assertThat(transfers).allMatch(t -> t.poll() == Status.CANCELED);
        assertThat(backend.isClosed()).isTrue();
        assertThat(backend.defects).isEmpty();
        assertThat(peer.isCurrent()).isFalse();
        assertThat(near.registration().isOpen()).isFalse();
        assertThat(near.segment().scope().isAlive())
                .as("the allocation is its owner's to close")
                .isTrue();
        near.close();
        far.close();
        assertThat(agent.statistics().registrations()).isZero();
        assertThat(agent.statistics().transfers()).isZero();
        assertThat(agent.statistics().inFlight()).isZero();
    }

    @Test
    void agentLeavesWhatABackendKeeps() {
        start("agent.close_timeout", "50ms");
        Transfer transfer = write().label("stuck").prepare();
        transfer.post();
        long begun = System.nanoTime();
        assertThatCode(agent::close).doesNotThrowAnyException();
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(5));
        assertThat(transfer.poll()).isEqualTo(Status.CANCELED);
        assertThat(near.registration().holders()).containsExactly("stuck");
        assertNixl(ErrorCode.NOT_ALLOWED, near::close);
        backend.last().complete(Status.CANCELED);
        transfer.close();
        near.close();
        far.close();
        assertThat(backend.defects)
                .as("what was left is closed after the backend, on purpose")
                .isNotEmpty();
        backend.defects.clear();
    }

    @RepeatedTest(20) // the room that the first one's end makes is there before the second one is given up
    void agentEndsThoseWhoWait() {
        start("agent.max_transfers_in_flight", "1", "agent.close_timeout", "5s");
        backend.onCancel = t -> thread(() -> t.complete(Status.CANCELED));
        Transfer one = write().prepare();
        Transfer two = write().prepare();
        one.post();
        AtomicReference<Status> waited = new AtomicReference<>();
        AtomicReference<Status> posted = new AtomicReference<>();
        AtomicReference<ErrorCode> notified = new AtomicReference<>();
        Thread waiter = thread(() -> waited.set(one.await()));
        Thread poster = thread(() -> posted.set(two.post()));
        Thread listener = thread(() -> {
            try {
                agent.awaitNotification(SOON);
            } catch (NixlException e) {
                notified.set(e.code());
            }
        });
        eventually(() -> poster.getState() == Thread.State.TIMED_WAITING
                && listener.getState() == Thread.State.TIMED_WAITING
                && (waiter.getState() == Thread.State.TIMED_WAITING || waiter.getState() == Thread.State.WAITING));
        agent.close();
        join(waiter);
        join(poster);
        join(listener);
        assertThat(waited).hasValue(Status.CANCELED);
        assertThat(posted).hasValue(Status.CANCELED);
        assertThat(notified).hasValue(ErrorCode.INVALID_PARAM);
        near.close();
        far.close();
    }

    @Test
    void useAfterClose() {
        start();
        DescriptorList list = range(near, 0, 16);
        Prepared local = agent.prepare(list);
        Prepared remote = agent.prepare(agent.self(), list);
        Peer self = agent.self();
        agent.close();
        assertClosed(() -> agent.allocate(16));
        assertClosed(() -> agent.register(near.segment()));
        assertClosed(() -> agent.prepare(list));
        assertClosed(() -> agent.transfer(Operation.WRITE, local, remote).prepare());
        assertClosed(agent::metadata);
        assertClosed(() -> agent.partialMetadata(List.of(), true, List.of()));
        assertClosed(() -> agent.loadPeer(new byte[0]));
        assertClosed(() -> agent.sendNotification(self, "x"));
        assertClosed(() -> agent.awaitNotification(Duration.ZERO));
        assertClosed(() -> agent.onNotification(n -> {}));
        assertThat(agent.peers()).isEmpty();
        assertThat(agent.drainNotifications()).isEmpty();
        assertThat(agent.checkPeer("nobody", list)).isFalse();
        assertThat(local.isUsable()).isFalse();
        near.close();
        far.close();
    }

    private static void assertClosed(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertNixl(ErrorCode.INVALID_PARAM, call).withMessageContaining("is closed");
    }
}
