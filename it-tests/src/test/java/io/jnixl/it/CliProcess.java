// SPDX-License-Identifier: Apache-2.0
package io.jnixl.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.cli.Main;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The command {@code jnixl} in a process of its own. */
public final class CliProcess implements AutoCloseable {
    private static final long LIMIT_SECONDS = 90;

    private final Process process;
    private final Path out;
    private final Path err;

    /** Starts one with these variables and arguments. */
    public CliProcess(Path folder, Map<String, String> variables, List<String> arguments) throws IOException {
        this(folder, variables, List.of(), arguments);
    }

    /** The same with more options for the JVM, as {@code JNIXL_JAVA_OPTS} gives them. */
    public CliProcess(Path folder, Map<String, String> variables, List<String> jvm, List<String> arguments)
            throws IOException {
        this(folder, variables, jvm, Main.class.getName(), arguments);
    }

    /** The same with another main class, such as the demo's. */
    public CliProcess(Path folder, Map<String, String> variables, List<String> jvm, String main, List<String> arguments)
            throws IOException {
        out = Files.createTempFile(folder, arguments.getFirst(), ".out");
        err = Files.createTempFile(folder, arguments.getFirst(), ".err");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx256m", "--enable-native-access=ALL-UNNAMED", "--illegal-native-access=deny"));
        command.addAll(List.of("-cp", classPathWith(List.of())));
        command.addAll(jvm); // another class path, too
        command.add(main);
        command.addAll(arguments);
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment()
                .keySet()
                .removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS", "CLASSPATH"));
        builder.environment().putAll(variables);
        process = builder.start();
    }

    /** Its class path and some jars more, for the option {@code -cp}. */
    public static String classPathWith(List<Path> jars) {
        List<String> entries = new ArrayList<>(List.of(System.getProperty("java.class.path")));
        jars.forEach(jar -> entries.add(jar.toString()));
        return String.join(File.pathSeparator, entries);
    }

    /** Waits for its end, and sees to its exit status. */
    public CliProcess expect(int status) throws InterruptedException {
        assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS))
                .as("ends; %s", log())
                .isTrue();
        assertThat(process.exitValue()).as("exit status; %s", log()).isEqualTo(status);
        return this;
    }

    /** Waits until it has written this to standard error. */
    public void awaitLog(String text) {
        long start = System.nanoTime();
        while (!log().contains(text)) {
            assertThat(process.isAlive())
                    .as("says \"%s\"; it wrote: %s", text, log())
                    .isTrue();
            assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(LIMIT_SECONDS));
            Thread.onSpinWait();
        }
    }

    public List<String> results() throws IOException {
        return Files.readAllLines(out);
    }

    public String log() {
        try {
            return Files.readString(err);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** SIGKILL. */
    public void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    /** Processes that it has started. */
    public List<ProcessHandle> children() {
        return process.descendants().toList();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
