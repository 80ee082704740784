// SPDX-License-Identifier: Apache-2.0
package io.jnixl.examples.serving;

import io.jnixl.examples.serving.model.ModelConfig;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What the command line asks for.
 *
 * @param prompts file with one prompt a line
 * @param tokens tokens to generate for each prompt
 * @param seed seed of the model's weights
 * @param layers layers of the model
 * @param hidden width of the model
 * @param corrupt whether to spoil a page that arrived, to show that the check can fail
 * @param processes how many processes to use
 */
record DemoOptions(Path prompts, int tokens, long seed, int layers, int hidden, boolean corrupt, Processes processes) {
    private static final int MAX_TOKENS = 1024;

    static final String USAGE = """
            Usage: jnixl demo [--single | --processes N] [--prompts FILE] [--tokens N] [--seed N] [--layers N] [--hidden N]
                              [--corrupt]

            Disaggregated serving in small: agent "prefill" computes the KV cache of each prompt and pushes it layer by
            layer into agent "decode", which generates from it, keeps finished pages in a file, and restores them for a
            repeated prompt. The tokens must equal those of one agent doing all of it.

            Prefill is a process of its own where UCX runs; where it does not, the demo says why and uses one process.

              --processes N   1 or 2: as many, or fail
              --single        the same as --processes 1
              --prompts FILE  one prompt a line (default: examples/prompts.txt of the repository)
              --tokens N      tokens to generate for each prompt, 1 to 256 (default 24)
              --seed N        seed of the model's weights (default 42)
              --layers N      layers of the model, 1 to 32 (default 6)
              --hidden N      width of the model, a multiple of 16, 16 to 1024 (default 128)
              --corrupt       spoil a page that arrived: the demo must then FAIL

            Exit code: 0 PASS, 1 FAIL, 2 wrong usage.""";

    static DemoOptions parse(String... args) {
        Path prompts = Path.of("examples", "prompts.txt");
        int tokens = 24;
        long seed = 42;
        int layers = 6;
        int hidden = 128;
        boolean corrupt = false;
        Processes processes = Processes.AS_POSSIBLE;
        for (int i = 0; i < args.length; i++) {
            switch (args[i]) {
                case "--prompts" -> prompts = Path.of(value(args, ++i));
                case "--tokens" -> tokens = number(args, ++i, 1, 256);
                case "--seed" -> seed = number(args, ++i, Integer.MIN_VALUE, Integer.MAX_VALUE);
                case "--layers" -> layers = number(args, ++i, 1, 32);
                case "--hidden" -> hidden = number(args, ++i, 16, 1024);
                case "--corrupt" -> corrupt = true;
                case "--single" -> processes = Processes.ONE;
                case "--processes" -> processes = number(args, ++i, 1, 2) == 1 ? Processes.ONE : Processes.TWO;
                default -> throw new IllegalArgumentException("unknown option " + args[i]);
            }
        }
        if (!Files.isRegularFile(prompts)) {
            throw new IllegalArgumentException("there is no file " + prompts);
        }
        if (hidden % 16 != 0) {
            throw new IllegalArgumentException("--hidden " + hidden + " is not a multiple of 16");
        }
        return new DemoOptions(prompts, tokens, seed, layers, hidden, corrupt, processes);
    }

    /** The model, which every process builds for itself. */
    ModelConfig model() {
        return new ModelConfig(layers, hidden, 4, 4, MAX_TOKENS, seed);
    }

    private static String value(String[] args, int i) {
        if (i >= args.length) {
            throw new IllegalArgumentException(args[i - 1] + " needs a value");
        }
        return args[i];
    }

    private static int number(String[] args, int i, int min, int max) {
        String text = value(args, i);
        try {
            int number = Integer.parseInt(text);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(args[i - 1] + " needs a number, not \"" + text + "\"", e);
        }
        throw new IllegalArgumentException(
                args[i - 1] + " needs a number from " + min + " to " + max + ", not " + text);
    }

    /** How many processes. */
    enum Processes {
        /** Two where they can reach each other, else one. */
        AS_POSSIBLE,
        ONE,
        TWO
    }
}
