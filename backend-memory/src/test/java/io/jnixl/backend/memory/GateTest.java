// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.backend.tck.Await;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class GateTest {
    @Test
    void shutWaitsForThoseInside() {
        Gate gate = new Gate();
        assertThat(gate.enter()).isTrue();
        assertThat(gate.enter()).isTrue();
        CompletableFuture<Void> shut = CompletableFuture.runAsync(gate::shut);
        Await.until("shut", gate::isShut);
        assertThat(gate.enter()).isFalse();
        gate.leave();
        assertThat(shut).isNotDone();
        gate.leave();
        shut.join();
        gate.shut();
        assertThat(gate.enter()).isFalse();
    }

    @Test
    void nobodyIsInsideAfterShut() throws Exception {
        for (int round = 0; round < 2000; round++) {
            Gate gate = new Gate();
            AtomicBoolean over = new AtomicBoolean();
            AtomicBoolean intruder = new AtomicBoolean();
            CountDownLatch going = new CountDownLatch(1);
            CompletableFuture<Void> user = CompletableFuture.runAsync(() -> {
                while (gate.enter()) {
                    if (over.get()) {
                        intruder.set(true);
                    }
                    gate.leave();
                    going.countDown();
                }
            });
            going.await();
            gate.shut();
            over.set(true);
            user.join();
            assertThat(intruder).isFalse();
        }
    }

    @Test
    void anInterruptIsKeptForLater() {
        Gate gate = new Gate();
        gate.enter();
        Thread.currentThread().interrupt();
        CompletableFuture<Void> leaver = CompletableFuture.runAsync(() -> {
            Await.until("shut", gate::isShut);
            gate.leave();
        });
        gate.shut();
        assertThat(Thread.interrupted()).isTrue();
        leaver.join();
    }
}
