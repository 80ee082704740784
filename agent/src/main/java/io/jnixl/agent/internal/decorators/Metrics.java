// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.decorators;

import io.jnixl.api.Status;
import io.jnixl.spi.NotificationSink;
import java.lang.foreign.MemorySegment;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** Counts and times calls, posts from the call to their end. Counting allocates nothing. */
final class Metrics implements Interceptor {
    /** What is known of one kind of call. */
    private static final class Counter {
        private final AtomicLong made = new AtomicLong();
        private final AtomicLong failed = new AtomicLong();
        private final AtomicLong nanos = new AtomicLong();

        void count(long start, boolean well) {
            made.incrementAndGet();
            nanos.addAndGet(System.nanoTime() - start);
            if (!well) {
                failed.incrementAndGet();
            }
        }
    }

    private final Map<Call, Counter> counters = new EnumMap<>(Call.class);

    /** Of the two that are called often. */
    private final Counter posts = new Counter();

    private final Counter messages = new Counter();

    Metrics() {
        for (Call call : Call.values()) {
            counters.put(call, new Counter());
        }
        counters.put(Call.POST, posts);
        counters.put(Call.NOTIFICATION, messages);
    }

    @Override
    public <T> T around(Call call, Supplier<T> inner) {
        long start = System.nanoTime();
        boolean well = false;
        try {
            T answer = inner.get();
            well = !(answer instanceof Status status) || status == Status.SUCCESS;
            return answer;
        } finally {
            Objects.requireNonNull(counters.get(call)).count(start, well);
        }
    }

    @Override
    public Status post(DecoratedTransfer transfer) {
        long start = System.nanoTime();
        transfer.started = start;
        Status answer = transfer.handOver();
        if (answer != Status.IN_PROGRESS) {
            posts.count(start, answer == Status.SUCCESS);
        }
        return answer;
    }

    @Override
    public void ended(DecoratedTransfer transfer) {
        posts.count(transfer.started, transfer.status() == Status.SUCCESS);
        transfer.tell();
    }

    @Override
    public boolean deliver(NotificationSink sink, String from, MemorySegment memory, long offset, int length) {
        long start = System.nanoTime();
        boolean taken = sink.offer(from, memory, offset, length);
        messages.count(start, taken);
        return taken;
    }

    @Override
    public Map<String, Long> counters() {
        Map<String, Long> all = new LinkedHashMap<>();
        counters.forEach((call, counter) -> {
            String prefix = "metrics_" + call.word();
            all.put(prefix + "_total", counter.made.get());
            all.put(prefix + "_failed_total", counter.failed.get());
            all.put(prefix + "_nanos_total", counter.nanos.get());
        });
        return all;
    }

    @Override
    public void close() {}
}
