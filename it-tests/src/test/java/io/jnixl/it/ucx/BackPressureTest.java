// SPDX-License-Identifier: Apache-2.0
package io.jnixl.it.ucx;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.api.Agent;
import io.jnixl.api.Config;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.api.Notification;
import io.jnixl.api.Peer;
import io.jnixl.testsupport.NeedsNative;
import io.jnixl.testsupport.NeedsNative.Native;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** An agent that takes no notifications holds up those who send, loses nothing, and can be closed. */
@NeedsNative(Native.UCX)
class BackPressureTest {
    private static final int LARGE = 8 << 20;
    private static final int MOST = 100;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private static Agent agent(String name) {
        return Agent.builder(name)
                .config(Config.empty()
                        .with("agent.backends", "UCX")
                        .with("agent.notification_queue", "1M")
                        .with("agent.send_timeout", "1s"))
                .build();
    }

    /** Sends until the receiver holds it up; how many were sent. */
    private static int fill(Agent from, Peer to) {
        byte[] message = new byte[LARGE];
        for (int i = 0; i < MOST; i++) {
            ByteBuffer.wrap(message).putInt(i);
            try {
                from.sendNotification(to, message);
            } catch (NixlException e) {
                assertThat(e.code()).as(e.toString()).isEqualTo(ErrorCode.TIMED_OUT);
                return i;
            }
        }
        throw new AssertionError("nobody held up " + MOST + " messages of " + LARGE + " bytes");
    }

    @Test
    void nothingIsLost() {
        try (Agent near = agent("near");
                Agent far = agent("far")) {
            Peer peer = near.loadPeer(far.metadata());
            int sent = fill(near, peer);
            assertThat(sent).isPositive();
            for (int i = 0; i < sent; i++) {
                Notification next = far.awaitNotification(LIMIT);
                assertThat(next.bytes()).hasSize(LARGE);
                assertThat(ByteBuffer.wrap(next.bytes()).getInt()).isEqualTo(i);
            }
            near.sendNotification(peer, "room again");
            assertThat(far.awaitNotification(LIMIT).text()).isEqualTo("room again");
        }
    }

    @Test
    void itCanBeClosed() {
        Agent far = agent("far");
        try (Agent near = agent("near")) {
            fill(near, near.loadPeer(far.metadata()));
            long start = System.nanoTime();
            far.close();
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
        }
    }
}
