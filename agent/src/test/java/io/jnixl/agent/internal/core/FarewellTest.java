// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.MemoryKind;
import io.jnixl.api.NixlException;
import io.jnixl.api.Peer;
import io.jnixl.api.PeerEvent;
import io.jnixl.api.Status;
import io.jnixl.api.Transfer;
import io.jnixl.api.TransferBuilder;
import io.jnixl.spi.wire.WireDescriptors;
import io.jnixl.spi.wire.WireMetadata;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What ends with a peer ends with no lock held: neither a callback nor a peer that does not answer holds up others. */
final class FarewellTest extends CoreFixture {
    /** Less than {@link #SOON}, so that who waits in vain gives up before the test does. */
    private static final long PATIENCE_SECONDS = 5;

    private final List<PeerEvent> events = new CopyOnWriteArrayList<>();

    /** How a peer may end. */
    enum End {
        INVALIDATED,
        REPLACED,
        LOST
    }

    private void end(End how, String name) {
        switch (how) {
            case INVALIDATED -> agent.invalidatePeer(name);
            case REPLACED -> load(name, "anew");
            case LOST -> lose(scripted(name));
        }
    }

    private void lose(ScriptedPeer peer) {
        backend.context.peerLost(peer, new IllegalStateException("cable cut"));
    }

    private ScriptedPeer scripted(String name) {
        return backend.peers.stream()
                .filter(peer -> peer.name.equals(name))
                .toList()
                .getLast();
    }

    private Peer load(String name, String info) {
        WireMetadata.Connection connection = new WireMetadata.Connection("ONE", info.getBytes(StandardCharsets.UTF_8));
        WireMetadata.Section section = new WireMetadata.Section(
                "ONE",
                WireDescriptors.of(
                        MemoryKind.DRAM, new long[] {4096}, new long[] {4096}, new long[1], new byte[][] {{1}}));
        return agent.loadPeer(new WireMetadata(name, List.of(connection), List.of(section)).encode());
    }

    private Peer load(String name) {
        return load(name, "info of " + name);
    }

    private TransferBuilder to(Peer peer) {
        return agent.write(range(near, 0, 4096)).to(peer, peer.region(0).slice(0, 4096));
    }

