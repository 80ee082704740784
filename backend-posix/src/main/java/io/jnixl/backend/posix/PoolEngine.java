// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

import io.jnixl.api.Status;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A fixed number of threads with pread(2) and pwrite(2), each with one op at a time. A monitor and not a
 * {@code java.util.concurrent} lock, since it allocates nothing under contention either.
 */
final class PoolEngine implements Engine, Lane {
    private static final System.Logger LOG = System.getLogger(PoolEngine.class.getName());

    private final List<Thread> threads = new ArrayList<>();
    private final Object lock = new Object();

    // all of it, and what transfers know of their progress, under the lock
    private final Schedule schedule = new Schedule();
    private int idle;
    private boolean closing;
    private @Nullable String death;

    private PoolEngine() {}

    /** Starts this many threads. */
    static PoolEngine start(int count, String name) {
        PoolEngine engine = new PoolEngine();
        try {
            for (int i = 0; i < count; i++) {
                engine.threads.add(Thread.ofPlatform()
                        .daemon()
                        .name(name + "-" + i)
                        .inheritInheritableThreadLocals(false)
                        .start(engine::run));
            }
            return engine;
        } catch (Error e) { // the system gives no more threads
            engine.close();
            throw e;
        }
    }

    @Override
    public String word() {
        return "pool";
    }

    @Override
    public Lane lane() {
        return this;
    }

    @Override
    public Status submit(PosixTransfer transfer) {
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

    // ---- the threads

    private void run() {
        Op op = new Op(0, 0);
        try {
            while (awaitWork(op)) {
                finishOver();
                if (op.isInUse()) {
                    move(op);
                }
            }
        } catch (Throwable e) {
            died(op, e);
        }
        finishOver();
    }

    /** Waits for an op, or for a transfer to finish; false when there will be no more. */
    private boolean awaitWork(Op op) {
        synchronized (lock) {
            while (!closing) {
                boolean found = schedule.next(op);
                if (found && idle > 0 && !schedule.isEmpty()) {
                    lock.notify(); // there is work for another
                }
                if (found || schedule.hasOver()) {
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

    private void move(Op op) {
        PosixTransfer over = null;
        boolean more = true;
        while (more) {
            int result = once(op);
            synchronized (lock) {
                more = op.goOn(result);
                if (!more) {
                    over = release(op);
                }
            }
        }
        if (over != null) {
            over.finish();
        }
    }

    private static int once(Op op) {
        if (op.sync() != Durable.NO) {
            return op.sync() == Durable.DATA ? Libc.fdatasync(op.fd()) : Libc.fsync(op.fd());
        }
        return (int)
                (op.isWrite()
                        ? Libc.pwrite(op.fd(), op.address(), op.length(), op.offset())
                        : Libc.pread(op.fd(), op.address(), op.length(), op.offset()));
    }

    /** With the lock held; answers the transfer when it has ended. */
    private @Nullable PosixTransfer release(Op op) {
        PosixTransfer transfer = op.transfer();
        op.clear();
        boolean over = transfer.endsWithOneOpLess();
        if (over && transfer.turnsToSyncs()) {
            schedule.add(transfer);
            lock.notify();
            return null;
        }
        return over ? transfer : null;
    }

    private void finishOver() {
        for (PosixTransfer t = pollOver(); t != null; t = pollOver()) {
            t.finish();
        }
    }

    private @Nullable PosixTransfer pollOver() {
        synchronized (lock) {
            return schedule.pollOver();
        }
    }

    // ---- the end

    private void died(Op op, Throwable e) {
        String name = Thread.currentThread().getName();
        LOG.log(System.Logger.Level.ERROR, "thread " + name + " died; its backend moves nothing any more", e);
        PosixTransfer over = null;
        synchronized (lock) {
            death = "thread " + name + " died: " + e;
            stop();
            if (op.isInUse()) {
                op.transfer().stop(death);
                op.abandon();
                over = release(op);
            }
        }
        if (over != null) {
            over.finish();
        }
    }

    /** With the lock held. What moves is finished by the threads that move it. */
    private void stop() {
        closing = true;
        schedule.stopAll(death);
        lock.notifyAll();
    }

    @Override
    public void close() {
        synchronized (lock) {
            stop();
        }
        finishOver();
        long deadline = Threads.deadline();
        threads.forEach(t -> Threads.join(t, deadline));
    }
}
