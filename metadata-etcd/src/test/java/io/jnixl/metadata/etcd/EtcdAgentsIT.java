// SPDX-License-Identifier: Apache-2.0
package io.jnixl.metadata.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.jnixl.api.Agent;
import io.jnixl.api.Allocation;
import io.jnixl.api.Config;
import io.jnixl.api.DescriptorList;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.api.Operation;
import io.jnixl.api.Peer;
import io.jnixl.api.PeerEvent;
import io.jnixl.api.Status;
import io.jnixl.api.Transfer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Whole agents that find one another by etcd. */
class EtcdAgentsIT extends EtcdFixture {
    private final List<PeerEvent> events = new CopyOnWriteArrayList<>();
    private Agent a;
    private Agent b;
    private Allocation memory;

    @BeforeEach
    void startAgents() {
        a = agent("a");
        b = agent("b");
        memory = a.allocate(4096);
        closing.add(memory);
        b.onPeer(events::add);
    }

    private Agent agent(String name) {
        Config config = Config.empty()
                .with("agent.backends", "MEMORY")
                .with("agent.exchange", "etcd")
                .with("exchanges.etcd.endpoints", server.endpoint())
                .with("exchanges.etcd.namespace", namespace);
        Agent agent = Agent.builder(name).config(config).build();
        closing.addFirst(agent);
        return agent;
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(20, TimeUnit.SECONDS);
    }

    private static void assertFails(ErrorCode code, CompletableFuture<?> future) {
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> get(future))
                .satisfies(e -> assertThat(e.getCause())
                        .isInstanceOfSatisfying(
                                NixlException.class,
                                why -> assertThat(why.code()).isEqualTo(code)));
    }

    @Test
    void bytesMoveBetweenAgentsThatMetInEtcd() throws Exception {
        CompletableFuture<Peer> waiting = b.exchange().fetch("a");
        get(a.exchange().publish());
        Peer peer = get(waiting);
        try (Allocation near = b.allocate(4096)) {
            near.segment().fill((byte) 7);
            DescriptorList from = DescriptorList.of(near.segment());
            DescriptorList to = DescriptorList.of(memory.segment());
            try (Transfer transfer = b.transfer(Operation.WRITE, from, peer, to).prepare()) {
                transfer.post();
                assertThat(transfer.await(Duration.ofSeconds(20))).isEqualTo(Status.SUCCESS);
            }
        }
        assertThat(memory.segment().get(java.lang.foreign.ValueLayout.JAVA_BYTE, 4095))
                .isEqualTo((byte) 7);
    }

    @Test
    @DisplayName("H: publish again after invalidate")
    void withdrawingInvalidatesAndPublishingAnewLoadsAnew() throws Exception {
        for (int round = 1; round <= 3; round++) {
            get(a.exchange().publish());
            Peer peer = get(b.exchange().fetch("a"));
            get(a.exchange().withdraw());
            eventually(() -> !peer.isCurrent());
            assertThat(b.peer("a")).isEmpty();
        }
        eventually(() -> events.size() == 6);
        assertThat(events.getLast()).isInstanceOf(PeerEvent.Invalidated.class);
    }

    @Test
    void closingAnAgentWithdraws() throws Exception {
        get(a.exchange().publish());
        Peer peer = get(b.exchange().fetch("a"));
        memory.close();
        a.close();
        eventually(() -> !peer.isCurrent());
        assertThat(raw.below(namespace)).isEmpty();
    }

    @Test
    @DisplayName("H: another agent inside the value")
    void aWrongAgentInsideTheValueLoadsNothing() {
        raw.put(namespace + "/c/", new byte[0]);
        raw.put(namespace + "/c/metadata", a.metadata());
        assertFails(ErrorCode.MISMATCH, b.exchange().fetch("c"));
        raw.put(namespace + "/c/metadata", bytes("nonsense"));
        assertFails(ErrorCode.MISMATCH, b.exchange().fetch("c"));
        assertThat(b.peers()).isEmpty();
        assertThat(events).isEmpty();
    }

    @Test
    void partialMetadataUnderALabel() throws Exception {
        byte[] part = a.partialMetadata(List.of(memory.registration()), true, List.of());
        get(a.exchange().publish("kv", part));
        assertThat(get(b.exchange().fetch("a", "kv")).name()).isEqualTo("a");
        assertThat(raw.below(namespace).keySet()).containsExactly(namespace + "/a/", namespace + "/a/kv");
    }
}
