// SPDX-License-Identifier: Apache-2.0
package io.jnixl.metadata.etcd;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.RangeRequest;
import io.jnixl.api.NixlException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** An etcd of the test's own, on free ports of the loopback interface. May be stopped and started again with its data. */
final class EtcdServer implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(60);
    private static final int ATTEMPTS = 5;

    private final Path folder;

    /** Of server and client; null: no TLS. */
    private final Path cert;

    private final Path key;
    private int port;
    private int peerPort;
    private Process process;

    private EtcdServer(Path folder, Path cert, Path key) {
        this.folder = folder;
        this.cert = cert;
        this.key = key;
    }

    /** One that answers. A port that was free may be taken when etcd comes to it; then others are tried. */
    static EtcdServer start(Path folder) throws IOException {
        return new EtcdServer(folder, null, null).choosePorts();
    }

    /** The same with TLS: this certificate is its own, and what it wants to see. */
    static EtcdServer startTls(Path folder, Path cert, Path key) throws IOException {
        return new EtcdServer(folder, cert, key).choosePorts();
    }

    private EtcdServer choosePorts() throws IOException {
        for (int attempt = 1; ; attempt++) {
            port = freePort();
            peerPort = freePort();
            try {
                start();
                return this;
            } catch (AssertionError e) {
                kill();
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** The same again, after {@link #kill}. */
    void start() throws IOException {
        Path log = folder.resolve("etcd.log");
        String client = endpoint();
        String peers = "http://127.0.0.1:" + peerPort;
        ProcessBuilder etcd = new ProcessBuilder(new ArrayList<>(List.of(
                "etcd",
                "--data-dir=" + folder.resolve("data-" + port),
                "--listen-client-urls=" + client,
                "--advertise-client-urls=" + client,
                "--listen-peer-urls=" + peers,
                "--initial-advertise-peer-urls=" + peers,
                "--initial-cluster=default=" + peers)));
        if (cert != null) {
            etcd.command().addAll(List.of("--cert-file=" + cert, "--key-file=" + key, "--trusted-ca-file=" + cert));
            etcd.command().add("--client-cert-auth");
        }
        etcd.environment().keySet().removeIf(name -> name.startsWith("ETCD_"));
        etcd.environment().put("ETCD_UNSUPPORTED_ARCH", "arm64"); // where it is one, older ones want to hear so
        process = etcd.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        try {
            awaitAnswer();
        } catch (NixlException e) {
            throw new AssertionError("etcd did not start:\n" + Files.readString(log), e);
        }
    }

    private void awaitAnswer() {
        Servers servers = new Servers(
                new Access(List.of(Endpoint.parse(endpoint(), "test")), null, Duration.ofSeconds(2), cert, cert, key));
        try {
            RangeRequest any = RangeRequest.newBuilder()
                    .setKey(ByteString.copyFromUtf8("/"))
                    .build();
            Deadline deadline = Deadline.in(START);
            servers.call("starting etcd", deadline, channel -> {
                if (!process.isAlive()) {
                    throw new AssertionError("etcd ended with " + process.exitValue());
                }
                // Refused for want of a login is an answer as well.
                return KVGrpc.newBlockingStub(channel).range(any);
            });
        } catch (NixlException e) {
            if (!String.valueOf(e.getMessage()).contains("user name is empty")) {
                throw e;
            }
        } finally {
            servers.close();
        }
    }

    String endpoint() {
        return (cert == null ? "http" : "https") + "://127.0.0.1:" + port;
    }

    /** Ends it at once, as a crash does. */
    void kill() {
        var _ = process.destroyForcibly()
                .onExit()
                .orTimeout(30, TimeUnit.SECONDS)
                .join();
    }

    @Override
    public void close() {
        kill();
    }
}