    private void begin(String... settings) {
        start(settings);
        backend.onCancel = transfer -> transfer.complete(Status.CANCELED);
        agent.onPeer(events::add);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    // ---- callbacks

    /** Posts to a peer, and has its callback want the lock, whose holder does this before it lets go. */
    private void whileACallbackWantsALock(Peer peer, Runnable ending, Runnable holding) {
        ReentrantLock appLock = new ReentrantLock();
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch wanted = new CountDownLatch(1);
        CountDownLatch had = new CountDownLatch(1);
        Transfer transfer = to(peer).onComplete((t, s) -> {
                    wanted.countDown();
                    try {
                        if (appLock.tryLock(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                            had.countDown();
                            appLock.unlock();
                        }
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                })
                .prepare();
        transfer.post();
        AtomicReference<Throwable> failed = new AtomicReference<>();
        Thread holder = thread(() -> {
            appLock.lock();
            try {
                held.countDown();
                await(wanted);
                holding.run();
            } catch (Throwable e) {
                failed.set(e);
            } finally {
                appLock.unlock();
            }
        });
        await(held);
        Thread ender = thread(ending);
        join(holder);
        join(ender);
        await(had);
        assertThat(failed).hasValue(null);
    }

    @ParameterizedTest
    @EnumSource
    void aCallbackMayWantALockWhoseHolderLoadsAPeer(End how) {
        begin();
        Peer peer = load("x");
        whileACallbackWantsALock(peer, () -> end(how, "x"), () -> load("y"));
        eventually(backend.peers.get(1)::isClosed);
        assertThat(agent.peer("y")).isPresent();
    }

    @ParameterizedTest
    @EnumSource
    void aCallbackMayWantALockWhoseHolderForgetsAPeer(End how) {
        begin();
        load("y");
        Peer peer = load("x");
        whileACallbackWantsALock(peer, () -> end(how, "x"), () -> agent.invalidatePeer("y"));
        assertThat(agent.peer("y")).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void aCallbackMayWantALockWhoseHolderLoadsTheSamePeer(End how) {
        begin();
        Peer peer = load("x");
        whileACallbackWantsALock(peer, () -> end(how, "x"), () -> load("x", "again"));
        assertThat(agent.peer("x")).isPresent();
        assertThat(peer.isCurrent()).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void aCallbackMayWantALockWhoseHolderClosesTheAgent(End how) {
        begin();
        Peer peer = load("x");
        ScriptedPeer scripted = scripted("x");
        whileACallbackWantsALock(peer, () -> end(how, "x"), agent::close);
        assertThat(scripted.isClosed()).isTrue();
        assertThat(backend.isClosed()).isTrue();
    }

    // ---- peers that do not answer

    /** Lets the first disconnecting of this name wait for the answer to be counted down. */
    private CountDownLatch block(String name, CountDownLatch reached) {
        CountDownLatch go = new CountDownLatch(1);
        backend.onClosePeer = peer -> {
            if (peer.name.equals(name) && reached.getCount() > 0) {
                reached.countDown();
                await(go);
            }
        };
        return go;
    }

    @ParameterizedTest
    @EnumSource
    void aPeerThatDoesNotAnswerHoldsUpNoOther(End how) {
        begin();
        Peer slow = load("slow");
        Peer other = load("other");
        CountDownLatch reached = new CountDownLatch(1);
        CountDownLatch go = block("slow", reached);
        Thread ender = thread(() -> end(how, "slow"));
        await(reached);
        assertThat(slow.isCurrent()).isFalse();
        Transfer running = to(other).prepare();
        running.post();
        lose(scripted("other"));
        eventually(() -> events.stream()
                .anyMatch(e -> e instanceof PeerEvent.Lost lost && lost.peer().equals(other)));
        assertThat(running.poll()).isEqualTo(Status.REMOTE_DISCONNECT);
        join(thread(() -> load("third")));
        join(thread(() -> agent.invalidatePeer("third")));
        assertThat(agent.peer("third")).isEmpty();
        join(thread(() -> load("slow", "of its next life")));
        go.countDown();
        join(ender);
        assertThat(agent.peer("slow")).isPresent();
    }

    @Test
    void aLoadThatIsUndoneHoldsUpNoOtherAndClosingWaitsForIt() {
        begin();
        backend.onLoad = region -> {
            throw new NixlException(ErrorCode.BACKEND, "no such region");
        };
        CountDownLatch reached = new CountDownLatch(1);
        CountDownLatch go = block("slow", reached);
        Thread loader = thread(() -> assertNixl(ErrorCode.BACKEND, () -> load("slow")));
        await(reached);
        backend.onLoad = region -> {};
        join(thread(() -> load("other")));
        assertThat(agent.peer("other")).isPresent();
        assertThatClosingWaitsFor(go);
        join(loader);
    }

    @ParameterizedTest
    @EnumSource
    void closingWaitsForWhoeverDisconnects(End how) {
        begin();
        load("slow");
        CountDownLatch reached = new CountDownLatch(1);
        CountDownLatch go = block("slow", reached);
        Thread ender = thread(() -> end(how, "slow"));
        await(reached);
        assertThatClosingWaitsFor(go);
        join(ender);
    }

    /** One peer is open then; the fixture sees what was closed after the backend. */
    private void assertThatClosingWaitsFor(CountDownLatch go) {
        Thread closer = thread(agent::close);
        eventually(() -> backend.openPeers.get() == 1);
        assertThat(backend.isClosed()).isFalse();
        go.countDown();
        join(closer);
        assertThat(backend.isClosed()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void closingWaitsNoLongerThanItsTimeout(End how) {
        begin("agent.close_timeout", "50ms");
        load("slow");
        CountDownLatch reached = new CountDownLatch(1);
        CountDownLatch go = block("slow", reached);
        Thread ender = thread(() -> end(how, "slow"));
        await(reached);
        join(thread(agent::close));
        assertThat(backend.isClosed()).isTrue();
        go.countDown();
        join(ender);
        eventually(() -> backend.openPeers.get() == 0 && backend.openRegions.get() == 0);
        backend.defects.removeIf(defect -> defect.endsWith("after the backend")); // that is the price
    }

    @Test
    void closingDisconnectsWhatWaitsForItsTurn() {
        begin();
        load("slow");
        load("other");
        CountDownLatch reached = new CountDownLatch(1);
        CountDownLatch go = block("slow", reached);
        lose(scripted("slow"));
        await(reached);
        lose(scripted("other"));
        eventually(() ->
                events.stream().filter(e -> e instanceof PeerEvent.Lost).count() == 2);
        assertThat(scripted("other").isClosed()).isFalse();
        assertThatClosingWaitsFor(go);
        assertThat(scripted("other").isClosed()).isTrue();
    }

    // ---- the order of events

    @Test
    void whatACallbackLoadsIsToldAfterTheEndThatItHeardOf() {
        begin();
        Peer old = load("x");
        AtomicReference<Peer> now = new AtomicReference<>();
        Transfer transfer = to(old).onComplete((t, s) -> now.set(load("x"))).prepare();
        transfer.post();
        agent.invalidatePeer("x");
        assertThat(now.get().epoch()).isEqualTo(2);
        eventually(() -> events.size() == 3);
        assertThat(events)
                .containsExactly(
                        new PeerEvent.Loaded(old), new PeerEvent.Invalidated(old), new PeerEvent.Loaded(now.get()));
    }

    @Test
    void theEndIsToldWhenTransfersHaveEndedAndOtherNamesDoNotWait() {
        begin();
        Peer peer = load("x");
        CountDownLatch told = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        Transfer transfer = to(peer).onComplete((t, s) -> {
                    told.countDown();
                    await(go);
                })
                .prepare();
        transfer.post();
        Thread ender = thread(() -> agent.invalidatePeer("x"));
        await(told);
        Peer next = load("x");
        agent.invalidatePeer("x");
        Peer other = load("y");
        eventually(() -> events.contains(new PeerEvent.Loaded(other)));
        assertThat(events).containsExactly(new PeerEvent.Loaded(peer), new PeerEvent.Loaded(other));
        go.countDown();
        join(ender);
        eventually(() -> events.size() == 5);
        assertThat(events.subList(2, 5))
                .containsExactly(
                        new PeerEvent.Invalidated(peer), new PeerEvent.Loaded(next), new PeerEvent.Invalidated(next));
    }

    @Test
    void manyThreadsAndOneName() throws Exception {
        begin();
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<?>> all = new ArrayList<>();
            all.add(threads.submit(() -> often(i -> use(load("x", "a" + i % 3)))));
            all.add(threads.submit(() -> often(i -> use(load("x", "b" + i % 5)))));
            all.add(threads.submit(() -> often(i -> agent.invalidatePeer("x"))));
            all.add(threads.submit(() -> often(i -> lose(backend.peers.getLast()))));
            for (Future<?> each : all) {
                each.get(SOON.toSeconds(), TimeUnit.SECONDS);
            }
        }
        load("last");
        eventually(() -> events.getLast().peer().name().equals("last"));
        assertThatEachFollowsFromTheOneBefore(events.subList(0, events.size() - 1));
    }

    private interface Step {
        void take(int i);
    }

    /** The name may be known to nobody just now. */
    private static void often(Step step) {
        for (int i = 0; i < 300; i++) {
            try {
                step.take(i);
            } catch (NixlException e) {
                assertThat(e.code()).isEqualTo(ErrorCode.NOT_FOUND);
            }
        }
    }

    private void use(Peer peer) {
        try (Transfer transfer = to(peer).prepare()) {
            transfer.post();
        }
    }

    private static void assertThatEachFollowsFromTheOneBefore(List<PeerEvent> told) {
        long known = -1;
        long last = 0;
        for (PeerEvent event : told) {
            long epoch = event.peer().epoch();
            switch (event) {
                case PeerEvent.Loaded _ -> assertThat(known).isEqualTo(-1);
                case PeerEvent.Restarted restarted -> assertThat(known).isEqualTo(restarted.previousEpoch());
                default -> assertThat(known).isEqualTo(epoch);
            }
            boolean ends = event instanceof PeerEvent.Invalidated || event instanceof PeerEvent.Lost;
            known = ends ? -1 : epoch;
            assertThat(epoch).isGreaterThanOrEqualTo(last);
            last = epoch;
        }
    }
}
