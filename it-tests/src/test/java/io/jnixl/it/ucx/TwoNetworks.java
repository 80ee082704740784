// SPDX-License-Identifier: Apache-2.0
package io.jnixl.it.ucx;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * A network namespace beside this process's own, and a cable between them that can be cut. Needs root; a test is skipped where
 * that is missing, and fails there if {@code -Drequire.native} has {@code netns}.
 */
final class TwoNetworks implements AutoCloseable {
    private static final long LIMIT_SECONDS = 30;

    private static final String THERE = "198.51.100.2";

    /** A hardware address that somebody may give out locally, and nobody has. */
    private static final String NOBODY = "02:00:00:00:00:01";

    private final String namespace;
    private final String here;

    private TwoNetworks(String namespace, String here) {
        this.namespace = namespace;
        this.here = here;
    }

    /** Lays the cable. The addresses are of those set aside for documentation (RFC 5737). */
    static TwoNetworks connect() throws IOException, InterruptedException {
        String id = Long.toString(ProcessHandle.current().pid(), Character.MAX_RADIX);
        String namespace = "jnixl-" + id;
        String here = "jx" + id + "a";
        String there = "jx" + id + "b";
        String refusal = run("ip", "netns", "add", namespace);
        if (!refusal.isEmpty()) {
            boolean required = Arrays.asList(
                            System.getProperty("require.native", "").split(",", -1))
                    .contains("netns");
            if (required) {
                throw new AssertionError("required by -Drequire.native: no network namespace can be made: " + refusal);
            }
            Assumptions.abort("no network namespace can be made here: " + refusal);
        }
        TwoNetworks networks = new TwoNetworks(namespace, here);
        try {
            must("ip", "link", "add", here, "type", "veth", "peer", "name", there, "netns", namespace);
            must("ip", "addr", "add", "198.51.100.1/30", "dev", here);
            must("ip", "link", "set", here, "up");
            must("ip", "-n", namespace, "addr", "add", THERE + "/30", "dev", there);
            must("ip", "-n", namespace, "link", "set", there, "up");
            return networks;
        } catch (IOException | InterruptedException | Error e) {
            networks.close();
            throw e;
        }
    }

    /** The interface on this side. */
    String device() {
        return here;
    }

    /** In front of the command of a process that is to live on the other side. */
    List<String> launcher() {
        return List.of("ip", "netns", "exec", namespace);
    }

    void cut() throws IOException, InterruptedException {
        must("ip", "link", "set", here, "down");
    }

    void mend() throws IOException, InterruptedException {
        must("ip", "link", "set", here, "up");
    }

    /** What is sent to the other side gets lost, without a sign: its hardware address is a wrong one. */
    void swallow() throws IOException, InterruptedException {
        must("ip", "neigh", "replace", THERE, "lladdr", NOBODY, "dev", here, "nud", "permanent");
    }

    /** No more; also where nothing was swallowed. */
    void deliver() throws IOException, InterruptedException {
        must("ip", "neigh", "flush", "to", THERE, "dev", here, "nud", "all");
    }

    private static void must(String... command) throws IOException, InterruptedException {
        String refusal = run(command);
        if (!refusal.isEmpty()) {
            throw new AssertionError(String.join(" ", command) + ": " + refusal);
        }
    }

    /** What it complains of; empty when it does not. */
    private static String run(String... command) throws IOException, InterruptedException {
        Process process;
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            return String.valueOf(e.getMessage()); // no such program
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            return "it does not end";
        }
        return process.exitValue() == 0 ? "" : "exit code " + process.exitValue() + ", " + output;
    }

    /** Takes everything away: with the namespace its end of the cable goes, and with that the other. */
    @Override
    public void close() throws IOException {
        try {
            String unwilling = run("ip", "link", "del", here);
            must("ip", "netns", "del", namespace);
            if (!unwilling.isEmpty()) {
                System.out.println("TwoNetworks: " + unwilling);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted with " + namespace + " still there", e);
        }
    }
}
