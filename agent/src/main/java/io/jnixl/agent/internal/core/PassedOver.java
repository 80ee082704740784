// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import io.jnixl.api.Notification;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Messages that nobody has wanted yet, in the order in which they came and in a line for each sender. Whatever is asked of it
 * takes the same time however much there is: backends wait meanwhile. Its queue's lock guards it.
 */
final class PassedOver {
    private final Map<String, Line> lines = new LinkedHashMap<>();
    private @Nullable Entry oldest;
    private @Nullable Entry newest;
    private int count;
    private long bytes;

    private static final class Entry {
        private final Notification message;
        private @Nullable Entry older;
        private @Nullable Entry newer;

        /** The next newer one of the same sender. */
        private @Nullable Entry next;

        Entry(Notification message) {
            this.message = message;
        }
    }

    /** What one sender sent; never empty. */
    private static final class Line {
        private Entry first;
        private Entry last;

        Line(Entry only) {
            first = only;
            last = only;
        }
    }

    boolean isEmpty() {
        return count == 0;
    }

    int count() {
        return count;
    }

    /** Of all messages together. */
    long bytes() {
        return bytes;
    }

    /** Adds one that came after all that are here; where there is no memory for that, nothing has changed. */
    void add(Notification message) {
        Entry fresh = new Entry(message);
        Line line = lineWith(fresh);
        if (line.last != fresh) {
            line.last.next = fresh;
            line.last = fresh;
        }
        link(newest, fresh, null);
    }

    /** Adds one that came before all that are here; where there is no memory for that, nothing has changed. */
    void putBack(Notification message) {
        Entry fresh = new Entry(message);
        Line line = lineWith(fresh);
        if (line.first != fresh) {
            fresh.next = line.first;
            line.first = fresh;
        }
        link(null, fresh, oldest);
    }

    /** Its sender's line, which is made with it alone where there is none. */
    private Line lineWith(Entry fresh) {
        return lines.computeIfAbsent(fresh.message.from(), from -> new Line(fresh));
    }

    private void link(@Nullable Entry older, Entry fresh, @Nullable Entry newer) {
        fresh.older = older;
        fresh.newer = newer;
        join(older, fresh);
        join(fresh, newer);
        count++;
        bytes += fresh.message.size();
    }

    private void join(@Nullable Entry older, @Nullable Entry newer) {
        if (older == null) {
            oldest = newer;
        } else {
            older.newer = newer;
        }
        if (newer == null) {
            newest = older;
        } else {
            newer.older = older;
        }
    }

    /** Takes the oldest message from this sender (null: from anyone), or null. */
    @Nullable
    Notification take(@Nullable String from) {
        String sender = from == null && oldest != null ? oldest.message.from() : from;
        Line line = sender == null ? null : lines.get(sender);
        return line == null ? null : takeFirst(line);
    }

    private Notification takeFirst(Line line) {
        Entry taken = line.first;
        if (taken.next == null) {
            lines.remove(taken.message.from());
        } else {
            line.first = taken.next;
        }
        join(taken.older, taken.newer);
        // its links would keep others that are gone from the garbage collector
        taken.older = null;
        taken.newer = null;
        taken.next = null;
        count--;
        bytes -= taken.message.size();
        return taken.message;
    }

    /** Some senders of what is here. */
    List<String> senders(int most) {
        return lines.keySet().stream().limit(most).toList();
    }
}
