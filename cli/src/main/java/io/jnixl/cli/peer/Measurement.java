// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.peer;

import io.jnixl.api.Status;
import io.jnixl.api.Transfer;
import io.jnixl.api.TransferBuilder;
import io.jnixl.cli.run.RunFailure;
import java.time.Duration;

/**
 * Makes one request, posts it again and again, each time to its end, and takes times. This class allocates nothing between
 * the first post and the last.
 */
final class Measurement {
    private final CountedMessage message = new CountedMessage();
    private final Latencies latencies;
    private final Latencies posting;
    private final int warmup;
    private final int iterations;
    private final boolean notifying;
    private final long limitNanos;
    private long creation;
    private long elapsed;

    /**
     * A measurement to come.
     *
     * @param warmup posts before those that count
     * @param notifying whether each post carries a notification
     * @param limit how long one post may take
     */
    Measurement(int warmup, int iterations, boolean notifying, Duration limit) {
        this.warmup = warmup;
        this.iterations = iterations;
        this.notifying = notifying;
        limitNanos = limit.toNanos();
        latencies = new Latencies(iterations);
        posting = new Latencies(iterations);
    }

    /** All posts, the first ones too. */
    int posts() {
        return warmup + iterations;
    }

    void run(TransferBuilder request) {
        TransferBuilder complete = notifying ? request.withNotifications() : request;
        long start = System.nanoTime();
        try (Transfer transfer = complete.prepare()) {
            creation = System.nanoTime() - start;
            for (int i = 0; i < warmup; i++) {
                post(transfer, false);
            }
            start = System.nanoTime();
            for (int i = 0; i < iterations; i++) {
                post(transfer, true);
            }
            elapsed = System.nanoTime() - start;
        }
    }

    private void post(Transfer transfer, boolean counts) {
        int length = notifying ? message.next() : 0;
        long start = System.nanoTime();
        Status status = notifying ? transfer.post(message.bytes(), 0, length) : transfer.post();
        long posted = System.nanoTime();
        long end = posted;
        while (status == Status.IN_PROGRESS && end - start <= limitNanos) {
            Thread.onSpinWait();
            status = transfer.poll();
            end = System.nanoTime();
        }
        if (status != Status.SUCCESS) {
            throw failed(transfer, status);
        }
        if (counts) {
            latencies.add(end - start);
            posting.add(posted - start);
        }
    }

    private RunFailure failed(Transfer transfer, Status status) {
        if (status == Status.IN_PROGRESS) {
            return RunFailure.noPartner(transfer.operation() + " has not ended in "
                    + Duration.ofNanos(limitNanos).toSeconds() + " s; a longer --timeout waits longer");
        }
        String message = transfer.operation() + " failed: " + transfer.failure();
        boolean gone = status == Status.REMOTE_DISCONNECT
                || status == Status.TIMED_OUT
                || !transfer.peer().isCurrent();
        return gone ? RunFailure.noPartner(message) : RunFailure.error(message);
    }

    /** Times from before a post to when its end was seen. */
    Latencies latencies() {
        return latencies;
    }

    /** Times inside the post call. */
    Latencies posting() {
        return posting;
    }

    /** Nanoseconds that making the request took. */
    long creation() {
        return creation;
    }

    /** Nanoseconds from the first post that counts to the end of the last one. */
    long elapsed() {
        return elapsed;
    }
}
