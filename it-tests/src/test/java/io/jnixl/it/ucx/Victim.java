// SPDX-License-Identifier: Apache-2.0
package io.jnixl.it.ucx;

import io.jnixl.api.MemoryKind;
import io.jnixl.spi.wire.WireDescriptors;
import io.jnixl.spi.wire.WireMetadata;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A peer without an agent, in a process of its own that starts in milliseconds: {@code victim.c}. It publishes a private
 * region, the first by {@link #privateRegion}, and one of UCX's shared memory.
 */
final class Victim implements AutoCloseable {
    private static final long LIMIT_SECONDS = 60;
    private static final int BASE = 16;

    private final Process process;
    private byte[] metadata = {};
    private int privateRegion = -1;

    private Victim(Process process) {
        this.process = process;
    }

    /** Compiles the program. */
    static Path compile(Path folder) throws IOException, InterruptedException {
        Path source = folder.resolve("victim.c");
        Path program = folder.resolve("victim");
        try (InputStream in = Victim.class.getResourceAsStream("victim.c")) {
            Files.write(source, in.readAllBytes());
        }
        Process cc = new ProcessBuilder("cc", "-O1", "-o", program.toString(), source.toString(), "-lucp", "-lucs")
                .inheritIO()
                .start();
        if (!cc.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) || cc.exitValue() != 0) {
            throw new AssertionError("victim.c does not compile; it needs cc and UCX's headers");
        }
        return program;
    }

    /**
     * Starts one, and does not wait for it.
     *
     * @param launcher a command in front of the program
     * @param engineConfig of the agent that it is for: what both sides must agree on
     */
    static Victim start(Path program, List<String> launcher, long bytes, String engineConfig) throws IOException {
        List<String> command = new ArrayList<>(launcher);
        command.addAll(List.of(program.toString(), Long.toString(bytes)));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectError(program.resolveSibling("victim.log").toFile());
        Map<String, String> environment = builder.environment();
        environment.put("UCX_MM_ERROR_HANDLING", "y");
        environment.put("UCX_RNDV_THRESH", "inf");
        environment.put("UCX_WARN_UNUSED_ENV_VARS", "n");
        if (engineConfig.startsWith("TLS=")) {
            environment.put("UCX_TLS", engineConfig.substring("TLS=".length()));
        }
        return new Victim(builder.start());
    }

    /** What an agent of this name would publish; waits for the process. */
    byte[] metadata(String name) throws IOException {
        if (metadata.length == 0) {
            BufferedReader out = process.inputReader(StandardCharsets.US_ASCII);
            byte[] address = marked(HexFormat.of().parseHex(line(out)));
            List<String[]> regions = new ArrayList<>();
            for (String line = line(out); !line.isEmpty(); line = line(out)) {
                regions.add(line.split(" ", -1));
            }
            long[] addresses = regions.stream()
                    .mapToLong(r -> Long.parseUnsignedLong(r[0], BASE))
                    .toArray();
            long[] lengths =
                    regions.stream().mapToLong(r -> Long.parseLong(r[1], BASE)).toArray();
            byte[][] keys =
                    regions.stream().map(r -> HexFormat.of().parseHex(r[2])).toArray(byte[][]::new);
            privateRegion = Long.compareUnsigned(addresses[0], addresses[1]) < 0 ? 0 : 1;
            metadata = new WireMetadata(
                            name,
                            List.of(new WireMetadata.Connection("UCX", address)),
                            List.of(new WireMetadata.Section(
                                    "UCX",
                                    WireDescriptors.of(
                                            MemoryKind.DRAM, addresses, lengths, new long[addresses.length], keys))))
                    .encode();
        }
        return metadata.clone();
    }

    /** As an agent of ours says that shared memory takes part in error handling, and of which user it is. */
    private static byte[] marked(byte[] address) throws IOException {
        int user = (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        byte[] mark = ("jnixl-mm" + HexFormat.of().toHexDigits(user)).getBytes(StandardCharsets.US_ASCII);
        byte[] all = Arrays.copyOf(address, address.length + mark.length);
        System.arraycopy(mark, 0, all, address.length, mark.length);
        return all;
    }

    private String line(BufferedReader out) throws IOException {
        String line = out.readLine();
        if (line == null) {
            throw new AssertionError("the victim has ended before its time: " + process.info());
        }
        return line;
    }

    /** Which of the peer's two regions is ordinary memory, so that the kernel or its process has to take part in each access. */
    int privateRegion() {
        return privateRegion;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    long pid() {
        return process.pid();
    }

    /** SIGKILL; does not wait. */
    void kill() {
        process.destroyForcibly();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
