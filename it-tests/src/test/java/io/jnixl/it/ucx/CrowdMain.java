// SPDX-License-Identifier: Apache-2.0
package io.jnixl.it.ucx;

import io.jnixl.api.Agent;
import io.jnixl.api.Config;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Several agents in a process of their own, each with one region: every second one's is the agent's own memory. They take what
 * they are told and do nothing else, until the input ends.
 */
final class CrowdMain {
    static final String READY = "ready";

    private CrowdMain() {}

    /** Arguments: bytes of each region, then a file for each agent's metadata, whose name is the agent's. */
    public static void main(String[] args) throws IOException {
        long bytes = Long.parseLong(args[0]);
        List<Agent> agents = new ArrayList<>();
        try (Arena arena = Arena.ofShared()) {
            for (int i = 1; i < args.length; i++) {
                Path file = Path.of(args[i]);
                Agent agent = Agent.builder(file.getFileName().toString())
                        .config(Config.empty().with("agent.backends", "UCX"))
                        .build();
                agents.add(agent);
                if (i % 2 == 0) {
                    agent.register(arena.allocate(bytes, 4096));
                } else {
                    agent.allocate(bytes);
                }
                agent.onNotification(n -> {});
                Files.write(file, agent.metadata());
            }
            System.out.println(READY);
            while (System.in.read() >= 0) {
                Thread.onSpinWait();
            }
            agents.forEach(Agent::close); // before the memory
        }
    }
}
