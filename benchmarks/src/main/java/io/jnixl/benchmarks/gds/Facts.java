// SPDX-License-Identifier: Apache-2.0
package io.jnixl.benchmarks.gds;

import io.jnixl.api.Agent;
import io.jnixl.api.BackendInfo;
import io.jnixl.api.BackendStatistics;
import io.jnixl.api.Config;
import io.jnixl.api.NixlException;
import io.jnixl.nativesupport.NativeLibrary;
import java.util.List;

/**
 * Says what GDS finds here, as Markdown: the versions, the GPUs, the mode, the file systems. A process of its own, which opens cuFile's
 * driver and ends.
 */
public final class Facts {
    /** The exit status when GDS does not run here and what was printed says why. */
    static final int NOT_HERE = 3;

    private Facts() {}

    /** Exit status {@value #NOT_HERE} when GDS does not run here. */
    public static void main(String[] args) {
        Config config = Config.empty().with("agent.backends", "GDS");
        try (Agent agent = Agent.builder("facts").config(config).build()) {
            agent.backends().stream().filter(b -> b.name().equals("GDS")).forEach(Facts::print);
            agent.backendStatistics().forEach(Facts::print);
        } catch (NixlException e) {
            System.out.println("- GDS does not run here: " + e.getMessage());
            System.exit(NOT_HERE);
        }
    }

    private static void print(BackendInfo gds) {
        System.out.println("- cuFile " + gds.version() + file());
        gds.features().forEach(feature -> System.out.println("- " + feature));
    }

    /** Which of the libraries of this name it was. */
    private static String file() {
        String name = System.getProperty("jnixl.cufile.library", "");
        return NativeLibrary.open(name, List.of()) instanceof NativeLibrary.Found(var _, var _, String path)
                        && !path.isEmpty()
                ? " from " + path
                : "";
    }

    private static void print(BackendStatistics gds) {
        gds.traits().forEach((name, value) -> System.out.println("- " + name + ": " + value));
    }
}
