// SPDX-License-Identifier: Apache-2.0
package io.jnixl.it.ucx;

import io.jnixl.api.Agent;
import io.jnixl.api.Allocation;
import io.jnixl.api.Config;
import io.jnixl.api.Peer;
import io.jnixl.api.Status;
import io.jnixl.api.Transfer;
import io.jnixl.backend.tck.Await;
import java.time.Duration;

/** What tests of the network between two hosts have in common: agents that have TCP alone, and what they push to a peer. */
abstract class BetweenHosts extends WithVictim {
    static final int BYTES = 1 << 20;
    static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration DEADLINE = Duration.ofMillis(200);

    /** A process on the other side. */
    final Victim victim(TwoNetworks networks) throws Exception {
        return Victim.start(program, networks.launcher(), BYTES, TCP);
    }

    /** Posts until that succeeds. */
    static void succeed(Transfer push) {
        Await.until(LIMIT, "a success", () -> {
            push.post();
            return push.await(LIMIT) == Status.SUCCESS;
        });
    }

    /** A write of everything, with a short deadline. */
    static Transfer push(Agent agent, Allocation memory, Peer peer) {
        return agent.write(memory.segment())
                .to(peer.region(0).slice(0, BYTES))
                .deadline(DEADLINE)
                .prepare();
    }

    static Agent agent(String name, String devices) {
        return agent(name, devices, "10s");
    }

    static Agent agent(String name, String devices, String tcpTimeout) {
        return Agent.builder(name)
                .config(Config.empty()
                        .with("agent.backends", "UCX")
                        .with("backends.UCX.engine_config", TCP)
                        .with("backends.UCX.device_list", devices)
                        .with("backends.UCX.num_workers", "2")
                        .with("backends.UCX.tcp_timeout", tcpTimeout))
                .build();
    }
}
