// SPDX-License-Identifier: Apache-2.0
package io.jnixl.metadata.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.spi.BackendConfig;
import io.jnixl.spi.ExchangeContext;
import io.jnixl.spi.MetadataExchange;
import io.jnixl.testsupport.NeedsNative;
import io.jnixl.testsupport.NeedsNative.Native;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** One etcd for a class of tests, each of which has a namespace to itself. */
@NeedsNative(Native.ETCD)
abstract class EtcdFixture {
    static final Duration SOON = Duration.ofSeconds(20);
    static final Duration SHORT = Duration.ofMillis(300);
    private static final AtomicInteger NAMESPACES = new AtomicInteger();

    static EtcdServer server;
    static Raw raw;

    final String namespace = "/test/" + NAMESPACES.incrementAndGet() + "/";
    final List<AutoCloseable> closing = new ArrayList<>();

    /** Remembers who has withdrawn. */
    record Context(String agentName, List<String> gone) implements ExchangeContext {
        Context(String agentName) {
            this(agentName, new CopyOnWriteArrayList<>());
        }

        @Override
        public void withdrawn(String agent) {
            gone.add(agent);
        }
    }

    @BeforeAll
    static void startServer(@TempDir Path folder) throws Exception {
        server = EtcdServer.start(folder);
        raw = new Raw(server.endpoint());
    }

    @AfterAll
    static void stopServer() throws Exception {
        raw.close();
        server.close();
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable one : closing) {
            one.close();
        }
    }

    MetadataExchange exchange(Context context, String... settings) {
        Map<String, String> all = new HashMap<>(Map.of("endpoints", server.endpoint(), "namespace", namespace));
        for (int i = 0; i < settings.length; i += 2) {
            all.put(settings[i], settings[i + 1]);
        }
        MetadataExchange exchange = new EtcdExchangeProvider().create(BackendConfig.of(all), context);
        closing.addFirst(exchange);
        return exchange;
    }

    MetadataExchange exchange(String agent, String... settings) {
        return exchange(new Context(agent), settings);
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static CompletableFuture<byte[]> fetching(MetadataExchange exchange, String agent, String label) {
        CompletableFuture<byte[]> future = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                future.complete(exchange.fetch(agent, label, SOON));
            } catch (Throwable e) {
                future.completeExceptionally(e);
            }
        });
        return future;
    }

    static ThrowableAssertAlternative<NixlException> assertNixl(ErrorCode code, ThrowingCallable call) {
        return Assertions.assertThatExceptionOfType(NixlException.class)
                .isThrownBy(call)
                .satisfies(e -> assertThat(e.code()).isEqualTo(code));
    }

    static void eventually(BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            assertThat(SOON.toNanos() - (System.nanoTime() - start))
                    .as("time left")
                    .isPositive();
            LockSupport.parkNanos(1_000_000);
        }
    }
}
