// SPDX-License-Identifier: Apache-2.0
package io.jnixl.it.ucx;

import static io.jnixl.it.ucx.WithVictim.TCP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.jnixl.api.Agent;
import io.jnixl.api.Allocation;
import io.jnixl.api.Config;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.api.Peer;
import io.jnixl.api.PeerEvent;
import io.jnixl.api.Status;
import io.jnixl.api.Transfer;
import io.jnixl.backend.tck.Await;
import io.jnixl.testsupport.NeedsNative;
import io.jnixl.testsupport.NeedsNative.Native;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An agent that does nothing notices that a peer was killed, or closed in a process that lives on, whatever moves the bytes. */
@NeedsNative(Native.UCX)
class IdleLossIT {
    private static final int BYTES = 1 << 16;

    /** More than a queue has places. */
    private static final int POSTS = 100;

    /** Twice the keepalive interval of this project's, with room for a busy machine; native NIXL's is 20 s. */
    private static final Duration NOTICED = Duration.ofSeconds(2);

    @TempDir
    Path folder;

    private final Queue<PeerEvent> events = new ConcurrentLinkedQueue<>();

    private static Agent agent(String engineConfig) {
        return agent("survivor", engineConfig, 1);
    }

    private static Agent other(String engineConfig) {
        return agent("other", engineConfig, 1);
    }

    private static Agent agent(String name, String engineConfig, int workers) {
        return Agent.builder(name)
                .config(Config.empty()
                        .with("agent.backends", "UCX")
                        .with("backends.UCX.engine_config", engineConfig)
                        .with("backends.UCX.num_workers", Integer.toString(workers)))
                .build();
    }

    private long awaitLoss(Peer peer) {
        long start = System.nanoTime();
        Await.until(NOTICED, "news of the loss", () -> events.stream().anyMatch(PeerEvent.Lost.class::isInstance));
        assertThat(peer.state()).isEqualTo(Peer.State.LOST);
        return (System.nanoTime() - start) / 1_000;
    }

    /** With posix alone nothing but UCX's keepalive can tell. */
    @ParameterizedTest
    @ValueSource(strings = {"", TCP, "TLS=posix,sysv,cma,self", "TLS=posix,self"})
    void onceConnected(String engineConfig) throws Exception {
        Path program = Victim.compile(folder);
        try (Victim victim = Victim.start(program, List.of(), BYTES, engineConfig);
                Agent agent = agent(engineConfig)) {
            agent.onPeer(events::add);
            Peer peer = agent.loadPeer(victim.metadata("victim"));
            peer.connect();
            Await.until("being connected", () -> events.stream().anyMatch(PeerEvent.Connected.class::isInstance));
            victim.kill();
            System.out.println("IdleLossIT " + engineConfig + ": noticed after " + awaitLoss(peer) + " us");
            assertThat(events.stream().map(Object::getClass))
                    .isEqualTo(List.of(PeerEvent.Loaded.class, PeerEvent.Connected.class, PeerEvent.Lost.class));
        }
    }

    /** Loaded, written to by the peer, and never used from this side: a target. */
    @ParameterizedTest
    @ValueSource(strings = {"", TCP})
    void whenOnlyTheOtherSideConnected(String engineConfig) throws Exception {
        try (Target initiator = new Target(folder, "initiator", BYTES, false, engineConfig);
                Agent agent = agent(engineConfig)) {
            agent.onPeer(events::add);
            Path mine = Files.write(folder.resolve("survivor.metadata"), agent.metadata());
            Peer peer = agent.loadPeer(initiator.metadata());
            assertThat(initiator.ask("load " + mine)).isEqualTo("survivor");
            initiator.expect("ok", initiator.ask("send survivor hello"));
            assertThat(agent.awaitNotification(Duration.ofSeconds(30)).text()).isEqualTo("hello");
            assertThat(peer.state()).isEqualTo(Peer.State.LOADED);
            initiator.kill();
            System.out.println("IdleLossIT target " + engineConfig + ": noticed after " + awaitLoss(peer) + " us");
        }
    }

    /** Over shared memory neither UCX nor the kernel says so. */
    @ParameterizedTest
    @ValueSource(strings = {"", TCP})
    void closedInAProcessThatLives(String engineConfig) throws Exception {
        try (Target target = new Target(folder, "target", BYTES, false, engineConfig);
                Agent agent = agent(engineConfig)) {
            agent.onPeer(events::add);
            Peer peer = agent.loadPeer(target.metadata());
            peer.connect();
            target.expect("ok", target.ask("close"));
            System.out.println("IdleLossIT closed " + engineConfig + ": noticed after " + awaitLoss(peer) + " us");
            target.expect("ok", target.ask("still"));
        }
    }

    /** Posts that nobody takes any more fill its queue, and the others wait for room in it. */
    @ParameterizedTest
    @ValueSource(strings = {Target.WITH_PEERS_HELP, TCP})
    void postsToWhatWasClosed(String engineConfig) throws Exception {
        try (Target target = new Target(folder, "target", BYTES, false, engineConfig);
                Agent agent = agent(engineConfig)) {
            agent.onPeer(events::add);
            postAfter(
                    () -> target.expect("ok", target.ask("close")),
                    agent,
                    target.metadata(),
                    Status.REMOTE_DISCONNECT,
                    Status.NOT_FOUND); // of posts after the loss
            target.expect("ok", target.ask("still"));
        }
    }

