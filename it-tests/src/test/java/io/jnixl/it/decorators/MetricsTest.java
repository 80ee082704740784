// SPDX-License-Identifier: Apache-2.0
package io.jnixl.it.decorators;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.api.Agent;
import io.jnixl.api.Allocation;
import io.jnixl.api.Config;
import io.jnixl.api.DescriptorList;
import io.jnixl.api.Status;
import io.jnixl.api.Transfer;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is counted of a backend whose settings say so. */
class MetricsTest {
    private static final long SIZE = 1 << 20;

    private static Agent agent(String faults) {
        return Agent.builder("counted")
                .config(Config.empty()
                        .with("agent.backends", "MEMORY")
                        .with("decorators.MEMORY.apply", "metrics,faults")
                        .with("decorators.MEMORY.faults", faults))
                .build();
    }

    private static Map<String, Long> counters(Agent agent) {
        return agent.backendStatistics().getFirst().counters();
    }

    @Test
    void callsArePutDownWithTheirFailuresAndTimes() {
        try (Agent agent = agent("fail:post:3");
                Allocation source = agent.allocate(SIZE);
                Allocation target = agent.allocate(SIZE);
                Transfer copy = agent.write(source.segment())
                        .to(agent.self(), DescriptorList.of(target.segment()))
                        .prepare()) {
            for (int i = 0; i < 3; i++) {
                copy.post();
                assertThat(copy.await()).isEqualTo(i < 2 ? Status.SUCCESS : Status.BACKEND);
            }
            assertThat(counters(agent))
                    .containsEntry("metrics_register_total", 2L)
                    .containsEntry("metrics_prepare_total", 1L)
                    .containsEntry("metrics_post_total", 3L)
                    .containsEntry("metrics_post_failed_total", 1L)
                    .containsEntry("metrics_send_total", 0L)
                    .containsKey("regions"); // the backend's own
            assertThat(counters(agent).get("metrics_post_nanos_total")).isPositive();
        }
    }

    @Test
    void whatIsNotDecoratedCountsNothing() {
        try (Agent agent = Agent.builder("plain")
                .config(Config.empty().with("agent.backends", "MEMORY"))
                .build()) {
            assertThat(counters(agent)).doesNotContainKey("metrics_post_total");
        }
    }
}
