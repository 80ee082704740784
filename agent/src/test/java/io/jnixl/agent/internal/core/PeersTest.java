// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.api.Agent;
import io.jnixl.api.Allocation;
import io.jnixl.api.DescriptorList;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.MemoryKind;
import io.jnixl.api.MemoryRegion;
import io.jnixl.api.NixlException;
import io.jnixl.api.Operation;
import io.jnixl.api.Peer;
import io.jnixl.api.PeerEvent;
import io.jnixl.api.Registration;
import io.jnixl.api.RemoteRegion;
import io.jnixl.api.Status;
import io.jnixl.api.Subscription;
import io.jnixl.api.Transfer;
import io.jnixl.spi.Capabilities;
import io.jnixl.spi.wire.WireDescriptors;
import io.jnixl.spi.wire.WireMetadata;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Metadata out and in, incarnations, and what becomes of transfers when a peer goes. */
final class PeersTest extends CoreFixture {
    private final ScriptedProvider theirs = new ScriptedProvider("ONE");
    private Agent other;
    private Allocation theirMemory;

    private void startBoth(String... settings) {
        start(settings);
        other = agent("other", List.of(theirs));
        theirMemory = other.allocate(1 << 16);
    }

    private Transfer toPeer(Peer peer) {
        return agent.write(range(near, 0, 4096))
                .to(peer, range(theirMemory, 0, 4096))
                .label("to-peer")
                .prepare();
    }

    // ---- loading

    @Test
    void loadsAllThatWasPublished() {
        startBoth();
        Peer peer = agent.loadPeer(other.metadata());
        assertThat(peer.name()).isEqualTo("other");
        assertThat(peer.epoch()).isOne();
        assertThat(peer.isCurrent()).isTrue();
        assertThat(peer.backends()).containsExactly("ONE");
        assertThat(peer.regions())
                .containsExactly(new RemoteRegion(
                        "other", MemoryKind.DRAM, 0, theirMemory.segment().address(), 1 << 16));
        assertThat(peer.region(0)).isEqualTo(peer.regions().getFirst());
        assertNixl(ErrorCode.NOT_FOUND, () -> peer.region(1)).withMessageContaining("published are 1");
        assertThat(agent.peer("other")).containsSame(peer);
        assertThat(agent.peer("me")).containsSame(agent.self());
        assertThat(agent.peers()).containsExactly(peer);
        assertThat(agent.statistics().peers()).isOne();
        peer.connect();
        assertThat(backend.peers.getLast().connects).hasValue(1);
    }

    @Test
    @DisplayName("C: same blob twice")
    void sameBytesTwiceChangeNothing() {
        startBoth();
        byte[] metadata = other.metadata();
        Peer first = agent.loadPeer(metadata);
        int loads = backend.loads.get();
        assertThat(agent.loadPeer(metadata)).isSameAs(first);
        assertThat(backend.loads).hasValue(loads);
        assertThat(backend.openPeers).as("self and other").hasValue(2);
        assertThat(other.metadata()).as("the same bytes at every call").isEqualTo(metadata);
    }

    // ---- what is known of a peer

    private List<PeerEvent> events() {
        List<PeerEvent> events = Collections.synchronizedList(new ArrayList<>());
        agent.onPeer(events::add);
        return events;
    }

    private static List<? extends Class<?>> kinds(List<PeerEvent> events) {
        synchronized (events) {
            return events.stream().map(PeerEvent::getClass).toList();
        }
    }

    @Test
    void theFirstSuccessProvesThatAPeerIsThere() {
        startBoth();
        List<PeerEvent> events = events();
        Peer peer = agent.loadPeer(other.metadata());
        assertThat(peer.state()).isEqualTo(Peer.State.LOADED);
        assertThat(agent.self().state()).isEqualTo(Peer.State.CONNECTED);
        Transfer transfer = toPeer(peer);
        transfer.post();
        assertThat(peer.state()).isEqualTo(Peer.State.LOADED);
        backend.last().complete(Status.SUCCESS);
        assertThat(peer.state()).isEqualTo(Peer.State.CONNECTED);
        transfer.post();
        backend.last().complete(Status.SUCCESS);
        agent.invalidatePeer("other");
        assertThat(peer.state()).isEqualTo(Peer.State.STALE);
        eventually(() -> events.size() == 3);
        assertThat(events)
                .containsExactly(
                        new PeerEvent.Loaded(peer), new PeerEvent.Connected(peer), new PeerEvent.Invalidated(peer));
    }

