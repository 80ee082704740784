// SPDX-License-Identifier: Apache-2.0
package io.jnixl.it.ucx;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.api.Agent;
import io.jnixl.api.Config;
import io.jnixl.api.DescriptorList;
import io.jnixl.api.Operation;
import io.jnixl.api.Peer;
import io.jnixl.api.PeerEvent;
import io.jnixl.api.RemoteRegion;
import io.jnixl.api.Status;
import io.jnixl.api.Transfer;
import io.jnixl.api.TransferBuilder;
import io.jnixl.backend.tck.Await;
import io.jnixl.backend.tck.Bytes;
import io.jnixl.testsupport.NeedsNative;
import io.jnixl.testsupport.NeedsNative.Native;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A peer that is killed at a random moment of transfers of random sizes, again and again. Every transfer ends within a second,
 * the loss is told, another peer does not notice, and nothing is left behind.
 *
 * <p>Over shared memory UCX 1.13 reaches ordinary memory by messages, which the victim answers: some are killed in the middle of
 * one, which the survivor's backend has to see to.
 */
@NeedsNative(Native.UCX)
class KillIT {
    private static final int ROUNDS = Integer.getInteger("jnixl.kills", Boolean.getBoolean("jnixl.soak") ? 200 : 60);
    private static final int WARM_UP = 5;
    private static final int AHEAD = 3;
    private static final int BYTES = 4 << 20;
    private static final int POKE = 64;
    private static final long LATEST_NANOS = 2_000_000;
    private static final Duration END = Duration.ofSeconds(1);

    /** Twice the keepalive interval at the most, and usually at once. */
    private static final Duration LOSS = Duration.ofSeconds(1);

    /** What the Java runtime takes for itself, once its compilers have given back what they took: some seconds after. */
    private static final long GROWTH_KIB = 12 << 10;

    @TempDir
    Path folder;

    private final Deque<Victim> ahead = new ArrayDeque<>();
    private final Queue<PeerEvent> events = new ConcurrentLinkedQueue<>();
    private long slowestEnd;
    private long slowestLoss;
    private long slowestBeside;

    @ParameterizedTest
    @ValueSource(strings = {"", "TLS=tcp,self"})
    @Timeout(value = 20, unit = TimeUnit.MINUTES) // of the soak profile; the default would end it
    void atARandomMoment(String engineConfig) throws Exception {
        long seed = Bytes.random().nextLong();
        Path program = Victim.compile(folder);
        try (Arena arena = Arena.ofShared();
                Victim bystander = Victim.start(program, List.of(), BYTES, engineConfig);
                Agent agent = Agent.builder("survivor")
                        .config(Config.empty()
                                .with("agent.backends", "UCX")
                                .with("backends.UCX.engine_config", engineConfig))
                        .build()) {
            MemorySegment memory = arena.allocate(2 * BYTES, 4096);
            agent.register(memory);
            agent.onPeer(events::add);
            Peer other = agent.loadPeer(bystander.metadata("bystander"));
            Transfer beside = poke(agent, memory, other.region(bystander.privateRegion()));
            long files = 0;
            long kib = 0;
            long segments = 0;
            for (int round = 0; round < WARM_UP + ROUNDS; round++) {
                if (round == WARM_UP) {
                    files = ThisProcess.openFiles();
                    kib = ThisProcess.mallocKib();
                    segments = ThisProcess.sharedSegments();
                }
                try (Victim victim = next(program, engineConfig)) {
                    round(agent, memory, victim, new Random(seed + round));
                }
                long posted = System.nanoTime();
                beside.post();
                assertThat(beside.await(END))
                        .as("what another peer has to do with it")
                        .isEqualTo(Status.SUCCESS);
                slowestBeside = Math.max(slowestBeside, System.nanoTime() - posted);
            }
            assertThat(ThisProcess.openFiles() - files).as("file descriptors").isLessThan(16);
            ThisProcess.awaitMallocBelow(kib + GROWTH_KIB);
            assertThat(ThisProcess.sharedSegments() - segments)
                    .as("segments of shared memory")
                    .isLessThan(8);
            assertThat(events.stream().filter(e -> e.peer().equals(other)).map(Object::getClass))
                    .isEqualTo(List.of(PeerEvent.Loaded.class, PeerEvent.Connected.class));
            beside.close();
            System.out.println("KillIT " + engineConfig + ": " + ROUNDS + " kills, slowest end of a transfer "
                    + slowestEnd / 1_000 + " us after, slowest news of the loss " + slowestLoss / 1_000
                    + " us, slowest post to another peer " + slowestBeside / 1_000 + " us, grown by "
                    + (ThisProcess.mallocKib() - kib) + " KiB, "
                    + (ThisProcess.openFiles() - files) + " descriptors");
        } finally {
            ahead.forEach(Victim::close);
        }
    }

