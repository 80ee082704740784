// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.tck;

import io.jnixl.spi.NotificationSink;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/**
 * A bounded sink that remembers {@code sender:text}, a character per byte. Thread-safe.
 *
 * @since 0.1
 */
public final class Inbox implements NotificationSink {
    private final Queue<String> received = new ArrayDeque<>();
    private int capacity;
    private int refused;

    /** One with room for this many; with 0 it refuses all. */
    public Inbox(int capacity) {
        this.capacity = capacity;
    }

    /** Changes how many there is room for. */
    public synchronized void capacity(int messages) {
        capacity = messages;
    }

    @Override
    public synchronized boolean offer(String from, MemorySegment memory, long offset, int length) {
        if (received.size() >= capacity) {
            refused++;
            return false;
        }
        byte[] bytes = memory.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE);
        received.add(from + ":" + new String(bytes, StandardCharsets.ISO_8859_1));
        return true;
    }

    /** How often it was full. */
    public synchronized int refused() {
        return refused;
    }

    /** Takes what has come. */
    public synchronized List<String> drain() {
        List<String> all = new ArrayList<>(received);
        received.clear();
        return all;
    }

    /** Drains until this many have come. */
    public List<String> collect(int count) {
        return collect(count, Await.PATIENCE);
    }

    /** Drains until this many have come, or an {@link AssertionError} when they are late. */
    public List<String> collect(int count, Duration patience) {
        List<String> all = new ArrayList<>();
        Await.until(patience, count + " notifications", () -> {
            all.addAll(drain());
            return all.size() >= count;
        });
        return all;
    }
}
