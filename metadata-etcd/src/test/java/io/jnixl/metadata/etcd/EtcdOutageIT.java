// SPDX-License-Identifier: Apache-2.0
package io.jnixl.metadata.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.spi.MetadataExchange;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Servers that are gone, come back, or never answer. */
class EtcdOutageIT extends EtcdFixture {
    private final Context me = new Context("me");

    @Test
    void aWatchSurvivesARestartOfTheServer(@TempDir Path folder) throws Exception {
        try (EtcdServer own = EtcdServer.start(folder);
                Raw there = new Raw(own.endpoint())) {
            MetadataExchange mine = exchange(me, "endpoints", own.endpoint());
            there.put(namespace + "/stays/", new byte[0]);
            there.put(namespace + "/stays/metadata", bytes("1"));
            there.put(namespace + "/goes/", new byte[0]);
            there.put(namespace + "/goes/metadata", bytes("2"));
            mine.fetch("stays", "metadata", SOON);
            mine.fetch("goes", "metadata", SOON);
            CompletableFuture<byte[]> late = fetching(mine, "late", "metadata");
            own.kill();
            own.start();
            assertThat(me.gone()).isEmpty();
            there.put(namespace + "/late/metadata", bytes("3"));
            assertThat(late.get(20, TimeUnit.SECONDS)).isEqualTo(bytes("3"));
            there.deleteBelow(namespace + "/goes/");
            eventually(() -> me.gone().contains("goes"));
            there.deleteBelow(namespace + "/stays/");
            eventually(() -> me.gone().contains("stays"));
            assertThat(me.gone()).containsExactly("goes", "stays");
        }
    }

    @Test
    void withdrawnAndCompactedWhileTheWatchIsBroken(@TempDir Path folder) throws Exception {
        try (EtcdServer own = EtcdServer.start(folder);
                Raw there = new Raw(own.endpoint());
                Gate gate = new Gate(own.endpoint())) {
            MetadataExchange mine = exchange(me, "endpoints", gate.endpoint());
            for (String agent : new String[] {"goes", "restarts", "stays"}) {
                there.put(namespace + "/" + agent + "/", new byte[0]);
                there.put(namespace + "/" + agent + "/metadata", bytes("1"));
                mine.fetch(agent, "metadata", SOON);
            }
            gate.shut();
            there.deleteBelow(namespace + "/goes/");
            there.deleteBelow(namespace + "/restarts/");
            there.put(namespace + "/restarts/", new byte[0]);
            long revision = there.put(namespace + "/restarts/metadata", bytes("2"));
            there.compact(revision);
            assertThat(me.gone()).isEmpty();
            gate.open();
            eventually(() -> me.gone().size() == 2);
            there.deleteBelow(namespace + "/stays/");
            eventually(() -> me.gone().size() == 3);
            assertThat(me.gone())
                    .containsExactlyInAnyOrder("goes", "restarts", "stays")
                    .endsWith("stays");
        }
    }

    @Test
    void serverDown() throws Exception {
        String nobody = "127.0.0.1:" + EtcdServer.freePort();
        MetadataExchange mine = exchange(me, "endpoints", nobody);
        for (ThrowingCallable call : calls(mine)) {
            long start = System.nanoTime();
            assertNixl(ErrorCode.BACKEND, call)
                    .withMessageContaining(nobody)
                    .withMessageContaining("UNAVAILABLE")
                    .withMessageContaining("refused")
                    .withMessageContaining("exchanges.etcd.endpoints");
            assertThat(System.nanoTime() - start).isLessThan(SOON.toNanos());
        }
    }

    /** Takes connections and says nothing. */
    @Test
    void serverThatIsSilent() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            MetadataExchange mine = exchange(me, "endpoints", "127.0.0.1:" + silent.getLocalPort());
            for (ThrowingCallable call : calls(mine)) {
                long start = System.nanoTime();
                assertNixl(ErrorCode.TIMED_OUT, call).withMessageContaining("127.0.0.1:" + silent.getLocalPort());
                assertThat(System.nanoTime() - start).isLessThan(SOON.toNanos());
            }
        }
    }

    private static ThrowingCallable[] calls(MetadataExchange exchange) {
        return new ThrowingCallable[] {
            () -> exchange.publish("metadata", bytes("x"), SHORT),
            () -> exchange.fetch("they", "metadata", SHORT),
            () -> exchange.withdraw(SHORT)
        };
    }

    @Test
    void anotherServerIsAskedWhenOneIsDown() throws Exception {
        String down = "127.0.0.1:" + EtcdServer.freePort();
        MetadataExchange mine = exchange(me, "endpoints", down + "," + server.endpoint());
        mine.publish("metadata", bytes("x"), SOON);
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            MetadataExchange other = exchange(
                    "other",
                    "endpoints",
                    "127.0.0.1:" + silent.getLocalPort() + " " + server.endpoint(),
                    "request_timeout",
                    "200ms");
            assertThat(other.fetch("me", "metadata", SOON)).isEqualTo(bytes("x"));
        }
    }

    @Test
    void interruptedWhilePublishing() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            MetadataExchange mine = exchange(me, "endpoints", "127.0.0.1:" + silent.getLocalPort());
            CompletableFuture<NixlException> failure = new CompletableFuture<>();
            Thread publisher = Thread.ofVirtual().start(() -> {
                try {
                    mine.publish("metadata", bytes("x"), Duration.ofHours(1));
                } catch (NixlException e) {
                    failure.complete(e);
                }
            });
            eventually(() ->
                    publisher.getState() == Thread.State.WAITING || publisher.getState() == Thread.State.TIMED_WAITING);
            publisher.interrupt();
            assertThat(failure.get(20, TimeUnit.SECONDS).code()).isEqualTo(ErrorCode.CANCELED);
        }
    }

    @Test
    void nothingKeepsTheProcessRunning() {
        MetadataExchange mine = exchange(me, "lease_ttl", "1m");
        mine.publish("metadata", bytes("x"), SOON);
        exchange("other").fetch("me", "metadata", SOON);
        assertThat(Thread.getAllStackTraces().keySet())
                .filteredOn(thread ->
                        thread.getName().startsWith("grpc") || thread.getName().contains("jnixl-etcd"))
                .isNotEmpty()
                .allMatch(Thread::isDaemon);
    }
}
