// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.bench;

import io.jnixl.cli.run.Console;
import io.jnixl.cli.run.RunFailure;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The second process of a local run, started by the first with the same Java, options and class path; it ends with it. */
final class LocalPartner implements AutoCloseable {
    /** Carries the token: unlike an argument, it cannot be read by other users. */
    static final String TOKEN_VARIABLE = "JNIXL_BENCH_TOKEN";

    private static final long END_SECONDS = 5;
    private static final String MAIN = "io.jnixl.cli.Main";

    private final Door door;
    private final Process process;
    private final Thread hook;

    private LocalPartner(Door door, Process process) {
        this.door = door;
        this.process = process;
        hook = new Thread(process::destroyForcibly, "jnixl-bench-end");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /**
     * Starts it.
     *
     * @param arguments what it should do, besides meeting this process
     */
    static LocalPartner start(List<String> arguments, String token, Console console) {
        Door door = null;
        try {
            door = Door.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), console);
            List<String> command = java();
            command.addAll(List.of("bench", "--role=target", "--runtime_type=TCP"));
            command.addAll(List.of(
                    "--asio_address=" + InetAddress.getLoopbackAddress().getHostAddress(),
                    "--asio_port=" + door.port()));
            command.addAll(arguments);
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.INHERIT);
            builder.environment().put(TOKEN_VARIABLE, token);
            return new LocalPartner(door, builder.start());
        } catch (IOException e) {
            if (door != null) {
                door.close();
            }
            throw RunFailure.error("cannot start the second process: " + e.getMessage(), e);
        }
    }

    /** The program that runs here: JVM, its options, path, main class. */
    private static List<String> java() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        for (String option : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
            if (isForBoth(option)) {
                command.add(option);
            }
        }
        @Nullable String module = LocalPartner.class.getModule().getName();
        if (module == null) {
            command.addAll(List.of("-cp", System.getProperty("java.class.path"), MAIN));
        } else {
            command.addAll(List.of("-p", System.getProperty("jdk.module.path"), "-m", module + "/" + MAIN));
        }
        return command;
    }

    /** Debuggers and agents are for one process; the module path is given anew. */
    private static boolean isForBoth(String option) {
        return !option.startsWith("-agent")
                && !option.startsWith("-javaagent")
                && !option.startsWith("-Xrunjdwp")
                && !option.startsWith("--module-path")
                && !option.startsWith("-Djdk.module.");
    }

    /** Waits for it. */
    Meeting meet(Meeting.Self self, Duration limit) {
        return door.await(self, limit, () -> {
            if (!process.isAlive()) {
                throw RunFailure.error("the second process has ended with status " + process.exitValue()
                        + " instead of meeting this one; what it says stands above");
            }
        });
    }

    /** It has seconds to end by itself, having said good-bye. */
    @Override
    public void close() {
        door.close();
        try {
            if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException _) {
            // the JVM is about to end, and the hook does what is left
        }
    }
}
