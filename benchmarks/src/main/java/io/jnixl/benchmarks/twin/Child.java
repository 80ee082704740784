// SPDX-License-Identifier: Apache-2.0
package io.jnixl.benchmarks.twin;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A process that answers each command with one line, within a bounded time or not at all. */
public final class Child implements AutoCloseable {
    private static final long LIMIT_SECONDS = 90;
    private static final long END_SECONDS = 5;
    private static final String END = "";

    private final String name;
    private final Process process;
    private final Path log;
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

    /**
     * Starts it; it ends with this process.
     *
     * @param log takes what it writes to standard error
     */
    public Child(String name, List<String> command, Map<String, String> environment, Path log) {
        this.name = name;
        this.log = log;
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(log.toFile());
        builder.environment().putIfAbsent("UCX_LOG_FILE", "stderr"); // else it logs into the answers
        builder.environment().putAll(environment);
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        endWithThis(process);
        Thread.ofPlatform().daemon().name("answers of " + name).start(this::read);
    }

    /** Has a process ended when this one ends; at once if that has begun. */
    public static void endWithThis(Process process) {
        try {
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        } catch (IllegalStateException e) {
            process.destroyForcibly();
            throw e;
        }
    }

    private void read() {
        try (BufferedReader in = process.inputReader(StandardCharsets.US_ASCII)) {
            in.lines().forEach(answers::add);
        } catch (IOException | UncheckedIOException e) {
            System.err.println(name + ": " + e);
        }
        answers.add(END);
    }

    /** The rest of its next line, which must begin with this word. */
    public String expect(String word) {
        String answer;
        try {
            answer = answers.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        if (answer == null || !answer.startsWith(word)) {
            String what = answer == null ? "does not answer" : answer.equals(END) ? "has ended" : "says " + answer;
            throw new IllegalStateException(name + " " + what + ":\n" + log());
        }
        return answer.substring(word.length()).strip();
    }

    private String log() {
        try {
            return new String(Files.readAllBytes(log), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** The processor time it has taken. */
    public Duration processorTime() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /** Has it do something, and answers what it says. */
    public String ask(String command) {
        tell(command);
        return expect("ok");
    }

    /** Has it do something; what it says must be asked for with {@link #expect}. */
    void tell(String command) {
        try {
            var out = process.outputWriter(StandardCharsets.US_ASCII);
            out.write(command + "\n");
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(name + " has ended", e);
        }
    }

    @Override
    public void close() {
        try {
            process.getOutputStream().close();
            if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                System.err.println(name + " did not end by itself");
            }
        } catch (IOException e) {
            System.err.println(name + ": " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            process.destroyForcibly();
        }
    }
}
