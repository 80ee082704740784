// SPDX-License-Identifier: Apache-2.0
package io.jnixl.it.interop;

import static io.jnixl.it.interop.UcxPair.LIMIT;
import static io.jnixl.it.interop.UcxPair.succeeds;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.api.Agent;
import io.jnixl.api.Notification;
import io.jnixl.api.Operation;
import io.jnixl.api.Peer;
import io.jnixl.api.Transfer;
import io.jnixl.testsupport.NeedsNative;
import io.jnixl.testsupport.NeedsNative.Native;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Group E of the interoperation checklist (docs/interop.md): notifications over UCX, by shared memory and by TCP. */
@ParameterizedClass
@ValueSource(strings = {"", "TLS=tcp"})
@NeedsNative(Native.UCX)
class NotificationsTest {
    @Parameter
    String engineConfig = "";

    private UcxPair pair;

    @BeforeEach
    void start() {
        pair = new UcxPair(engineConfig);
    }

    @AfterEach
    void end() {
        pair.close();
    }

    @Test
    @DisplayName("E: with WRITE, the data is visible at delivery")
    void withWrite() {
        long last = UcxPair.BYTES - Integer.BYTES;
        try (Transfer write = pair.transfer(Operation.WRITE, UcxPair.BYTES)) {
            for (int i = 1; i <= 100; i++) {
                pair.mine.set(JAVA_INT, 0, i);
                pair.mine.set(JAVA_INT, last, -i);
                write.post("n" + i);
                assertThat(pair.far.awaitNotification("near", LIMIT).text()).isEqualTo("n" + i);
                assertThat(pair.theirs.get(JAVA_INT, 0)).isEqualTo(i);
                assertThat(pair.theirs.get(JAVA_INT, last)).isEqualTo(-i);
                succeeds(write);
            }
        }
    }

    @Test
    @DisplayName("E: with READ")
    void withRead() {
        pair.theirs.set(JAVA_INT, 0, 4711);
        try (Transfer read = pair.transfer(Operation.READ, 64)) {
            read.post("taken");
            assertThat(pair.far.awaitNotification("near", LIMIT).text()).isEqualTo("taken");
            succeeds(read);
            assertThat(pair.mine.get(JAVA_INT, 0)).isEqualTo(4711);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 5, 256, 9_000, 2_000_000})
    @DisplayName("E: standalone, empty, binary, above 8 KiB and 1 MiB")
    void sizes(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        pair.near.sendNotification(pair.peer, bytes);
        Notification arrived = pair.far.awaitNotification(LIMIT);
        assertThat(arrived.from()).isEqualTo("near");
        assertThat(arrived.bytes()).isEqualTo(bytes);
    }

    @Test
    @DisplayName("E: 10 000 from one sender, in order")
    void order() throws InterruptedException {
        int count = 10_000;
        Thread sender = Thread.ofPlatform().start(() -> sendAll(pair.near, pair.peer, count));
        for (int i = 0; i < count; i++) {
            assertThat(pair.far.awaitNotification("near", LIMIT).text()).isEqualTo("m" + i);
        }
        sender.join();
    }

    private static void sendAll(Agent agent, Peer peer, int count) {
        for (int i = 0; i < count; i++) {
            agent.sendNotification(peer, "m" + i);
        }
    }

    @Test
    @DisplayName("E: many senders, each in order")
    void manySenders() throws InterruptedException {
        int senders = 8;
        int count = 200;
        List<Agent> agents = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        byte[] metadata = pair.far.metadata();
        for (int i = 0; i < senders; i++) {
            Agent agent = UcxPair.agent("s" + i, engineConfig);
            agents.add(agent);
            Peer far = agent.loadPeer(metadata);
            threads.add(Thread.ofPlatform().start(() -> sendAll(agent, far, count)));
        }
        Map<String, Integer> next = new HashMap<>();
        for (int i = 0; i < senders * count; i++) {
            Notification one = pair.far.awaitNotification(LIMIT);
            int expected = next.merge(one.from(), 1, Integer::sum) - 1;
            assertThat(one.text()).as(one.from()).isEqualTo("m" + expected);
        }
        assertThat(next).hasSize(senders);
        for (Thread thread : threads) {
            thread.join();
        }
        agents.forEach(Agent::close);
    }

    @Test
    @DisplayName("E: self notification")
    void self() {
        pair.near.sendNotification(pair.near.self(), "to myself");
        assertThat(pair.near.awaitNotification("near", LIMIT).text()).isEqualTo("to myself");
    }

    @Test
    @DisplayName("E: a sender that the receiver does not know")
    void unknownSender() {
        assertThat(pair.far.peers()).isEmpty();
        pair.near.sendNotification(pair.peer, "hello");
        assertThat(pair.far.awaitNotification("near", LIMIT).text()).isEqualTo("hello");
    }

    @Test
    @DisplayName("E: name mismatch: the name in the message counts, not whose metadata is known")
    void nameMismatch() {
        try (Agent impostor = UcxPair.agent("near", engineConfig)) {
            pair.far.loadPeer(pair.near.metadata());
            impostor.sendNotification(impostor.loadPeer(pair.far.metadata()), "it is me");
            assertThat(pair.far.awaitNotification("near", LIMIT).text()).isEqualTo("it is me");
        }
    }
}
