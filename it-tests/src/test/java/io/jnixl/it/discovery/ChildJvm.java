// SPDX-License-Identifier: Apache-2.0
package io.jnixl.it.discovery;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs Java in a process of its own, for a bounded time. */
public final class ChildJvm {
    private static final long LIMIT_SECONDS = 60;

    /** How it ended, and what it wrote to standard output and standard error. */
    public record Result(int exitCode, String output) {
        /** What the child told of its backends: state, name, origin, reason, remedy, version. */
        public List<BackendLine> backends() {
            return output.lines()
                    .filter(line -> line.startsWith(ChildMain.BACKEND))
                    .map(line -> line.split("\t", -1))
                    .map(f -> new BackendLine(f[1], f[2], f[3], f[4], f[5], f[6]))
                    .toList();
        }
    }

    /** One backend as the child told it. */
    public record BackendLine(String state, String name, String origin, String reason, String remedy, String version) {}

    private ChildJvm() {}

    /** Runs {@code java} with these arguments; output goes through a file, so that no pipe can fill up. */
    public static Result run(Path folder, List<String> arguments) throws IOException, InterruptedException {
        Path log = Files.createTempFile(folder, "child", ".log");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xmx128m");
        command.add("-XX:TieredStopAtLevel=1");
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment()
                .keySet()
                .removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS", "CLASSPATH"));
        Process process = builder.start();
        try {
            process.getOutputStream().close();
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("the child ran longer than " + LIMIT_SECONDS + " s: " + Files.readString(log));
            }
            return new Result(process.exitValue(), Files.readString(log));
        } finally {
            process.destroyForcibly();
        }
    }
}
