// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.bench;

import io.jnixl.api.Status;
import io.jnixl.api.Transfer;
import io.jnixl.cli.run.RunFailure;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One post at a time, with its transfer. Posting and polling allocate nothing unless the transfer is made anew each time. */
final class Slot implements AutoCloseable {
    private static final int POLLS_PER_LOOK = 1024;

    private final Source source;
    private final boolean recreating;
    private final byte @Nullable [] notification;
    private final long limitNanos;
    private final Recorder recorder;
    private @Nullable Transfer transfer;
    private boolean busy;
    private boolean counting;
    private long start;
    private long returned;
    private int polls;

    /** Makes a slot's transfer. */
    interface Source {
        /** Makes it anew; the former one is closed. */
        Transfer make();

        /** Gives back what the transfers needed, once the last one is closed. */
        void close();
    }

    Slot(Source source, boolean recreating, byte @Nullable [] notification, Duration limit, Recorder recorder) {
        this.source = source;
        this.recreating = recreating;
        this.notification = notification;
        this.limitNanos = limit.toNanos();
        this.recorder = recorder;
    }

    /** Makes the transfer before the first post. */
    void prepare() {
        if (!recreating) {
            make(true);
        }
    }

    private Transfer make(boolean counts) {
        long before = System.nanoTime();
        Transfer made = source.make();
        if (counts) {
            recorder.prepared(System.nanoTime() - before);
        }
        transfer = made;
        return made;
    }

    boolean busy() {
        return busy;
    }

    /**
     * Posts.
     *
     * @param counts whether its times are kept
     * @return whether it has ended already
     */
    boolean post(boolean counts) {
        Transfer current = transfer;
        if (recreating || current == null) {
            closeTransfer();
            current = make(counts);
        }
        counting = counts;
        busy = true;
        polls = 0;
        byte[] message = notification;
        start = System.nanoTime();
        Status status = message == null ? current.post() : current.post(message, 0, message.length);
        returned = System.nanoTime();
        return look(current, status, returned);
    }

    /** Whether the post has ended now. */
    boolean poll() {
        Transfer current = transfer;
        if (current == null) {
            throw new IllegalStateException("nothing was posted");
        }
        Status status = current.poll();
        if (status != Status.IN_PROGRESS) {
            return look(current, status, System.nanoTime());
        }
        if (++polls % POLLS_PER_LOOK == 0 && System.nanoTime() - start > limitNanos) {
            throw RunFailure.noPartner(current.operation() + " has not ended in "
                    + Duration.ofNanos(limitNanos).toSeconds() + " s; a longer --timeout waits longer");
        }
        return false;
    }

    private boolean look(Transfer current, Status status, long now) {
        if (status == Status.IN_PROGRESS) {
            return false;
        }
        busy = false;
        if (status != Status.SUCCESS) {
            throw failed(current, status);
        }
        if (counting) {
            recorder.posted(start, returned, now);
        }
        return true;
    }

    private static RunFailure failed(Transfer current, Status status) {
        String message = current.operation() + " failed: " + current.failure();
        boolean gone = status == Status.REMOTE_DISCONNECT
                || status == Status.TIMED_OUT
                || !current.peer().isCurrent();
        return gone ? RunFailure.noPartner(message) : RunFailure.error(message);
    }

    private void closeTransfer() {
        if (transfer != null) {
            transfer.close();
            transfer = null;
        }
    }

    @Override
    public void close() {
        closeTransfer();
        source.close();
    }
}
