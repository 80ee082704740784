// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.tck;

import io.jnixl.api.Operation;
import io.jnixl.api.Status;
import io.jnixl.spi.BackendPeer;
import io.jnixl.spi.BackendTransfer;
import io.jnixl.spi.RegionHandle;
import io.jnixl.spi.RegisteredMemory;
import io.jnixl.spi.TransferColumns;
import io.jnixl.spi.TransferRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A backend's transfer with all that the agent would own of it. Posted by one thread at a time; closed with its
 * {@link TestAgent}, if nobody has before.
 *
 * @since 0.1
 */
public final class Xfer {
    private final TestAgent agent;
    private final TransferColumns columns;
    private final Message message = new Message();
    private final Outcome outcome = new Outcome();
    private final BackendTransfer transfer;
    private final AtomicInteger accepted = new AtomicInteger();

    private final AtomicInteger posts = new AtomicInteger();

    /** Guarded by this: of the last post, by number. */
    private int answered;

    private Status answer = Status.NOT_POSTED;
    private boolean waitedInVain;
    private boolean closed;

    /** Prepares a transfer of an agent. */
    public Xfer(
            TestAgent agent,
            Operation operation,
            List<RegisteredMemory> local,
            @Nullable BackendPeer peer,
            List<RegionHandle> remote,
            int capacity) {
        this.agent = agent;
        columns = new TransferColumns(capacity);
        transfer = agent.backend()
                .prepare(new TransferRequest(operation, columns, local, remote, peer, message, outcome, Map.of()));
        agent.track(this);
    }

    /** The descriptors. */
    public TransferColumns columns() {
        return columns;
    }

    /** The message of the posts. */
    public Message message() {
        return message;
    }

    /** What the backend told of the ends. */
    public Outcome outcome() {
        return outcome;
    }

    /** The backend's part. */
    public BackendTransfer transfer() {
        return transfer;
    }

    /** Adds a descriptor between the first regions of both sides. */
    public Xfer add(long local, long remote, long bytes) {
        columns.add(local, 0, remote, 0, bytes, columns.count(), false);
        return this;
    }

    /** Adds the same descriptor many times. */
    public Xfer repeat(long local, long remote, long bytes, int times) {
        for (int i = 0; i < times; i++) {
            add(local, remote, bytes);
        }
        return this;
    }

    /** Has this one descriptor from now on. */
    public Xfer aim(long local, long remote, long bytes) {
        columns.clear();
        return add(local, remote, bytes);
    }

    /** Sends this text with the posts from now on. */
    public Xfer notifying(String text) {
        message.set(text);
        return this;
    }

    /** Posts and does not wait. Allocates nothing itself. */
    public Xfer post() {
        postAndAnswer();
        return this;
    }

    /** As {@link #post}; what this very post answered, also where the sink posts again meanwhile. */
    Status postAndAnswer() {
        int number = posts.incrementAndGet();
        accepted.incrementAndGet(); // before it happens, since the sink may be called before post returns
        Status status = transfer.post();
        answered(number, status);
        if (status != Status.IN_PROGRESS) {
            accepted.decrementAndGet();
            if (!status.isFinal()) {
                throw new AssertionError("post answered " + status + ", which is neither IN_PROGRESS nor an end");
            }
        }
        return status;
    }

    /** One that answers after a later one, which was posted from within its report, says nothing more. */
    private synchronized void answered(int number, Status status) {
        if (number > answered) {
            answered = number;
            answer = status;
        }
    }

    /** What the last post answered. */
    public synchronized Status answer() {
        return answer;
    }

    /** How many posts were answered with {@link Status#IN_PROGRESS}: so many ends the sink must hear of. */
    public int accepted() {
        return accepted.get();
    }

    /** Whether a post has not ended. */
    public boolean isInFlight() {
        return outcome.ends() < accepted.get();
    }

    /** Waits for the end of the last post, and answers it. */
    public Status end() {
        return end(agent.patience());
    }

    private Status end(Duration patience) {
        waitedInVain = true; // unless it comes
        Await.until(patience, "the end of post " + accepted + ", seen " + outcome.ends() + " ends", () -> {
            if (agent.polls()) {
                transfer.poll();
            }
            return !isInFlight();
        });
        waitedInVain = false;
        if (outcome.ends() > accepted.get()) {
            verifyEnds();
        }
        Status last = answer();
        return last == Status.IN_PROGRESS ? outcome.status() : last;
    }

    /** An {@link AssertionError} unless the sink has heard of every post that said IN_PROGRESS once, and of no other. */
    public void verifyEnds() {
        int ends = outcome.ends();
        if (ends != accepted.get()) {
            throw new AssertionError("the completion sink was called " + ends + " times for " + accepted
                    + " posts that answered IN_PROGRESS; once for each is right");
        }
    }

    /** Closes it, once; a post in flight is cancelled and waited for, briefly if it was waited for in vain. */
    public void close() {
        if (!closed) {
            closed = true;
            if (isInFlight()) {
                transfer.cancel();
                var _ = end(waitedInVain ? agent.briefPatience() : agent.patience());
            }
            transfer.close();
        }
    }

    /** Must not be closed any more, since the backend is. */
    void abandon() {
        closed = true;
    }
}
