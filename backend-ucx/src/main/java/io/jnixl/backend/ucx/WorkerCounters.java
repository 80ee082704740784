// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import java.util.Map;

/** What a worker did so far. Guarded by the worker's ownership, so that counting costs an addition. */
final class WorkerCounters {
    private long starts;
    private long progressCalls;
    private long events;
    private long messagesSent;
    private long parts;

    void progressed(int calls, int newEvents) {
        progressCalls += calls;
        events += newEvents;
    }

    void started() {
        starts++;
    }

    /** Posts that began on it. */
    long starts() {
        return starts;
    }

    void sentMessage() {
        messagesSent++;
    }

    void tookPart() {
        parts++;
    }

    /** Adds them to sums by name. */
    void addTo(Map<String, Long> sums) {
        sums.merge("progress_calls_total", progressCalls, Long::sum);
        sums.merge("events_total", events, Long::sum);
        sums.merge("notifications_sent_total", messagesSent, Long::sum);
        sums.merge("parts_total", parts, Long::sum);
    }
}
