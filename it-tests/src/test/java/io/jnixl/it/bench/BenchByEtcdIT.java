// SPDX-License-Identifier: Apache-2.0
package io.jnixl.it.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.it.CliProcess;
import io.jnixl.testsupport.NeedsNative;
import io.jnixl.testsupport.NeedsNative.Native;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code jnixl bench} by etcd: all that the two say is metadata and notifications. */
@NeedsNative({Native.UCX, Native.ETCD})
class BenchByEtcdIT {
    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(60);

    @TempDir
    Path folder;

    private final List<CliProcess> open = new ArrayList<>();
    private Process etcd;
    private String endpoint;

    @BeforeEach
    void startEtcd() throws IOException {
        int port = freePort();
        endpoint = "http://127.0.0.1:" + port;
        String peers = "http://127.0.0.1:" + freePort();
        ProcessBuilder builder = new ProcessBuilder(
                "etcd",
                "--data-dir=" + folder.resolve("data"),
                "--listen-client-urls=" + endpoint,
                "--advertise-client-urls=" + endpoint,
                "--listen-peer-urls=" + peers,
                "--initial-advertise-peer-urls=" + peers,
                "--initial-cluster=default=" + peers);
        builder.environment().keySet().removeIf(name -> name.startsWith("ETCD_"));
        builder.environment().put("ETCD_UNSUPPORTED_ARCH", "arm64"); // where it is one, older ones want to hear so
        Path log = folder.resolve("etcd.log");
        etcd = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
        long start = System.nanoTime();
        while (!answers(port)) {
            assertThat(System.nanoTime() - start).as("etcd starts").isLessThan(LIMIT_NANOS);
            assertThat(etcd.isAlive()).as(Files.readString(log)).isTrue();
        }
    }

    private static boolean answers(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @AfterEach
    void end() throws InterruptedException {
        open.forEach(CliProcess::close);
        etcd.destroyForcibly().waitFor();
    }

    private CliProcess start(String role) throws IOException {
        String words = "bench --role " + role + " --etcd_endpoints " + endpoint
                + " --max_block_size 16K --num_iter 40 --warmup_iter 4 --check_consistency --notify";
        CliProcess process = new CliProcess(folder, Map.of(), List.of(words.split(" ")));
        open.add(process);
        return process;
    }

    @Test
    void theTwoMeetAndVerify() throws Exception {
        CliProcess target = start("target");
        CliProcess initiator = start("initiator");

        initiator.expect(0);
        target.expect(0);

        List<String> rows = initiator.results();
        assertThat(rows.subList(rows.size() - 3, rows.size()))
                .allMatch(row -> row.strip().endsWith(" OK"));
        assertThat(target.results()).isEmpty();
    }
}
