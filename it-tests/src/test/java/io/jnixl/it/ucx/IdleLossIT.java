// SPDX-License-Identifier: Apache-2.0
package io.jnixl.it.ucx;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.api.Agent;
import io.jnixl.api.Config;
import io.jnixl.api.Peer;
import io.jnixl.api.PeerEvent;
import io.jnixl.backend.tck.Await;
import io.jnixl.testsupport.NeedsNative;
import io.jnixl.testsupport.NeedsNative.Native;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An agent that does nothing notices that a peer was killed, whatever moves the bytes. */
@NeedsNative(Native.UCX)
class IdleLossIT {
    private static final int BYTES = 1 << 16;

    /** Twice the keepalive interval of this project's, with room for a busy machine; native NIXL's is 20 s. */
    private static final Duration NOTICED = Duration.ofSeconds(2);

    @TempDir
    Path folder;

    private final Queue<PeerEvent> events = new ConcurrentLinkedQueue<>();

    private static Agent agent(String engineConfig) {
        return Agent.builder("survivor")
                .config(Config.empty().with("agent.backends", "UCX").with("backends.UCX.engine_config", engineConfig))
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
    @ValueSource(strings = {"", "TLS=tcp,self", "TLS=posix,sysv,cma,self", "TLS=posix,self"})
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
    @ValueSource(strings = {"", "TLS=tcp,self"})
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
}
