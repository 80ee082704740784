// SPDX-License-Identifier: Apache-2.0
package io.jnixl.benchmarks.gds;

import io.jnixl.api.Agent;
import io.jnixl.api.BackendInfo;
import io.jnixl.api.BackendStatistics;
import io.jnixl.api.Config;
import io.jnixl.api.NixlException;

/**
 * Says what GDS finds here, as Markdown: the versions, the GPUs, the mode, the file systems. A process of its own, which opens cuFile's
 * driver and ends.
 */
public final class Facts {
    private Facts() {}

    /** Exit status 1 when GDS does not run here. */
    public static void main(String[] args) {
        Config config = Config.empty().with("agent.backends", "GDS");
        try (Agent agent = Agent.builder("facts").config(config).build()) {
            agent.backends().stream().filter(b -> b.name().equals("GDS")).forEach(Facts::print);
            agent.backendStatistics().forEach(Facts::print);
        } catch (NixlException e) {
            System.out.println("- GDS does not run here: " + e.getMessage());
            System.exit(1);
        }
    }

    private static void print(BackendInfo gds) {
        System.out.println("- cuFile " + gds.version());
        gds.features().forEach(feature -> System.out.println("- " + feature));
    }

    private static void print(BackendStatistics gds) {
        gds.traits().forEach((name, value) -> System.out.println("- " + name + ": " + value));
    }
}
