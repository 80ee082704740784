// SPDX-License-Identifier: Apache-2.0
package io.jnixl.benchmarks.twin;

import io.jnixl.benchmarks.twin.Options.Mode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Starts processes.
 *
 * @param program the C one
 * @param folder for their logs
 */
record Sides(Options options, Path program, Path folder) {
    /** Nothing of it is compiled while it runs: its caches and its connection are to be warm. */
    private static final long MOST_FOR_C = 500;

    /** Two processes in C. */
    Side c(String name, Mode mode) {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        return start(
                name, mode, Math.min(MOST_FOR_C, options.warmUpMillis()), command, options.cFlags(), transports(mode));
    }

    /** Two of ours. */
    Side ours(String name, Mode mode) {
        return ours(name, mode, transports(mode));
    }

    /** Two of ours, with these variables in their environment. */
    Side ours(String name, Mode mode, Map<String, String> environment) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("--enable-native-access=ALL-UNNAMED");
        command.addAll(options.javaOptions());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), TwinAgent.class.getName()));
        return start(name, mode, options.warmUpMillis(), command, List.of(), environment);
    }

    private Side start(
            String name,
            Mode mode,
            long warmUpMillis,
            List<String> command,
            List<String> more,
            Map<String, String> environment) {
        String memory =
                (mode == Mode.SHARED ? Mode.SHARED : Mode.PRIVATE).name().toLowerCase(Locale.ROOT);
        return new Side(
                name,
                options.memory(),
                warmUpMillis,
                process -> {
                    List<String> all = pinned(process);
                    all.addAll(command);
                    all.addAll(List.of(process, memory, Long.toString(options.memory())));
                    all.addAll(more);
                    return all;
                },
                environment,
                folder);
    }

    private List<String> pinned(String process) {
        List<String> command = new ArrayList<>();
        if (!options.pin().isEmpty()) {
            String processor = options.pin().get(process.endsWith("initiator") ? 0 : 1);
            command.addAll(List.of("taskset", "-c", processor));
        }
        return command;
    }

    private static Map<String, String> transports(Mode mode) {
        return mode == Mode.TCP ? Map.of("UCX_TLS", "tcp,self") : Map.of();
    }
}