    /** One that has probably started already. */
    private Victim next(Path program, String engineConfig) throws Exception {
        while (ahead.size() <= AHEAD) {
            ahead.add(Victim.start(program, List.of(), BYTES, engineConfig));
        }
        return ahead.remove();
    }

    private void round(Agent agent, MemorySegment memory, Victim victim, Random random) throws Exception {
        Peer peer = agent.loadPeer(victim.metadata("victim"));
        List<Transfer> transfers = new ArrayList<>();
        for (int i = random.nextInt(1, 7); i > 0; i--) {
            int region = random.nextBoolean() ? victim.privateRegion() : 1 - victim.privateRegion();
            transfers.add(any(agent, memory, peer, peer.region(region), random));
        }
        Transfer poke = poke(agent, memory, peer.region(1 - victim.privateRegion()));
        transfers.forEach(Transfer::post);
        long[] killed = new long[1];
        long moment = random.nextLong(LATEST_NANOS);
        Thread killer = Thread.ofPlatform().start(() -> {
            LockSupport.parkNanos(moment);
            killed[0] = System.nanoTime();
            victim.kill();
        });
        while (killer.isAlive()) {
            for (Transfer transfer : transfers) {
                if (transfer.poll() != Status.IN_PROGRESS) {
                    transfer.post();
                }
            }
        }
        killer.join();
        for (Transfer transfer : transfers) {
            long left = killed[0] + END.toNanos() - System.nanoTime();
            assertThat(transfer.await(Duration.ofNanos(Math.max(0, left))))
                    .as("status of " + transfer + " a second after the kill")
                    .isIn(Status.SUCCESS, Status.REMOTE_DISCONNECT, Status.NOT_FOUND);
        }
        slowestEnd = Math.max(slowestEnd, System.nanoTime() - killed[0]);
        Await.until(LOSS, "loss of the peer", () -> {
            if (poke.poll() != Status.IN_PROGRESS) {
                poke.post();
            }
            return peer.state() == Peer.State.LOST;
        });
        slowestLoss = Math.max(slowestLoss, System.nanoTime() - killed[0]);
        transfers.add(poke);
        transfers.forEach(Transfer::close);
        Await.until(
                "news of the loss",
                () -> events.stream()
                        .anyMatch(e -> e instanceof PeerEvent.Lost && e.peer().equals(peer)));
        events.removeIf(e -> e.peer().equals(peer));
    }

    private static Transfer any(Agent agent, MemorySegment memory, Peer peer, RemoteRegion region, Random random) {
        int bytes = 1 << random.nextInt(3, 21);
        int count = random.nextInt(1, BYTES / bytes > 64 ? 65 : BYTES / bytes + 1);
        int offset = random.nextInt(8);
        TransferBuilder builder = agent.transfer(
                random.nextBoolean() ? Operation.WRITE : Operation.READ,
                DescriptorList.blocks(memory.asSlice(offset, (long) count * bytes), bytes),
                peer,
                DescriptorList.strided(region.kind(), region.device(), region.address(), bytes, bytes, count));
        return (random.nextBoolean() ? builder.notifying("round") : builder.merging(false)).prepare();
    }

    private static Transfer poke(Agent agent, MemorySegment memory, RemoteRegion region) {
        return agent.write(DescriptorList.of(memory.asSlice(0, POKE)))
                .to(region.slice(0, POKE))
                .notifying("poke")
                .prepare();
    }
}
