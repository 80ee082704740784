// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

import io.jnixl.nativesupport.Errno;
import io.jnixl.spi.ProgressPolicy;
import java.lang.foreign.Arena;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One ring and the thread that owns it. Posters leave transfers in the inbox; the thread cuts them into ops, at most as many
 * as the window is wide, and fills the window again after each completion rather than after all of them.
 */
final class RingEngine implements Engine {
    private static final System.Logger LOG = System.getLogger(RingEngine.class.getName());
    private static final long BUSY_NANOS = 100_000;

    /** Where the bell's counts go, of all engines: the kernel may write it a moment after its ring was closed. */
    private static final long COUNT =
            Arena.global().allocate(Long.BYTES, Long.BYTES).address();

    private final String name;
    private final boolean spins;
    private final Window window;
    private final Thread thread;
    private final Inbox inbox = new Inbox();
    private final CompletableFuture<Boolean> started = new CompletableFuture<>();
    private volatile boolean closing;
    private volatile boolean ended;
    private volatile @Nullable String death;

    // the thread's own
    private final Schedule schedule = new Schedule();
    private final Fifo arrived = new Fifo();
    private boolean listening;

    private RingEngine(int width, ProgressPolicy policy, String name) {
        this.name = name;
        this.spins = policy == ProgressPolicy.SPIN;
        this.window = new Window(width);
        this.thread = Thread.ofPlatform()
                .daemon()
                .name(name)
                .inheritInheritableThreadLocals(false)
                .unstarted(this::run);
    }

    /**
     * Starts the thread, which makes the ring.
     *
     * @throws Ring.Refusal when the kernel gives none; nothing is left behind then
     */
    static RingEngine start(int width, ProgressPolicy policy, String name) throws Ring.Refusal {
        RingEngine engine = new RingEngine(width, policy, name);
        try {
            engine.thread.start();
            engine.awaitStart();
            return engine;
        } catch (Error e) { // no thread to be had
            engine.inbox.close();
            throw e;
        } catch (ExecutionException e) {
            engine.inbox.close();
            if (e.getCause() instanceof Ring.Refusal refusal) {
                throw refusal;
            }
            throw new IllegalStateException("thread " + name + " did not start", e.getCause());
        }
    }

    /** Not interruptible: it takes microseconds, and a ring without an owner would be left otherwise. */
    private void awaitStart() throws ExecutionException {
        boolean interrupted = false;
        while (true) {
            try {
                var _ = started.get();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public String word() {
        return "io_uring";
    }

    @Override
    public void submit(PosixTransfer transfer) {
        inbox.offer(transfer);
        if (ended) {
            abandonInbox();
        }
    }

    // ---- the thread

    private void run() {
        try (Arena arena = Arena.ofConfined();
                Ring ring = Ring.open(window.entries(), arena)) {
            started.complete(true);
            serve(ring);
        } catch (Throwable e) {
            if (!started.completeExceptionally(e)) {
                LOG.log(System.Logger.Level.ERROR, "thread " + name + " died; its backend moves nothing any more", e);
            }
        }
    }

    private void serve(Ring ring) {
        try {
            while (!closing || window.isBusy()) {
                fill(ring);
                finishOver();
                if (!ring.hasCompletion()) {
                    await(ring);
                }
                reap(ring);
            }
        } catch (Throwable e) {
            death = "thread " + name + " died: " + e;
            throw e;
        } finally {
            end(ring);
        }
    }

    /** Gives the free ops of the window to the transfers in turn. */
    private void fill(Ring ring) {
        takeArrived();
        if (closing) {
            schedule.stopAll(null);
        }
        while (window.hasFree() && schedule.next(window.peekFree())) {
            ring.add(window.takeFree());
        }
    }

    private void takeArrived() {
        inbox.drainTo(arrived);
        for (PosixTransfer t = arrived.poll(); t != null; t = arrived.poll()) {
            schedule.add(t);
        }
    }

    private void finishOver() {
        for (PosixTransfer t = schedule.pollOver(); t != null; t = schedule.pollOver()) {
            t.finish();
        }
    }

    /** Waits for a completion or a post. */
    private void await(Ring ring) {
        if (spins) {
            enter(ring, 0, true);
            return;
        }
        if (!listening) {
            ring.addWait(inbox.bell(), COUNT);
            listening = true;
        }
        inbox.beginSleep();
        if (inbox.isEmpty() && !closing) {
            enter(ring, 1, true);
        }
        inbox.endSleep();
    }

    private static void enter(Ring ring, int minComplete, boolean events) {
        int answer = ring.enter(minComplete, events);
        if (answer == -Errno.EAGAIN || answer == -Errno.EBUSY) {
            LockSupport.parkNanos(BUSY_NANOS); // the kernel is short of memory: do not storm it
        }
    }

    private void reap(Ring ring) {
        while (ring.hasCompletion()) {
            PosixTransfer over = complete(ring);
            fill(ring);
            if (ring.unsubmitted() > 0) {
                enter(ring, 0, false);
            }
            if (over != null) {
                over.finish(); // last, since it runs the application's callbacks
            }
            finishOver(); // what is cached completes at once, so that completions may never run dry
        }
    }

    /** Takes a completion; answers the transfer that has ended with it. */
    private @Nullable PosixTransfer complete(Ring ring) {
        int slot = ring.take();
        if (slot == Ring.NO_OP) {
            listening = false;
            return null;
        }
        Op op = window.get(slot);
        if (op.goOn(ring.result())) {
            ring.add(op);
            return null;
        }
        PosixTransfer transfer = op.transfer();
        window.release(op);
        return transfer.endsWithOneOpLess() ? transfer : null;
    }

    // ---- the end

    /** Finishes everything; waits for what the kernel has, since it touches the memory. */
    private void end(Ring ring) {
        String cause = death;
        window.stopAll(cause);
        try {
            schedule.stopAll(cause);
            finishOver();
            while (window.isBusy()) {
                if (!ring.hasCompletion()) {
                    enter(ring, 1, true);
                    continue;
                }
                PosixTransfer over = complete(ring);
                if (over != null) {
                    over.finish();
                }
            }
        } finally {
            ended = true; // first, since what follows runs code of others
            try {
                window.abandonAll();
            } finally {
                abandonInbox();
            }
        }
    }

    private void abandonInbox() {
        Fifo left = new Fifo(); // any thread may be here
        inbox.drainTo(left);
        for (PosixTransfer t = left.poll(); t != null; t = left.poll()) {
            t.stop(death);
            t.finish();
        }
    }

    @Override
    public void close() {
        closing = true;
        inbox.ring();
        if (Threads.join(thread, Threads.deadline())) {
            inbox.close();
        }
    }
}