    @Test
    void connectingProvesIt() {
        startBoth();
        Peer peer = agent.loadPeer(other.metadata());
        peer.connect();
        assertThat(peer.state()).isEqualTo(Peer.State.CONNECTED);
    }

    @Test
    void aMissedDeadlineMakesSuspectAndTheNextSuccessClearsIt() {
        startBoth();
        List<PeerEvent> events = events();
        Peer peer = agent.loadPeer(other.metadata());
        Transfer transfer = agent.transfer(
                        Operation.WRITE,
                        range(near, 0, 4096),
                        peer,
                        peer.region(0).slice(0, 4096))
                .label("late")
                .deadline(Duration.ofMillis(5))
                .prepare();
        transfer.post();
        eventually(() -> transfer.poll() == Status.TIMED_OUT);
        eventually(() -> peer.state() == Peer.State.SUSPECT);
        backend.last().complete(Status.SUCCESS); // what was given up shows that the peer is there
        assertThat(peer.state()).isEqualTo(Peer.State.CONNECTED);
        assertThat(transfer.poll()).isEqualTo(Status.TIMED_OUT);
        eventually(() -> events.size() == 3);
        assertThat(kinds(events))
                .isEqualTo(List.of(PeerEvent.Loaded.class, PeerEvent.Suspect.class, PeerEvent.Connected.class));
        assertThat(((PeerEvent.Suspect) events.get(1)).why())
                .hasMessageContaining("late missed its deadline of 5.0 ms");
    }

    @Test
    void whatTimesOutBesidesMakesSuspect() {
        startBoth("agent.send_timeout", "5ms");
        Peer peer = agent.loadPeer(other.metadata());
        backend.onSend = p -> Status.NOT_ALLOWED;
        assertNixl(ErrorCode.TIMED_OUT, () -> agent.sendNotification(peer, "hello"));
        assertThat(peer.state()).isEqualTo(Peer.State.SUSPECT);
        backend.context.peerConnected(backend.peers.getLast());
        assertThat(peer.state()).isEqualTo(Peer.State.CONNECTED);
        backend.context.peerSuspect(backend.peers.getLast(), new IllegalStateException("no answer"));
        assertThat(peer.state()).isEqualTo(Peer.State.SUSPECT);
        assertThat(agent.self().state()).isEqualTo(Peer.State.CONNECTED);
    }

    @Test
    void staleForGoodHoweverLateTheNews() {
        startBoth();
        List<PeerEvent> events = events();
        Peer peer = agent.loadPeer(other.metadata());
        Transfer transfer = toPeer(peer);
        transfer.post();
        backend.context.peerLost(backend.peers.getLast(), new IllegalStateException("cable"));
        eventually(() -> peer.state() == Peer.State.LOST);
        eventually(() -> transfer.poll() == Status.REMOTE_DISCONNECT);
        backend.last().complete(Status.SUCCESS);
        backend.context.peerSuspect(backend.peers.getLast(), new IllegalStateException("late"));
        assertThat(peer.state()).isEqualTo(Peer.State.LOST);
        eventually(() -> events.size() == 2);
        assertThat(kinds(events)).isEqualTo(List.of(PeerEvent.Loaded.class, PeerEvent.Lost.class));
    }

    @Test
    void aListenerThatDoesNotReturnHoldsUpNoEndOfTransfers() {
        startBoth();
        java.util.concurrent.CountDownLatch go = new java.util.concurrent.CountDownLatch(1);
        agent.onPeer(e -> {
            try {
                go.await();
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
            }
        });
        Peer peer = agent.loadPeer(other.metadata());
        Transfer transfer = toPeer(peer);
        transfer.post();
        backend.context.peerLost(backend.peers.getLast(), new IllegalStateException("cable"));
        eventually(() -> transfer.poll() == Status.REMOTE_DISCONNECT);
        go.countDown();
        backend.last().complete(Status.REMOTE_DISCONNECT);
    }

