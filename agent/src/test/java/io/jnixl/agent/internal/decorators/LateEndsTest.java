// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.decorators;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LateEndsTest {
    @Test
    void closingTellsWhatIsLeftOnce() {
        LateEnds ends = new LateEnds("me", Duration.ofHours(1).toNanos());
        AtomicInteger told = new AtomicInteger();
        ends.later(told::incrementAndGet);
        ends.close();
        assertThat(told).hasValue(1);
        ends.later(told::incrementAndGet);
        assertThat(told).as("at once when closed").hasValue(2);
    }

    @Test
    void whoClosesFromACallbackDoesNotWaitForItself() {
        LateEnds ends = new LateEnds("me", 0);
        CompletableFuture<Void> closed = new CompletableFuture<>();
        ends.later(() -> {
            ends.close();
            closed.complete(null);
        });
        assertThat(closed).succeedsWithin(Duration.ofSeconds(5));
    }
}
