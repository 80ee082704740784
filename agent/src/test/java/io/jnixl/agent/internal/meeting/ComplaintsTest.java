// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.meeting;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class ComplaintsTest {
    private final AtomicLong now = new AtomicLong();
    private final List<String> lines = new ArrayList<>();
    private final Complaints complaints = new Complaints("me", now::get, lines::add);

    @Test
    void oneLineAMinuteOfAMatterAndAnAddress() {
        complaints.warn("a", "10.0.0.1", "is odd");
        complaints.warn("a", "10.0.0.1", "is odd again");
        complaints.warn("b", "10.0.0.1", "is late");
        complaints.warn("a", "10.0.0.2", "is odd too");
        assertThat(lines)
                .containsExactly(
                        "agent me: 10.0.0.1 is odd",
                        "agent me: 10.0.0.1 is late (1 such lines were left out before)",
                        "agent me: 10.0.0.2 is odd too");
        now.addAndGet(Duration.ofSeconds(61).toNanos());
        complaints.warn("a", "10.0.0.1", "is odd");
        assertThat(lines).hasSize(4);
    }

    @Test
    void manyAddressesDoNotFillTheLog() {
        for (int i = 0; i < 5000; i++) {
            complaints.warn("a", "address " + i, "is odd");
        }
        assertThat(lines).hasSize(100);
        now.addAndGet(Duration.ofSeconds(61).toNanos());
        complaints.warn("a", "10.0.0.1", "is odd");
        assertThat(lines.getLast()).contains("4900 such lines");
    }
}
