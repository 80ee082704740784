// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.gds;

import io.jnixl.api.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The threads of a backend, each with a {@link Mover} and one load at a time; they sleep while there is nothing to move. A monitor
 * and not a {@code java.util.concurrent} lock, since it allocates nothing under contention either.
 */
final class Workers {
    private static final System.Logger LOG = System.getLogger(Workers.class.getName());

    private final List<Thread> threads = new ArrayList<>();
    private final Object lock = new Object();

    // all of it, and what transfers know of their progress, under the lock
    private final Schedule schedule = new Schedule();
    private final List<Load> loads = new ArrayList<>();
    private int idle;
    private boolean closing;
    private @Nullable String death;

    /** Set when a thread of these closes them, from a callback. */
    private volatile @Nullable Last last;

    private record Last(Thread thread, Runnable free) {}

    private Workers() {}

    /** Starts this many threads. */
    static Workers start(int count, IntFunction<Mover> movers, String name) {
        List<Mover> made = new ArrayList<>();
        Workers workers = new Workers();
        try {
            for (int i = 0; i < count; i++) {
                made.add(movers.apply(i));
            }
            for (int i = 0; i < count; i++) {
                Mover mover = made.get(i);
                Load load = workers.load(mover.room());
                workers.threads.add(Thread.ofPlatform()
                        .daemon()
                        .name(name + "-" + i)
                        .inheritInheritableThreadLocals(false)
                        .start(() -> workers.run(mover, load)));
            }
            return workers;
        } catch (RuntimeException | Error e) { // cuFile gives no more batches, or the system no more threads
            workers.close(() -> {});
            made.subList(workers.threads.size(), made.size()).forEach(Mover::close);
            throw e;
        }
    }

    private Load load(int room) {
        synchronized (lock) {
            Load load = new Load(room);
            loads.add(load);
            return load;
        }
    }

    /** Takes a post; does not block. */
    Status submit(GdsTransfer transfer) {
        synchronized (lock) {
            if (!closing) {
                schedule.add(transfer);
                if (idle > 0) {
                    lock.notify();
                }
                return Status.IN_PROGRESS;
            }
            transfer.stop(death);
        }
        transfer.finish();
        return Status.IN_PROGRESS;
    }

    /**
     * Cancels a post. One that waits ends here and now, on the calling thread: all others may be busy for long. One that moves is
     * given up by the threads that move it. Without a post, does nothing.
     */
    void cancel(GdsTransfer transfer) {
        boolean over;
        synchronized (lock) {
            boolean waited = transfer.scheduled;
            schedule.remove(transfer);
            transfer.stop(null);
            over = waited && transfer.isOver();
        }
        if (over) {
            transfer.finish();
        }
    }

    // ---- the threads

    private void run(Mover mover, Load load) {
        CurrentContext context = new CurrentContext();
        try {
            try {
                while (awaitWork(load)) {
                    move(load, mover, context);
                }
            } catch (Throwable e) {
                died(load, mover, e);
            }
            finishOver();
        } finally {
            mover.close();
            context.leave();
            Last mine = last;
            if (mine != null && mine.thread == Thread.currentThread()) {
                mine.free.run();
            }
        }
    }

    /** Holds no other load while the application's callbacks run: they may wait for any other transfer. */
    private void move(Load load, Mover mover, CurrentContext context) {
        int result = context.enter(load.context());
        if (result != 0) {
            load.fail(CuFileError.ofCuda(result));
        }
        mover.move(load);
        if (release(load)) {
            context.forget(); // callbacks may have entered another
        }
    }

    /** Waits for a load; false when there will be no more. */
    private boolean awaitWork(Load load) {
        synchronized (lock) {
            while (!closing) {
                if (schedule.next(load)) {
                    if (idle > 0 && !schedule.isEmpty()) {
                        lock.notify(); // there is work for another
                    }
                    return true;
                }
                sleep();
            }
            return false;
        }
    }

    @SuppressWarnings("WaitNotInLoop") // the caller's loop looks again
    private void sleep() {
        idle++;
        try {
            lock.wait();
        } catch (InterruptedException e) {
            LOG.log(System.Logger.Level.DEBUG, "interrupted, which means nothing to this thread");
        } finally {
            idle--;
        }
    }

    /** Takes a load back of which nothing moves any more; true when that was the end of its post, and callbacks ran. */
    private boolean release(Load load) {
        GdsTransfer transfer = load.transfer();
        boolean over;
        synchronized (lock) {
            over = transfer.ends(load);
            load.clear();
        }
        if (over) {
            transfer.finish();
        }
        return over;
    }

    private void finishOver() {
        for (GdsTransfer t = pollOver(); t != null; t = pollOver()) {
            t.finish();
        }
    }

    private @Nullable GdsTransfer pollOver() {
        synchronized (lock) {
            return schedule.pollOver();
        }
    }

    // ---- the end

    private void died(Load load, Mover mover, Throwable e) {
        String name = Thread.currentThread().getName();
        LOG.log(System.Logger.Level.ERROR, "thread " + name + " died; its backend moves nothing any more", e);
        synchronized (lock) {
            death = "thread " + name + " died: " + e;
            stop();
        }
        if (load.isInUse()) {
            try {
                mover.giveUp(load); // whose memory is the application's again when the sink has been told
            } catch (Throwable again) {
                LOG.log(System.Logger.Level.ERROR, "what thread " + name + " moved cannot be given up", again);
            }
            load.fail(Fault.CUT_SHORT);
            var _ = release(load);
        }
    }

    /** With the lock held. What moves is given up, and finished, by the threads that move it. */
    private void stop() {
        closing = true;
        schedule.stopAll(death);
        for (Load load : loads) {
            if (load.isInUse()) {
                load.transfer().stop(death);
            }
        }
        lock.notifyAll();
    }

    /**
     * Ends what is left as cancelled, and the threads, and then frees what they used. A thread of these, which calls from a callback,
     * frees it when it ends itself. When a thread does not end, nothing is freed: it still holds what it has of cuFile.
     */
    void close(Runnable free) {
        synchronized (lock) {
            stop();
        }
        finishOver();
        if (!Threads.join(threads)) {
            return;
        }
        if (threads.contains(Thread.currentThread())) {
            last = new Last(Thread.currentThread(), free);
        } else {
            free.run();
        }
    }
}
