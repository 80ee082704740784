// SPDX-License-Identifier: Apache-2.0
package io.jnixl.it.docs;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.spi.BackendConfig;
import io.jnixl.spi.ExchangeContext;
import io.jnixl.spi.MetadataExchange;
import io.jnixl.spi.MetadataExchangeProvider;
import io.jnixl.spi.SpiVersion;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

// The page quotes from here.
@SpiVersion(SpiVersion.CURRENT)
public final class BoardProvider implements MetadataExchangeProvider {
    private static final Map<String, Map<String, byte[]>> BOARD = new HashMap<>(); // by agent, then by label
    private static final Map<String, Set<ExchangeContext>> READERS = new HashMap<>(); // of each agent

    @Override
    public String name() {
        return "board";
    }

    @Override
    public MetadataExchange create(BackendConfig config, ExchangeContext context) {
        return new Board(context);
    }

    private record Board(ExchangeContext context) implements MetadataExchange {
        @Override
        public void publish(String label, byte[] metadata, Duration timeout) {
            synchronized (BOARD) {
                BOARD.computeIfAbsent(context.agentName(), _ -> new HashMap<>()).put(label, metadata);
                BOARD.notifyAll();
            }
        }

        @Override
        public byte[] fetch(String agent, String label, Duration timeout) {
            long start = System.nanoTime();
            synchronized (BOARD) {
                while (!BOARD.getOrDefault(agent, Map.of()).containsKey(label)) {
                    await(agent, timeout.toNanos() - (System.nanoTime() - start));
                }
                READERS.computeIfAbsent(agent, _ -> new HashSet<>()).add(context);
                return BOARD.get(agent).get(label).clone();
            }
        }

        private static void await(String agent, long nanos) {
            try {
                if (nanos <= 0) {
                    throw NixlException.of(ErrorCode.TIMED_OUT, "nothing is on the board")
                            .peer(agent)
                            .remedy("see that the agent publishes")
                            .build();
                }
                TimeUnit.NANOSECONDS.timedWait(BOARD, nanos);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new NixlException(ErrorCode.CANCELED, "interrupted");
            }
        }

        @Override
        public void withdraw(Duration timeout) {
            synchronized (BOARD) { // so that nobody hears of it after having fetched what comes next
                BOARD.remove(context.agentName());
                Set<ExchangeContext> readers = READERS.remove(context.agentName());
                if (readers != null) {
                    readers.forEach(reader -> reader.withdrawn(context.agentName()));
                }
            }
        }

        @Override
        public void close() {
            synchronized (BOARD) {
                READERS.values().forEach(readers -> readers.remove(context));
            }
        }
    }
}
