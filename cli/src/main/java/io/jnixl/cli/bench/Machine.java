// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.bench;

import io.jnixl.api.Agent;
import io.jnixl.api.BackendInfo;
import io.jnixl.cli.Version;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/** What a run ran on, in words. */
final class Machine {
    private Machine() {}

    static Map<String, String> describe(Agent agent, String backend) {
        Map<String, String> machine = new LinkedHashMap<>();
        machine.put("jnixl", Version.current());
        for (BackendInfo info : agent.backends()) {
            if (info.name().equals(backend)) {
                machine.put(backend, info.version().isEmpty() ? "version unknown" : info.version());
            }
        }
        machine.put(
                "java",
                System.getProperty("java.vm.name", "") + " " + Runtime.version() + ", "
                        + System.getProperty("java.vendor", ""));
        machine.put(
                "system",
                System.getProperty("os.name", "") + " " + System.getProperty("os.version", "") + " "
                        + System.getProperty("os.arch", ""));
        machine.put("processor", processor());
        machine.put("processors", Integer.toString(Runtime.getRuntime().availableProcessors()));
        return machine;
    }

    private static String processor() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("unknown");
        } catch (IOException | UncheckedIOException e) {
            return "unknown";
        }
    }

    /** Whether standard error is a terminal, where it can be told. */
    static boolean hasTerminal() {
        try {
            String name = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
            return name.startsWith("/dev/pts/") || name.startsWith("/dev/tty");
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }
}