    @Test
    @DisplayName("C: additional descriptor")
    void laterLoadsAdd() {
        startBoth();
        Peer peer = agent.loadPeer(other.metadata());
        Transfer running = toPeer(peer);
        running.post();
        Allocation more = other.allocate(4096);
        assertThat(agent.checkPeer("other", DescriptorList.of(more.segment()))).isFalse();
        byte[] part = other.partialMetadata(List.of(more.registration()), false, List.of());
        assertThat(part.length).isLessThan(other.metadata().length);
        assertThat(agent.loadPeer(part)).isSameAs(peer);
        assertThat(peer.regions()).hasSize(2);
        assertThat(agent.checkPeer("other", DescriptorList.of(more.segment()))).isTrue();
        assertThat(running.poll()).isEqualTo(Status.IN_PROGRESS);
        assertThat(backend.loads).hasValue(2);
        more.close();
    }

    @Test
    @DisplayName("C: partial before connections; connections, then partial")
    void connectionsAloneThenRegions() {
        startBoth();
        byte[] regions = other.partialMetadata(List.of(theirMemory.registration()), false, List.of());
        assertNixl(ErrorCode.NOT_FOUND, () -> agent.loadPeer(regions))
                .withMessageContaining("connection information never came");
        assertThat(agent.peers()).isEmpty();
        Peer peer = agent.loadPeer(other.partialMetadata(List.of(), false, List.of()));
        assertThat(peer.regions()).isEmpty();
        assertThat(agent.checkPeer("other", DescriptorList.empty(MemoryKind.DRAM)))
                .isTrue();
        assertThat(agent.checkPeer("other", DescriptorList.of(theirMemory.segment())))
                .isFalse();
        assertThat(agent.loadPeer(regions).regions()).hasSize(1);
        Peer whole = agent("third", List.of(new ScriptedProvider("ONE")))
                .loadPeer(other.partialMetadata(List.of(theirMemory.registration()), true, List.of("ONE")));
        assertThat(whole.regions()).hasSize(1);
    }

    @Test
    @DisplayName("C: a bad section changes nothing, where native forgets the peer")
    void failureAtAnyRegionChangesNothing() {
        startBoth();
        Peer before = agent.loadPeer(other.metadata());
        Allocation a = other.allocate(4096);
        Allocation b = other.allocate(4096);
        Allocation c = other.allocate(4096);
        for (int k = 1; k <= 3; k++) {
            int failing = k;
            AtomicInteger calls = new AtomicInteger();
            backend.onLoad = r -> {
                if (calls.incrementAndGet() == failing) {
                    throw new NixlException(ErrorCode.BACKEND, "load " + failing + " fails");
                }
            };
            assertNixl(ErrorCode.BACKEND, () -> agent.loadPeer(other.metadata()))
                    .withMessageContaining("load " + failing);
            assertThat(backend.openRegions).as("undone after %s", k).hasValue(1);
            assertThat(backend.openPeers).hasValue(2);
            assertThat(agent.peer("other")).containsSame(before);
            assertThat(before.regions()).hasSize(1);
            assertThat(before.isCurrent()).isTrue();
        }
        backend.onLoad = r -> {};
        agent.loadPeer(other.metadata());
        assertThat(before.regions()).hasSize(4);
        a.close();
        b.close();
        c.close();
    }

    @Test
    void failureOfAFirstLoadLeavesNoPeer() {
        startBoth();
        backend.onLoad = r -> {
            throw new IllegalStateException("bug");
        };
        assertNixl(ErrorCode.BACKEND, () -> agent.loadPeer(other.metadata()))
                .withMessageContaining("defect")
                .withCauseInstanceOf(IllegalStateException.class);
        assertThat(agent.peers()).isEmpty();
        assertThat(backend.openPeers).as("self").hasValue(1);
        assertThat(backend.openRegions).hasValue(0);
    }

