// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.memory;

import io.jnixl.spi.NotificationSink;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/** A bounded sink that remembers {@code sender:text}. */
final class Inbox implements NotificationSink {
    private final int capacity;
    private final Queue<String> received = new ArrayDeque<>();
    private int refused;

    Inbox(int capacity) {
        this.capacity = capacity;
    }

    @Override
    public synchronized boolean offer(String from, MemorySegment memory, long offset, int length) {
        if (received.size() >= capacity) {
            refused++;
            return false;
        }
        received.add(from + ":"
                + new String(memory.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8));
        return true;
    }

    synchronized int refused() {
        return refused;
    }

    synchronized List<String> drain() {
        List<String> all = new ArrayList<>(received);
        received.clear();
        return all;
    }

    /** Drains until this many have come. */
    List<String> collect(int count) {
        List<String> all = new ArrayList<>();
        Await.until(count + " notifications", () -> {
            all.addAll(drain());
            return all.size() >= count;
        });
        return all;
    }
}
