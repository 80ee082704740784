// SPDX-License-Identifier: Apache-2.0
package io.jnixl.it.discovery;

import io.jnixl.api.Agent;
import io.jnixl.api.BackendInfo;
import io.jnixl.api.Config;
import io.jnixl.api.Registration;
import java.lang.foreign.Arena;

/** The program of the child processes: makes an agent, tells what became of its backends, and uses one. */
public final class ChildMain {
    /** Begins each line that tells of a backend. */
    static final String BACKEND = "BACKEND\t";

    /** Begins each line that tells of a registration. */
    static final String REGISTERED = "REGISTERED\t";

    private ChildMain() {}

    /** With a directory of plugins as argument, or none. */
    public static void main(String[] args) {
        Config config = args.length == 0 ? Config.empty() : Config.empty().with("agent.plugins", args[0]);
        try (Agent agent = Agent.builder("t").config(config).build();
                Arena arena = Arena.ofShared()) {
            for (BackendInfo info : agent.backends()) {
                System.out.println(BACKEND
                        + String.join(
                                "\t",
                                info.state().name(),
                                info.name(),
                                info.origin(),
                                info.reason(),
                                info.remedy(),
                                info.version()));
            }
            try (Registration registration = agent.register(arena.allocate(4096))) {
                registration.outcomes().forEach(outcome -> System.out.println(REGISTERED + outcome));
            }
        }
    }
}