    @Test
    void badBytes() {
        startBoth();
        byte[] good = other.metadata();
        assertNixl(ErrorCode.MISMATCH, () -> agent.loadPeer(new byte[0]));
        assertNixl(ErrorCode.MISMATCH, () -> agent.loadPeer("hello".getBytes(StandardCharsets.UTF_8)));
        for (int length = 0; length < good.length; length++) {
            byte[] cut = Arrays.copyOf(good, length);
            assertNixl(ErrorCode.MISMATCH, () -> agent.loadPeer(cut));
        }
        assertThat(agent.peers()).isEmpty();
        assertThat(backend.openPeers).hasValue(1);
        long seed = System.nanoTime();
        System.out.println("PeersTest seed " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < 3000; i++) {
            byte[] bad = good.clone();
            for (int n = 1 + random.nextInt(3); n > 0; n--) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt();
            }
            try {
                agent.invalidatePeer(agent.loadPeer(bad).name());
            } catch (NixlException e) {
                assertThat(e.code())
                        .isIn(ErrorCode.MISMATCH, ErrorCode.BACKEND, ErrorCode.NOT_FOUND, ErrorCode.INVALID_PARAM);
            }
        }
        assertThat(agent.peers()).isEmpty();
        assertThat(backend.openPeers).as("seed %s", seed).hasValue(1);
        assertThat(backend.openRegions).hasValue(0);
    }

    private static byte[] metadata(
            String name, List<WireMetadata.Connection> connections, WireMetadata.Section... sections) {
        return new WireMetadata(name, connections, List.of(sections)).encode();
    }

    private static WireMetadata.Connection connection(String backend, String info) {
        return new WireMetadata.Connection(backend, info.getBytes(StandardCharsets.UTF_8));
    }

    private static WireMetadata.Section section(String backend, long[] addresses, long[] lengths, String... keys) {
        byte[][] blobs =
                Arrays.stream(keys).map(k -> k.getBytes(StandardCharsets.UTF_8)).toArray(byte[][]::new);
        return new WireMetadata.Section(
                backend, WireDescriptors.of(MemoryKind.DRAM, addresses, lengths, new long[addresses.length], blobs));
    }

    @Test
    void rangesThatCannotBe() {
        start();
        assertNixl(
                ErrorCode.MISMATCH,
                () -> agent.loadPeer(metadata(
                        "x", List.of(connection("ONE", "a")), section("ONE", new long[] {4096}, new long[] {0}, "k"))));
        assertNixl(
                ErrorCode.MISMATCH,
                () -> agent.loadPeer(metadata(
                        "x",
                        List.of(connection("ONE", "a")),
                        section("ONE", new long[] {4096}, new long[] {-5000}, "k"))));
        assertThat(agent.peers()).isEmpty();
        assertThat(backend.openPeers).hasValue(1);
    }

    @Test
    void rangeThatIsNamedTwiceCountsOnceAndTheLastWins() {
        start();
        byte[] twice = metadata(
                "x",
                List.of(connection("ONE", "a")),
                section("ONE", new long[] {4096, 4096}, new long[] {16, 16}, "old", "new"));
        Peer peer = agent.loadPeer(twice);
        assertThat(backend.loads).hasValue(1);
        assertThat(agent.loadPeer(twice)).isSameAs(peer);
        assertThat(backend.loads).as("the same bytes change nothing").hasValue(1);
        Peer same = agent.loadPeer(metadata(
                "x", List.of(connection("ONE", "a")), section("ONE", new long[] {4096}, new long[] {16}, "new")));
        assertThat(same).isSameAs(peer);
        assertThat(backend.loads).hasValue(1);
    }

    @Test
    @DisplayName("B: own name, loaded")
    void ownName() {
        start();
        byte[] mine = agent.metadata();
        assertNixl(ErrorCode.INVALID_PARAM, () -> agent.loadPeer(mine)).withMessageContaining("Agent.self()");
        assertNixl(ErrorCode.INVALID_PARAM, () -> agent.invalidatePeer("me"));
        assertNixl(ErrorCode.NOT_FOUND, () -> agent.invalidatePeer("stranger")).withMessageContaining("known are []");
        assertThat(agent.checkPeer("me", DescriptorList.empty(MemoryKind.DRAM))).isTrue();
        assertThat(agent.checkPeer("me", range(near, 0, 16))).isTrue();
        assertThat(agent.checkPeer("stranger", DescriptorList.empty(MemoryKind.DRAM)))
                .isFalse();
    }

    @Test
    @DisplayName("A: unknown backend with sections, skipped")
    void backendsThatIDoNotHave() {
        start();
        Peer peer = agent.loadPeer(metadata(
                "x",
                List.of(connection("ALIEN", "?"), connection("ONE", "a")),
                section("ALIEN", new long[] {64}, new long[] {64}, "k"),
                section("ONE", new long[] {128}, new long[] {64}, "k")));
        assertThat(peer.backends()).containsExactly("ONE");
        assertThat(peer.regions()).hasSize(1);
        assertNixl(ErrorCode.BACKEND, () -> agent.loadPeer(metadata("y", List.of(connection("ALIEN", "?")))))
                .withMessageContaining("the peer has [ALIEN], this agent reaches others with [ONE]");
        assertNixl(ErrorCode.BACKEND, () -> agent.loadPeer(metadata("y", List.of(connection("ONE", "unusable")))));
        assertThat(agent.peers()).containsExactly(peer);
    }

    /** As with one that stays in a process beside one that leaves it. */
    @Test
    void aBackendThatDoesNotReachIsNoObstacleToOneThatDoes() {
        ScriptedProvider near = new ScriptedProvider("NEAR").preference(1);
        agent = agent("me", List.of(provider, near));
        backend = provider.backend();
        near.backend().onLoadPeer = () -> {
            throw new NixlException(ErrorCode.BACKEND, "lives in another process");
        };
        other = agent("other", List.of(theirs, new ScriptedProvider("NEAR")));
        theirMemory = other.allocate(1 << 16);
        Peer peer = agent.loadPeer(other.metadata());
        assertThat(peer.backends()).containsExactly("ONE");
        assertThat(peer.regions()).hasSize(1);
        Allocation more = other.allocate(4096);
        byte[] part = other.partialMetadata(List.of(more.registration()), false, List.of());
        assertThat(agent.loadPeer(part))
                .as("a part speaks for both backends too")
                .isSameAs(peer);
        assertThat(peer.regions()).hasSize(2);
        near.backend().onLoadPeer = () -> {};
        agent.loadPeer(other.metadata());
        assertThat(peer.backends()).as("it is asked again").containsExactly("NEAR", "ONE");
        assertThat(peer.regions()).hasSize(2);
    }

    @Test
    void whenNoBackendReachesThePeerIsRefused() {
        ScriptedProvider near = new ScriptedProvider("NEAR");
        agent = agent("me", List.of(provider, near));
        backend = provider.backend();
        for (ScriptedProvider each : List.of(provider, near)) {
            each.backend().onLoadPeer = () -> {
                throw new NixlException(ErrorCode.BACKEND, "no way");
            };
        }
        other = agent("other", List.of(theirs, new ScriptedProvider("NEAR")));
        assertNixl(ErrorCode.BACKEND, () -> agent.loadPeer(other.metadata())).withMessageContaining("no way");
        assertThat(agent.peers()).isEmpty();
        assertThat(backend.openPeers).as("self alone").hasValue(1);
    }

    // ---- incarnations

    @Test
    @DisplayName("C: changed connection information, replaced")
    void newConnectionInformationReplacesThePeer() {
        startBoth();
        List<PeerEvent> events = Collections.synchronizedList(new ArrayList<>());
        agent.onPeer(events::add);
        Peer old = agent.loadPeer(other.metadata());
        Transfer running = toPeer(old);
        running.post();
        theirMemory.close();
        other.close();
        other = agent("other", List.of(theirs));
        theirMemory = other.allocate(1 << 16);
        Peer now = agent.loadPeer(other.metadata());
        assertThat(now).isNotSameAs(old);
        assertThat(now.epoch()).isEqualTo(old.epoch() + 1);
        assertThat(old.isCurrent()).isFalse();
        assertThat(old.toString()).contains("epoch 1, stale: replaced by epoch 2");
        assertThat(running.poll()).isEqualTo(Status.REMOTE_DISCONNECT);
        assertThat(running.failure().message()).contains("epoch 1").contains("now there is epoch 2");
        backend.last().complete(Status.REMOTE_DISCONNECT);
        assertThat(running.post()).isEqualTo(Status.NOT_FOUND);
        assertThat(backend.peers.get(1).isClosed()).isTrue();
        assertThat(backend.openRegions)
                .as("the old one stays until its transfer goes")
                .hasValue(2);
        running.close();
        assertThat(backend.openRegions).hasValue(1);
        assertThat(toPeer(now).post()).isEqualTo(Status.IN_PROGRESS);
        eventually(() -> events.size() == 2);
        assertThat(events).containsExactly(new PeerEvent.Loaded(old), new PeerEvent.Restarted(now, 1));
        assertNixl(ErrorCode.NOT_FOUND, old::connect);
    }

    @Test
    @DisplayName("C: changed connection information, rejected as native does")
    void newConnectionInformationIsRejectedOnDemand() {
        startBoth("agent.reload", "reject");
        Peer old = agent.loadPeer(other.metadata());
        assertNixl(ErrorCode.NOT_ALLOWED, () -> agent.loadPeer(metadata("other", List.of(connection("ONE", "new")))))
                .withMessageContaining("epoch 1")
                .withMessageContaining("invalidate the peer first");
        assertThat(old.isCurrent()).isTrue();
        agent.invalidatePeer("other");
        assertThat(agent.loadPeer(metadata("other", List.of(connection("ONE", "new"))))
                        .epoch())
                .isEqualTo(2);
    }

    @Test
    @DisplayName("C: changed key of a region, replaced")
    void newKeyIsANewGenerationOfTheRegion() {
        startBoth();
        Peer peer = agent.loadPeer(other.metadata());
        Transfer old = toPeer(peer);
        backend.onPost = t -> Status.SUCCESS;
        assertThat(old.post()).isEqualTo(Status.SUCCESS);
        theirMemory.registration().close();
        Registration again = other.register(theirMemory.segment());
        assertThat(agent.loadPeer(other.metadata())).isSameAs(peer);
        assertThat(peer.regions()).hasSize(1);
        assertThat(old.post()).isEqualTo(Status.NOT_FOUND);
        assertThat(old.failure().message()).contains("the peer published it anew");
        assertThat(toPeer(peer).post()).isEqualTo(Status.SUCCESS);
        assertThat(backend.openRegions)
                .as("the replaced one lives with the peer")
                .hasValue(2);
        again.close();
    }

    @Test
    @DisplayName("C: changed key of a region, rejected as native does")
    void newKeyIsRejectedOnDemand() {
        startBoth("agent.reload", "reject");
        Peer peer = agent.loadPeer(other.metadata());
        Transfer old = toPeer(peer);
        theirMemory.registration().close();
        Registration again = other.register(theirMemory.segment());
        assertNixl(ErrorCode.NOT_ALLOWED, () -> agent.loadPeer(other.metadata()))
                .withMessageContaining("known with another key");
        backend.onPost = t -> Status.SUCCESS;
        assertThat(old.post()).isEqualTo(Status.SUCCESS);
        again.close();
    }

    @Test
    @DisplayName("C: load after invalidate")
    void invalidatingEndsWhatRuns() {
        startBoth();
        List<PeerEvent> events = Collections.synchronizedList(new ArrayList<>());
        Subscription subscription = agent.onPeer(events::add);
        Peer peer = agent.loadPeer(other.metadata());
        Transfer running = toPeer(peer);
        running.post();
        agent.invalidatePeer("other");
        assertThat(running.poll()).isEqualTo(Status.NOT_FOUND);
        assertThat(running.failure().message()).contains("stale: invalidated");
        assertThat(backend.last().cancels).hasValue(1);
        assertThat(agent.peer("other")).isEmpty();
        assertNixl(ErrorCode.NOT_FOUND, () -> agent.sendNotification(peer, "x")).withMessageContaining("invalidated");
        eventually(() -> events.size() == 2);
        assertThat(events.getLast()).isEqualTo(new PeerEvent.Invalidated(peer));
        subscription.close();
        subscription.close();
        agent.loadPeer(other.metadata());
        CountDownLatch told = new CountDownLatch(1);
        agent.onPeer(e -> told.countDown());
        agent.invalidatePeer("other");
        eventually(() -> told.getCount() == 0);
        assertThat(events).hasSize(2);
    }

    @Test
    void lostPeer() {
        startBoth();
        AtomicReference<PeerEvent> event = new AtomicReference<>();
        agent.onPeer(e -> {
            throw new IllegalStateException("a listener that throws");
        });
        agent.onPeer(event::set);
        Peer peer = agent.loadPeer(other.metadata());
        eventually(() -> event.get() instanceof PeerEvent.Loaded);
        Transfer running = toPeer(peer);
        Transfer another = toPeer(peer);
        running.post();
        backend.context.peerLost(backend.peers.getLast(), new IllegalStateException("cable cut"));
        eventually(() -> event.get() instanceof PeerEvent.Lost);
        assertThat(running.poll()).isEqualTo(Status.REMOTE_DISCONNECT);
        assertThat(running.failure().message()).contains("lost: cable cut");
        assertThat(another.post()).isEqualTo(Status.NOT_FOUND);
        assertThat(peer.isCurrent()).isFalse();
        assertThat(agent.peers()).isEmpty();
        backend.context.peerLost(backend.peers.getLast(), new IllegalStateException("again"));
        Peer anew = agent.loadPeer(other.metadata());
        assertThat(anew.epoch()).isEqualTo(2);
    }

    @Test
    void peerIsNotDisconnectedUnderASender() throws Exception {
        startBoth();
        Peer peer = agent.loadPeer(other.metadata());
        ScriptedPeer scripted = backend.peers.getLast();
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        backend.onSend = p -> {
            inside.countDown();
            try {
                assertThat(go.await(10, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            return Status.SUCCESS;
        };
        Thread sender = thread(() -> agent.sendNotification(peer, "x"));
        assertThat(inside.await(10, TimeUnit.SECONDS)).isTrue();
        agent.invalidatePeer("other");
        assertThat(peer.isCurrent()).isFalse();
        assertThat(scripted.isClosed()).isFalse();
        go.countDown();
        join(sender);
        assertThat(scripted.isClosed()).isTrue();
        assertThat(backend.openRegions).hasValue(0);
    }

    // ---- publishing

    @Test
    void partialMetadataRules() {
        startBoth();
        Allocation closed = other.allocate(4096);
        closed.close();
        assertNixl(ErrorCode.NOT_FOUND, () -> other.partialMetadata(List.of(closed.registration()), false, List.of()))
                .withMessageContaining("closed");
        assertNixl(ErrorCode.NOT_FOUND, () -> other.partialMetadata(List.of(near.registration()), false, List.of()))
                .withMessageContaining("not this agent's");
        assertNixl(ErrorCode.NOT_FOUND, () -> other.partialMetadata(List.of(), true, List.of("NONE")));
    }

    @Test
    void agentThatReachesNobody() {
        Agent alone = agent("alone", List.of(new ScriptedProvider("DISK").capabilities(Capabilities.localOnly())));
        Allocation memory = alone.allocate(4096);
        assertNixl(ErrorCode.INVALID_PARAM, alone::metadata)
                .withMessageContaining("no backend that reaches other agents");
        assertNixl(ErrorCode.BACKEND, () -> alone.partialMetadata(List.of(), false, List.of()));
        assertNixl(ErrorCode.BACKEND, () -> alone.partialMetadata(List.of(memory.registration()), false, List.of()));
        closing.addFirst(memory);
    }

    @Test
    void rangeRegisteredTwiceIsPublishedOnce() {
        startBoth();
        Registration second = other.register(theirMemory.segment());
        byte[] both = other.metadata();
        assertThat(WireMetadata.decode(both).sections().getFirst().descriptors().size())
                .isOne();
        assertThat(new String(
                        WireMetadata.decode(both)
                                .sections()
                                .getFirst()
                                .descriptors()
                                .blob(0),
                        StandardCharsets.UTF_8))
                .isEqualTo("ONE-key-2");
        second.close();
        assertThat(other.metadata()).isNotEqualTo(both);
    }

    @Test
    void publishedOrderDoesNotDependOnRegistrationOrder() {
        startBoth();
        theirMemory.registration().close();
        List<WireDescriptors> seen = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            Agent one = agent("same", List.of(new ScriptedProvider("ONE").kinds(MemoryKind.DRAM, MemoryKind.VRAM)));
            MemoryRegion a = MemoryRegion.raw(MemoryKind.VRAM, 1, 0x1000, 16);
            MemoryRegion b = MemoryRegion.raw(MemoryKind.VRAM, 0, 0x9000, 16);
            one.register(i == 0 ? a : b);
            one.register(i == 0 ? b : a);
            seen.add(WireMetadata.decode(one.metadata()).sections().getFirst().descriptors());
        }
        assertThat(seen).allMatch(WireDescriptors::isSorted).allMatch(list -> list.device(0) == 0);
        assertThat(seen.getFirst().toDescriptorList()).isEqualTo(seen.getLast().toDescriptorList());
    }
}