    /** An endpoint that is kept for a peer that may come back goes when there is nobody any more. */
    @Test
    void whatIsKeptOfAForgottenPeerGoesWithIt() throws Exception {
        try (Agent agent = agent("")) {
            long before = ThisProcess.sharedSegments();
            try (Target target = new Target(folder, "target", BYTES, false, "")) {
                connectAndForget(agent, target.metadata());
                assertThat(ThisProcess.sharedSegments()).isGreaterThan(before);
                target.expect("ok", target.ask("close"));
                awaitSegments(before);
            }
            try (Agent other = other("")) {
                connectAndForget(agent, other.metadata());
            }
            awaitSegments(before);
        }
    }

    private static void awaitSegments(long most) {
        Await.until(NOTICED, "the segments to go", () -> {
            try {
                return ThisProcess.sharedSegments() <= most;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private static void connectAndForget(Agent agent, byte[] metadata) {
        Peer peer = agent.loadPeer(metadata);
        peer.connect();
        agent.invalidatePeer(peer.name());
    }

    /** More than one fragment: UCX throws those away whose endpoint is gone. */
    @ParameterizedTest
    @ValueSource(strings = {"", TCP})
    void whatWasSentBeforeTheCloseArrives(String engineConfig) {
        byte[] message = new byte[1 << 20];
        message[message.length - 1] = 1;
        try (Agent agent = agent(engineConfig)) {
            for (int round = 0; round < 10; round++) {
                try (Agent other = other(engineConfig)) {
                    Peer mutual = agent.loadPeer(other.metadata());
                    mutual.connect();
                    other.sendNotification(other.loadPeer(agent.metadata()), message);
                }
                assertThat(agent.awaitNotification(NOTICED).bytes()).isEqualTo(message);
            }
        }
    }

    /** Each worker of either has its own connection to the first one of the other. */
    @ParameterizedTest
    @CsvSource({"'', 1", "'', 3", "'TLS=tcp,self', 1", "'TLS=tcp,self', 3"})
    void closedInThisProcess(String engineConfig, int workers) throws Exception {
        try (Agent agent = agent("survivor", engineConfig, workers);
                Arena arena = Arena.ofShared();
                Agent other = agent("other", engineConfig, workers)) {
            agent.onPeer(events::add);
            other.register(arena.allocate(BYTES, 4096));
            Thread closing = Thread.ofPlatform().unstarted(other::close);
            postAfter(
                    closing::start,
                    agent,
                    other.metadata(),
                    Status.SUCCESS,
                    Status.REMOTE_DISCONNECT,
                    Status.NOT_FOUND);
            closing.join();
        }
    }

    /** Metadata of an agent that is gone may still be on its way to others. */
    @ParameterizedTest
    @ValueSource(strings = {"", TCP})
    void loadedAfterItWasClosedInThisProcess(String engineConfig) {
        try (Agent agent = agent(engineConfig)) {
            agent.onPeer(events::add);
            byte[] metadata;
            try (Agent other = other(engineConfig)) {
                metadata = other.metadata();
                other.loadPeer(agent.metadata()).connect();
            }
            Peer peer;
            try {
                peer = agent.loadPeer(metadata);
            } catch (NixlException e) {
                assertThat(engineConfig)
                        .as("over TCP nothing waits for a connection")
                        .isEmpty();
                assertThat(e).hasMessageContaining("no endpoint to peer \"other\" can be made");
                return;
            }
            assertThatExceptionOfType(NixlException.class)
                    .isThrownBy(peer::connect)
                    .withMessageContaining("peer \"other\"");
            awaitLoss(peer);
        }
    }

    /** As one does who waits for a peer to come back, and has only what it published before. */
    @Test
    void connectingInVainOverTcpLeavesNothing() throws Exception {
        byte[] metadata;
        try (Agent other = other(TCP)) {
            metadata = other.metadata();
        }
        long before = ThisProcess.openFiles();
        try (Agent agent = agent(TCP)) {
            connectInVain(agent, metadata); // the first may open what stays
            long files = ThisProcess.openFiles();
            for (int i = 0; i < POSTS; i++) {
                connectInVain(agent, metadata);
            }
            assertThat(ThisProcess.openFiles() - files).as("file descriptors").isLessThan(POSTS / 10);
        }
        assertThat(ThisProcess.openFiles() - before).as("left by the agent").isLessThan(ThisProcess.FILES_OF_A_WORKER);
    }

    private static void connectInVain(Agent agent, byte[] metadata) {
        Peer peer = agent.loadPeer(metadata);
        assertThatExceptionOfType(NixlException.class)
                .isThrownBy(peer::connect)
                .satisfies(e -> assertThat(e.code())
                        .isIn(ErrorCode.REMOTE_DISCONNECT, ErrorCode.NOT_FOUND)); // the latter once the loss is known
        Await.until("the next incarnation to be another one", () -> !peer.isCurrent());
    }

    private interface Step {
        void run() throws Exception;
    }

    private void postAfter(Step close, Agent agent, byte[] metadata, Status... ends) throws Exception {
        try (Allocation local = agent.allocate(BYTES)) {
            Peer peer = agent.loadPeer(metadata);
            peer.connect();
            List<Transfer> transfers = new ArrayList<>();
            for (int i = 0; i < POSTS; i++) {
                transfers.add(agent.write(local.segment())
                        .to(peer.region(0).slice(0, BYTES))
                        .prepare());
            }
            close.run();
            transfers.forEach(Transfer::post);
            awaitLoss(peer);
            for (Transfer transfer : transfers) {
                assertThat(transfer.await(NOTICED)).isIn(List.of(ends));
                transfer.close();
            }
        }
    }
}
