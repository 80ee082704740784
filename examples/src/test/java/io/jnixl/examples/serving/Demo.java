// SPDX-License-Identifier: Apache-2.0
package io.jnixl.examples.serving;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A run of the demo with a model that takes a fraction of a second, and what it prints. */
final class Demo {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    int run(Path prompts, String... more) {
        return run(new PrintStream(out, true, StandardCharsets.UTF_8), prompts, more);
    }

    int run(PrintStream to, Path prompts, String... more) {
        List<String> args = new ArrayList<>(
                List.of("--prompts", prompts.toString(), "--layers", "2", "--hidden", "16", "--tokens", "4"));
        args.addAll(List.of(more));
        return ServingDemo.run(to, new PrintStream(err, true, StandardCharsets.UTF_8), args.toArray(String[]::new));
    }

    String printed() {
        return out.toString(StandardCharsets.UTF_8);
    }

    String complained() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
