// SPDX-License-Identifier: Apache-2.0
package io.jnixl.examples.serving;

import io.jnixl.api.Agent;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.examples.serving.DemoOptions.Processes;
import io.jnixl.examples.serving.model.Weights;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/**
 * Disaggregated serving in small; see {@code --help}.
 *
 * @since 0.1
 */
public final class ServingDemo {
    private final DemoOptions options;
    private final String[] args;
    private final Report report;
    private final PrintStream err;

    private ServingDemo(DemoOptions options, String[] args, PrintStream out, PrintStream err) {
        this.options = options;
        this.args = args;
        this.report = new Report(out);
        this.err = err;
    }

    /** Runs the demo and exits with its result. */
    public static void main(String[] args) {
        System.exit(run(System.out, System.err, args));
    }

    /** Runs the demo: 0 PASS, 1 FAIL, 2 wrong usage. */
    static int run(PrintStream out, PrintStream err, String... args) {
        if (Arrays.asList(args).contains("--help")) {
            out.println(DemoOptions.USAGE);
            return 0;
        }
        DemoOptions options;
        try {
            options = DemoOptions.parse(args);
        } catch (IllegalArgumentException e) {
            err.println("jnixl demo: " + e.getMessage());
            err.println(DemoOptions.USAGE);
            return 2;
        }
        boolean passed = false;
        try {
            passed = new ServingDemo(options, args, out, err).run();
        } catch (IOException | NixlException | TimeoutException | ExecutionException e) {
            Throwable cause = e instanceof ExecutionException && e.getCause() != null ? e.getCause() : e;
            err.println("jnixl demo: " + cause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        out.println(passed ? "PASS" : "FAIL");
        return passed ? 0 : 1;
    }

    private boolean run() throws IOException, InterruptedException, ExecutionException, TimeoutException {
        List<byte[]> prompts = Prompts.read(options);
        Weights weights = new Weights(options.model());
        Path file = Files.createTempFile("jnixl-demo-", ".kv");
        file.toFile().deleteOnExit(); // should a signal end the demo
        try (Agent decode = Agent.create("decode")) {
            boolean two = isTwo(decode);
            try (PrefillSide prefill = two ? child() : new PrefillThread(weights)) {
                return new Serving(options, report, decode, weights).run(prompts, prefill, file);
            }
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private PrefillSide child() throws IOException {
        return PrefillChild.start(JavaCommand.of(PrefillProcess.class, args), err);
    }

    private boolean isTwo(Agent decode) {
        if (options.processes() == Processes.ONE || Across.isPossible(decode)) {
            return options.processes() != Processes.ONE;
        }
        if (options.processes() == Processes.TWO) {
            throw new NixlException(
                    ErrorCode.NOT_SUPPORTED, "two processes cannot reach each other: " + Across.obstacle(decode));
        }
        report.line("one process, since two cannot reach each other: " + Across.obstacle(decode));
        return false;
    }
}
