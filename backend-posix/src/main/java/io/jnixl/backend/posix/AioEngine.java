// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

import io.jnixl.api.Status;
import io.jnixl.nativesupport.Errno;
import io.jnixl.spi.ProgressPolicy;
import java.lang.foreign.Arena;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The kernel's older asynchronous I/O, and the thread that owns it. Asynchronous with O_DIRECT alone: of other files the kernel
 * moves the bytes while it is told of them, one after the other.
 */
final class AioEngine implements Engine, Lane {
    private static final System.Logger LOG = System.getLogger(AioEngine.class.getName());
    private static final long BUSY_NANOS = 100_000;

    private final String name;
    private final boolean spins;
    private final int width;
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

    private AioEngine(int width, ProgressPolicy policy, String name) {
        this.name = name;
        this.width = width;
        this.spins = policy == ProgressPolicy.SPIN;
        this.window = new Window(width);
        this.thread = Thread.ofPlatform()
                .daemon()
                .name(name)
                .inheritInheritableThreadLocals(false)
                .unstarted(this::run);
    }

    /**
     * Starts the thread, which makes the context.
     *
     * @throws Refusal when the kernel gives none; nothing is left behind then
     */
    static AioEngine start(int width, ProgressPolicy policy, String name) throws Refusal {
        AioEngine engine = new AioEngine(width, policy, name);
        try {
            engine.thread.start();
            Threads.await(engine.started); // a context without an owner would be left otherwise
            return engine;
        } catch (Error e) { // no thread to be had
            engine.inbox.close();
            throw e;
        } catch (ExecutionException e) {
            engine.inbox.close();
            if (e.getCause() instanceof Refusal refusal) {
                throw refusal;
            }
            throw new IllegalStateException("thread " + name + " did not start", e.getCause());
        }
    }

    @Override
    public String word() {
        return "libaio";
    }

    @Override
    public Lane lane() {
        return this;
    }

    @Override
    public Status submit(PosixTransfer transfer) {
        inbox.offer(transfer);
        if (ended) {
            abandonInbox();
        }
        return Status.IN_PROGRESS;
    }

    // ---- the thread

    private void run() {
        try (Arena arena = Arena.ofConfined();
                AioContext context = AioContext.open(width, arena)) {
            started.complete(true);
            serve(context);
        } catch (Throwable e) {
            if (!started.completeExceptionally(e)) {
                LOG.log(System.Logger.Level.ERROR, "thread " + name + " died; its backend moves nothing any more", e);
            }
        }
    }

    private void serve(AioContext context) {
        try {
            while (!closing || window.isBusy()) {
                fill(context);
                submit(context);
                finishOver();
                await(context);
                reap(context);
            }
        } catch (Throwable e) {
            death = "thread " + name + " died: " + e;
            throw e;
        } finally {
            end(context);
        }
    }

    /** Gives the free ops of the window to the transfers in turn. */
    private void fill(AioContext context) {
        inbox.drainTo(arrived);
        for (PosixTransfer t = arrived.poll(); t != null; t = arrived.poll()) {
            schedule.add(t);
        }
        if (closing) {
            schedule.stopAll(null);
        }
        while (window.hasFree() && schedule.next(window.peekFree())) {
            context.add(window.takeFree());
        }
    }

    private void submit(AioContext context) {
        while (context.hasWaiting()) {
            int answer = context.submit();
            if (answer == -Errno.EAGAIN) { // the kernel is short of room: some of it comes back with what ends
                LockSupport.parkNanos(BUSY_NANOS);
                return;
            }
            if (answer < 0 && answer != -Errno.EINTR) {
                refused(context, context.takeRefused(), answer);
            }
        }
    }

    /** What the kernel does not even begin, such as on a closed descriptor, ends here. */
    private void refused(AioContext context, int slot, int answer) {
        if (slot == AioContext.BELL) {
            throw new IllegalStateException("io_submit refuses to poll: " + Errno.text(-answer));
        }
        take(context, window.get(slot), answer);
    }

    private void finishOver() {
        for (PosixTransfer t = schedule.pollOver(); t != null; t = schedule.pollOver()) {
            t.finish(); // runs the application's callbacks
        }
    }

    /** Waits for an event or a post. */
    private void await(AioContext context) {
        if (spins || context.hasWaiting()) {
            var _ = context.await(0);
            return;
        }
        if (!listening) {
            context.addWait(inbox.bell());
            listening = true;
            submit(context);
        }
        inbox.beginSleep();
        boolean canBegin = window.hasFree() && !schedule.isEmpty(); // what was refused has made room
        boolean sleep = inbox.isEmpty() && !closing && !context.hasWaiting() && !canBegin && !schedule.hasOver();
        var _ = context.await(sleep ? 1 : 0);
        inbox.endSleep();
    }

    private void reap(AioContext context) {
        while (context.hasEvent()) {
            int slot = context.take();
            if (slot == AioContext.BELL) {
                listening = false;
                context.clear(inbox.bell());
            } else {
                take(context, window.get(slot), context.result());
            }
        }
    }

    /** Takes the kernel's answer for an op. */
    private void take(AioContext context, Op op, int result) {
        if (op.goOn(result)) {
            context.add(op);
            return;
        }
        PosixTransfer transfer = op.transfer();
        window.release(op);
        if (!transfer.endsWithOneOpLess()) {
            return;
        }
        if (transfer.turnsToSyncs()) {
            schedule.add(transfer);
        } else {
            schedule.addOver(transfer);
        }
    }

    // ---- the end

    /** Finishes everything; waits for what the kernel has, since it touches the memory. */
    private void end(AioContext context) {
        String cause = death;
        window.stopAll(cause);
        try {
            schedule.stopAll(cause);
            finishOver();
            while (window.isBusy()) {
                submit(context);
                var _ = context.await(context.hasWaiting() ? 0 : 1);
                reap(context);
                finishOver();
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
