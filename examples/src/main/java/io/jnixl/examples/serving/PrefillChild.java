// SPDX-License-Identifier: Apache-2.0
package io.jnixl.examples.serving;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The prefill side as a child process: it ends with this process, and its end is noticed at once. */
final class PrefillChild implements PrefillSide {
    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration END = Duration.ofSeconds(20);

    private final Process process;
    private final Thread relay;
    private final CompletableFuture<Introduction> introduction = new CompletableFuture<>();
    private final CompletableFuture<Figures> result = new CompletableFuture<>();

    private PrefillChild(Process process, PrintStream err) {
        this.process = process;
        this.relay = Thread.ofVirtual().start(() -> relay(err));
        Thread.ofVirtual().start(this::listen);
    }

    /**
     * Starts the child.
     *
     * @param command what to run
     * @param err where its standard output and standard error go, line by line
     */
    static PrefillChild start(List<String> command, PrintStream err) throws IOException {
        // Java cannot give a child more than three descriptors; the shell can, and leaves the process to the command
        List<String> all = new ArrayList<>(
                List.of("/bin/sh", "-c", "exec \"$@\" " + PrefillProcess.DESCRIPTOR + ">&1 1>&2", "sh"));
        all.addAll(command);
        return new PrefillChild(new ProcessBuilder(all).start(), err);
    }

    Process process() {
        return process;
    }

    @Override
    public Introduction introduce(byte[] decodeMetadata)
            throws InterruptedException, ExecutionException, TimeoutException {
        try {
            Frames.write(process.getOutputStream(), decodeMetadata); // stays open: its end would end the child
        } catch (IOException e) {
            introduction.exceptionally(
                    reason -> { // the child is gone, and says so there
                        reason.addSuppressed(e);
                        return null;
                    });
        }
        return introduction.get(START.toSeconds(), TimeUnit.SECONDS);
    }

    @Override
    public CompletableFuture<Figures> result() {
        return result;
    }

    /** Takes what the child says, until it ends. */
    private void listen() {
        try (InputStream in = process.getInputStream()) {
            introduction.complete(Introduction.decode(Frames.read(in)));
            Figures figures = Figures.decode(Frames.read(in));
            requireEnd();
            result.complete(figures);
        } catch (EOFException e) {
            fail(new IOException(ending(), e));
        } catch (IOException e) {
            fail(e);
        }
    }

    private void requireEnd() throws IOException {
        if (!hasEnded() || process.exitValue() != 0) {
            throw new IOException(ending());
        }
    }

    private String ending() {
        String who = "prefill (pid " + process.pid() + ")";
        return hasEnded()
                ? who + " ended with exit code " + process.exitValue()
                : who + " closed its pipe and did not end within " + END.toSeconds() + " s";
    }

    private boolean hasEnded() {
        try {
            return process.waitFor(END.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void fail(IOException reason) {
        introduction.completeExceptionally(reason);
        result.completeExceptionally(reason);
    }

    private void relay(PrintStream err) {
        try (var lines = process.errorReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                err.println("prefill: " + line);
            }
        } catch (IOException e) {
            err.println("prefill: " + e);
        }
    }

    /** Does nothing to a child that has ended by itself. */
    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor(END.toSeconds(), TimeUnit.SECONDS);
            relay.join(END);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
