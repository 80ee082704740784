// SPDX-License-Identifier: Apache-2.0
package io.jnixl.it.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import io.jnixl.api.Agent;
import io.jnixl.api.Config;
import io.jnixl.it.CliProcess;
import io.jnixl.testsupport.NeedsNative;
import io.jnixl.testsupport.NeedsNative.Native;
import java.io.DataInputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code jnixl bench} as its users run it, and with a partner that does not behave, this test. */
@NeedsNative(Native.UCX)
class BenchToolIT {
    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final String SMALL = "--max_block_size=16K --max_batch_size=2 --num_iter=40 --warmup_iter=4";

    @TempDir
    Path folder;

    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void end() throws Exception {
        for (AutoCloseable each : open.reversed()) {
            each.close();
        }
    }

    private CliProcess start(String... options) throws IOException {
        List<String> words = new ArrayList<>(List.of("bench"));
        for (String each : options) {
            words.addAll(List.of(each.split(" ")));
        }
        CliProcess process = new CliProcess(folder, Map.of(), words);
        open.add(process);
        return process;
    }

    private static List<String> rows(CliProcess process) throws IOException {
        List<String> lines = process.results();
        int head = 0;
        while (!lines.get(head).startsWith("Block Size (B)")) {
            head++;
        }
        return lines.subList(head + 1, lines.size());
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Test
    void oneCommandIsEnough() throws Exception {
        Path json = folder.resolve("run.json");
        CliProcess process = start(
                SMALL,
                "--check_consistency --notify --num_threads 2 --pipeline_depth 2 --label two-processes",
                "--randomize_location_mode=bytealigned --alloc=agent --json " + json,
                "--html=" + folder.resolve("run.html") + " --csv " + folder.resolve("run.csv"));

        process.expect(0);

        assertThat(rows(process)).hasSize(3 * 2).allMatch(row -> row.strip().endsWith(" OK"));
        Map<String, Object> run = JSON.std.mapFrom(Files.readAllBytes(json));
        assertThat(run).containsEntry("label", "two-processes").containsEntry("far", "memory of another process");
        assertThat((List<?>) run.get("cases")).hasSize(3 * 2);
        assertThat(folder.resolve("run.html")).isNotEmptyFile();
        assertThat(folder.resolve("run.csv")).isNotEmptyFile();
    }

    @Test
    void twoCommandsMeet() throws Exception {
        String where = "--asio_port " + freePort() + " --benchmark_group g";
        String how = "--op_type READ --check_consistency --prepared_xfer";
        CliProcess one = start(SMALL, where, how, "--runtime_type ASIO --role target");
        CliProcess other = start(SMALL, where, how);

        other.expect(0);
        one.expect(0);

        assertThat(rows(other)).hasSize(3 * 2).allMatch(row -> row.strip().endsWith(" OK"));
        assertThat(one.results()).as("the target's figures").isEmpty();
    }

    @Test
    void theSecondProcessEndsWithTheFirst() throws Exception {
        CliProcess process = start("--max_block_size=4K --num_iter=10000000");
        long start = System.nanoTime();
        while (process.results().stream().noneMatch(line -> line.startsWith("Block Size (B)"))) {
            assertThat(System.nanoTime() - start).as(process.log()).isLessThan(LIMIT_NANOS);
            Thread.onSpinWait();
        }
        List<ProcessHandle> children = process.children();
        assertThat(children).hasSize(1);

        process.kill();

        children.getFirst().onExit().get(60, TimeUnit.SECONDS);
    }

    @Test
    void nobodyComes() throws Exception {
        CliProcess process = start(SMALL, "--timeout 1 --asio_port " + freePort());
        process.expect(3);
        assertThat(process.log()).contains("no partner came to");
    }

    @Test
    void nobodyIsThere() throws Exception {
        // of a net that is for documentation: no address of this host's, so that it has to connect
        CliProcess process = start(SMALL, "--timeout 1 --asio_address 192.0.2.1");
        process.expect(3);
        assertThat(process.log()).contains("no partner at /192.0.2.1:12345 within 1 s");
    }

    @Test
    void wrongBytesAreFound() throws Exception {
        int port = freePort();
        CliProcess process =
                start("--max_block_size=4K --num_iter=5 --op_type=READ --check_consistency --asio_port=" + port);
        try (Target target = new Target(port)) {
            for (int i = 0; i < 2; i++) { // before all cases, and before this one
                assertThat(target.receive()).startsWith("FILL ");
                target.send("FILLED"); // and has filled nothing
            }
            assertThat(target.receive()).isEqualTo("FIN");
            target.send("BYE");
            process.expect(1);
        }
        assertThat(rows(process)).hasSize(1).allMatch(row -> row.strip().endsWith(" WRONG"));
        assertThat(process.log()).contains("what was read is wrong from local byte");
    }

    @Test
    void aTargetThatGoesIsMissed() throws Exception {
        int port = freePort();
        CliProcess process = start("--max_block_size=4K --check_consistency --asio_port=" + port);
        try (Target target = new Target(port)) {
            assertThat(target.receive()).startsWith("FILL ");
        }
        process.expect(3);
        assertThat(process.log()).contains("is gone");
    }

    /** This test as the target. */
    private static final class Target implements AutoCloseable {
        private static final int BYTES = 4096;
        private static final String VERSION = "jnixl-bench 1\n";

        private final Agent agent;
        private final Socket socket;
        private final DataInputStream in;

        Target(int port) throws IOException {
            agent = Agent.builder("target")
                    .config(Config.empty().with("agent.backends", "UCX"))
                    .build();
            MemorySegment memory = agent.allocate(BYTES).segment();
            socket = connect(port);
            in = new DataInputStream(socket.getInputStream());
            socket.getOutputStream().write(VERSION.getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(in.readNBytes(VERSION.length()), StandardCharsets.US_ASCII))
                    .isEqualTo(VERSION);
            send("TARGET\ndefault\n-\n\ntarget " + Long.toUnsignedString(memory.address()) + " " + BYTES + " 0\n");
            receive();
            frame(agent.metadata());
            agent.loadPeer(in.readNBytes(in.readInt()));
        }

        private static Socket connect(int port) throws IOException {
            long start = System.nanoTime();
            while (true) {
                try {
                    return new Socket(InetAddress.getLoopbackAddress(), port);
                } catch (ConnectException e) {
                    if (System.nanoTime() - start > LIMIT_NANOS) {
                        throw e;
                    }
                }
            }
        }

        private void frame(byte[] bytes) throws IOException {
            socket.getOutputStream()
                    .write(ByteBuffer.allocate(Integer.BYTES + bytes.length)
                            .putInt(bytes.length)
                            .put(bytes)
                            .array());
        }

        void send(String line) throws IOException {
            frame(line.getBytes(StandardCharsets.UTF_8));
        }

        String receive() throws IOException {
            String line = "ALIVE";
            while (line.equals("ALIVE")) {
                line = new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
            }
            return line;
        }

        @Override
        public void close() throws IOException {
            socket.close();
            agent.close();
        }
    }
}
