// SPDX-License-Identifier: Apache-2.0
package io.jnixl.examples.serving;

import io.jnixl.api.Agent;
import io.jnixl.api.BackendInfo;
import io.jnixl.api.NixlException;
import io.jnixl.api.Peer;
import io.jnixl.examples.serving.model.ModelConfig;
import io.jnixl.examples.serving.model.Weights;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Disaggregated serving in small; see {@code --help}.
 *
 * @since 0.1
 */
public final class ServingDemo {
    private static final int MAX_TOKENS = 1024;

    private final DemoOptions options;
    private final PrintStream out;
    private final ModelConfig config;
    private final Weights weights;

    ServingDemo(DemoOptions options, PrintStream out) {
        this.options = options;
        this.out = out;
        this.config = new ModelConfig(options.layers(), options.hidden(), 4, 4, MAX_TOKENS, options.seed());
        this.weights = new Weights(config);
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
        try {
            return new ServingDemo(options, out).run();
        } catch (IOException | NixlException | ExecutionException e) {
            Throwable cause = e instanceof ExecutionException && e.getCause() != null ? e.getCause() : e;
            err.println("jnixl demo: " + cause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        out.println("FAIL");
        return 1;
    }

    private int run() throws IOException, InterruptedException, ExecutionException {
        List<byte[]> prompts = Files.readAllLines(options.prompts(), StandardCharsets.UTF_8).stream()
                .filter(line -> !line.isBlank())
                .map(line -> line.getBytes(StandardCharsets.UTF_8))
                .toList();
        checkLengths(prompts);
        Path file = Files.createTempFile("jnixl-demo-", ".kv");
        try (Agent prefill = Agent.create("prefill");
                Agent decode = Agent.create("decode");
                ExecutorService threads = Executors.newThreadPerTaskExecutor(
                        Thread.ofPlatform().name("prefill-", 0).factory())) {
            printBackends(decode);
            return serve(prompts, prefill, decode, file, threads) ? pass() : fail();
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private void checkLengths(List<byte[]> prompts) {
        if (prompts.isEmpty()) {
            throw new NixlException(io.jnixl.api.ErrorCode.INVALID_PARAM, options.prompts() + " holds no prompt");
        }
        for (int i = 0; i < prompts.size(); i++) {
            if (prompts.get(i).length + options.tokens() > MAX_TOKENS) {
                throw new NixlException(
                        io.jnixl.api.ErrorCode.INVALID_PARAM,
                        "prompt " + (i + 1) + " has " + prompts.get(i).length + " bytes; with " + options.tokens()
                                + " tokens to come it must fit " + MAX_TOKENS);
            }
        }
    }

    private boolean serve(List<byte[]> prompts, Agent prefill, Agent decode, Path file, ExecutorService threads)
            throws InterruptedException, ExecutionException {
        int pages = 2 * config.layers() * config.blocksFor(MAX_TOKENS);
        try (Decoder decoder = new Decoder(decode, config, weights, pages, file, options.corrupt())) {
            // after registering: the metadata names what is registered
            Peer decodePeer = prefill.loadPeer(decode.metadata());
            try (Prefiller prefiller = new Prefiller(prefill, decodePeer, config, weights, pages)) {
                Peer prefillPeer = decode.loadPeer(prefill.metadata());
                printChoices(prefill, decode, prefiller, decoder);
                CompletableFuture<Void> serving = CompletableFuture.runAsync(prefiller::serve, threads);
                serving.exceptionally(e -> {
                    decode.close(); // it would wait for pages that never come
                    return null;
                });
                boolean equal = answerAll(prompts, decoder, prefillPeer, serving);
                decode.sendNotification(prefillPeer, Messages.encode(new Messages.Stop()));
                serving.get();
                printFigures(prefiller.overlap(), decoder.store());
                return equal && restoredSomething(prompts, decoder.store());
            }
        }
    }

    private boolean answerAll(List<byte[]> prompts, Decoder decoder, Peer prefill, CompletableFuture<Void> serving)
            throws ExecutionException, InterruptedException {
        boolean equal = true;
        for (int i = 0; i < prompts.size(); i++) {
            Decoder.Answer answer;
            try {
                answer = decoder.answer(prompts.get(i), options.tokens(), prefill);
            } catch (NixlException e) {
                if (serving.isCompletedExceptionally()) {
                    serving.get(); // the reason lies there
                }
                throw e;
            }
            int[] expected = OneAgent.answer(prompts.get(i), options.tokens(), config, weights);
            boolean same = Arrays.equals(answer.tokens(), expected);
            equal &= same;
            printAnswer(i, prompts.get(i), answer, same);
        }
        return equal;
    }

    /** A repeated prompt must have been answered from the file, or half of the demo did not happen. */
    private boolean restoredSomething(List<byte[]> prompts, PrefixStore store) {
        long different =
                prompts.stream().map(HexFormat.of()::formatHex).distinct().count();
        boolean expected =
                different < prompts.size() && prompts.stream().anyMatch(p -> p.length > ModelConfig.BLOCK_TOKENS);
        if (expected && store.loadedBytes() == 0) {
            out.println("a prompt was repeated, and nothing was restored from the file");
        }
        return !expected || store.loadedBytes() > 0;
    }

    // ---- telling

    private void printBackends(Agent agent) {
        out.println("backends found");
        for (BackendInfo info : agent.backends()) {
            String detail =
                    info.state() == BackendInfo.State.ACTIVE ? String.join(", ", info.features()) : info.reason();
            out.printf(
                    Locale.ROOT,
                    "  %-8s %-11s %s%n",
                    info.name(),
                    info.state().name().toLowerCase(Locale.ROOT),
                    detail);
        }
        boolean nativeBackend = agent.backends().stream()
                .anyMatch(
                        i -> i.state() == BackendInfo.State.ACTIVE && !i.name().equals("MEMORY"));
        if (!nativeBackend) {
            out.println("  no native backend runs here: everything moves through MEMORY, inside this process");
            out.println("  (./jnixl doctor says what each of the others would need)");
        }
    }

    private void printChoices(Agent prefill, Agent decode, Prefiller prefiller, Decoder decoder) {
        out.println("chosen");
        out.println("  pages to decode: "
                + firstLine(prefill.explain(prefiller.anyPush()).toString()));
        out.println("  pages to file:   "
                + firstLine(decode.explain(decoder.store().anyTransfer()).toString()));
    }

    private static String firstLine(String text) {
        return text.lines().findFirst().orElse("");
    }

    private void printAnswer(int i, byte[] prompt, Decoder.Answer answer, boolean same) {
        byte[] bytes = new byte[Math.min(8, answer.tokens().length)];
        for (int t = 0; t < bytes.length; t++) {
            bytes[t] = (byte) answer.tokens()[t];
        }
        String origin = answer.restoredBlocks() == 0
                ? "pushed by prefill"
                : answer.restoredBlocks() + " blocks restored from the file, the rest computed";
        out.printf(
                Locale.ROOT,
                "prompt %d: %4d tokens, %s; answer %s%s %s%n",
                i + 1,
                prompt.length,
                origin,
                HexFormat.of().formatHex(bytes),
                answer.tokens().length > bytes.length ? "..." : "",
                same ? "equals one agent's" : "DIFFERS from one agent's");
    }

    private void printFigures(Overlap overlap, PrefixStore store) {
        out.printf(
                Locale.ROOT,
                "moved to decode: %.2f MB in %.1f ms of transfers, %.2f GB/s; %.0f %% of that time hidden behind %.0f ms of compute%n",
                overlap.bytes() / 1e6,
                overlap.transferMillis(),
                overlap.gigabytesPerSecond(),
                100 * overlap.hiddenShare(),
                overlap.computeMillis());
        out.printf(
                Locale.ROOT,
                "moved to the file: %.2f MB, restored from it: %.2f MB, %.2f GB/s%n",
                store.savedBytes() / 1e6,
                store.loadedBytes() / 1e6,
                store.gigabytesPerSecond());
    }

    private int pass() {
        out.println("PASS");
        return 0;
    }

    private int fail() {
        out.println("FAIL");
        return 1;
    }
}
