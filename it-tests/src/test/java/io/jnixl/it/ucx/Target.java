// SPDX-License-Identifier: Apache-2.0
package io.jnixl.it.ucx;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A {@link TargetMain} in a process of its own. */
final class Target implements AutoCloseable {
    /** The default less {@code cma}, by which newer versions of UCX move a program's own memory without the peer's doing. */
    static final String WITH_PEERS_HELP = "TLS=posix,sysv,tcp,self";

    private static final long LIMIT_SECONDS = 90;
    private static final String GONE = "the process has ended";

    private final Process process;
    private final Writer in;
    private final Path errors;
    private final Path metadata;
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

    /** Starts one; it is ready when this returns. */
    Target(Path folder, String name, long bytes, boolean allocated, String engineConfig)
            throws IOException, InterruptedException {
        this(folder, new Surroundings(), name, bytes, allocated, engineConfig);
    }

    /** The same in surroundings of its own. */
    Target(Path folder, Surroundings surroundings, String name, long bytes, boolean allocated, String engineConfig)
            throws IOException, InterruptedException {
        metadata = Files.createTempFile(folder, name, ".metadata");
        Surroundings.open(metadata); // the child may be another user
        errors = Files.createTempFile(folder, name, ".log");
        List<String> command = new ArrayList<>(surroundings.launcher());
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx256m", "--enable-native-access=ALL-UNNAMED", "--illegal-native-access=deny"));
        command.addAll(surroundings.javaOptions());
        command.addAll(List.of("-cp", surroundings.classPath(), TargetMain.class.getName()));
        command.addAll(List.of(name, Long.toString(bytes), allocated ? "allocated" : "private"));
        command.addAll(List.of(metadata.toString(), engineConfig));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
        builder.environment()
                .keySet()
                .removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS", "CLASSPATH"));
        process = builder.start();
        in = process.outputWriter(StandardCharsets.UTF_8);
        Thread.ofPlatform().daemon().name("reader-" + name).start(this::read);
        try {
            expect("ready", answer());
        } catch (InterruptedException | RuntimeException | Error e) {
            process.destroyForcibly();
            throw e;
        }
    }

    private void read() {
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                if (line.startsWith(TargetMain.ANSWER)) {
                    answers.add(line.substring(TargetMain.ANSWER.length()));
                }
            }
        } catch (IOException e) {
            answers.add(e.toString());
        }
        answers.add(GONE);
    }

    byte[] metadata() throws IOException {
        return Files.readAllBytes(metadata);
    }

    long pid() {
        return process.pid();
    }

    /** Says a line and waits for the answer. */
    String ask(String line) throws IOException, InterruptedException {
        tell(line);
        return answer();
    }

    void tell(String line) throws IOException {
        in.write(line + "\n");
        in.flush();
    }

    String answer() throws InterruptedException {
        String answer = answers.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
        if (answer == null || answer.equals(GONE)) {
            throw new AssertionError((answer == null ? "no answer" : answer) + "; it wrote: " + log());
        }
        return answer;
    }

    void expect(String expected, String answer) {
        if (!expected.equals(answer)) {
            throw new AssertionError("expected \"" + expected + "\", got \"" + answer + "\"; it wrote: " + log());
        }
    }

    /** What it wrote to standard error. */
    String log() {
        try {
            return Files.readString(errors);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** SIGKILL. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    /** Ends its input and waits for it to go; its exit code. */
    int end() throws IOException, InterruptedException {
        in.close();
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("it does not end; it wrote: " + log());
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
