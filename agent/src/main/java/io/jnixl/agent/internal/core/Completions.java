// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import io.jnixl.api.Status;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Those who want to know when a post ends: one parked waiter, futures made when asked for, the preset callback.
 *
 * <p>Nobody is missed without a lock: who wants to know first leaves its name and then looks at the state; who ends a post
 * first changes the state and then looks for names.
 */
final class Completions {
    /**
     * Somebody's interest in the end of one post.
     *
     * @param future what this class completes and waits for
     * @param shown what users get: they could complete it themselves
     * @param older of a former post whose end is being told just now, on another thread
     */
    private record Pending(
            long generation,
            CompletableFuture<Status> future,
            CompletableFuture<Status> shown,
            @Nullable Pending older) {
        static Pending of(long generation, @Nullable Pending older) {
            CompletableFuture<Status> future = new CompletableFuture<>();
            return new Pending(generation, future, future.copy(), older);
        }
    }

    /** Somebody's interest in the quiet after one post. */
    private record Quiet(long generation, CompletableFuture<Void> future, CompletableFuture<Void> shown) {
        static Quiet of(long generation) {
            CompletableFuture<Void> future = new CompletableFuture<>();
            return new Quiet(generation, future, future.copy());
        }
    }

    /** As many rounds as one in which a backend has work to do counts until the next look at the clock: it takes longer. */
    private static final int BUSY_ROUNDS = 8;

    private static final VarHandle WAITER;

    static {
        try {
            WAITER = MethodHandles.lookup().findVarHandle(Completions.class, "waiter", Thread.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final TransferImpl transfer;
    private final TransferState state;
    private final @Nullable Callback callback;
    private volatile @Nullable Thread waiter;
    private volatile @Nullable Pending pending;
    private volatile @Nullable Quiet quiet;

    Completions(TransferImpl transfer, TransferState state, @Nullable Callback callback) {
        this.transfer = transfer;
        this.state = state;
        this.callback = callback;
    }

    static boolean isInCallback() {
        return Callback.isRunningHere();
    }

    /** The post's status is final. */
    void announce(long generation, Status status) {
        wakeWaiter();
        for (Pending asked = pending; asked != null; asked = asked.older()) {
            if (asked.generation() == generation) {
                asked.future().complete(status);
            }
        }
        if (callback != null) {
            callback.run(transfer, status);
        }
    }

    /** The post's memory is quiet. */
    void settled(long generation) {
        Quiet asked = quiet;
        if (asked != null && asked.generation() <= generation) {
            asked.future().complete(null);
        }
    }

    CompletableFuture<Status> future() {
        return TransferState.generation(state.word()) == 0
                ? CompletableFuture.completedFuture(Status.NOT_POSTED)
                : pending().shown();
    }

    /** Under a lock, so that it is handed out only after it was seen that the end of its post had still to be told. */
    private synchronized Pending pending() {
        while (true) {
            long generation = TransferState.generation(state.word());
            Pending known = pending;
            if (known != null && known.generation() == generation) {
                return known;
            }
            Pending mine = Pending.of(generation, firstOpen(known));
            pending = mine;
            long now = state.word();
            if (TransferState.generation(now) == generation) {
                if (TransferState.visible(now).isFinal()) {
                    mine.future().complete(TransferState.visible(now));
                }
                return mine;
            }
            pending = known; // another post has begun, and the end of this one may have been told before we asked
        }
    }

    private static @Nullable Pending firstOpen(@Nullable Pending from) {
        Pending open = from;
        while (open != null && open.future().isDone()) {
            open = open.older();
        }
        return open;
    }

    /** Done when the present post, if there is one, has left the memory. */
    CompletableFuture<Void> quiet() {
        long word = state.word();
        if (!TransferState.isBusy(word)) {
            return CompletableFuture.completedFuture(null);
        }
        return quietAfter(TransferState.generation(word)).shown();
    }

    private Quiet quietAfter(long generation) {
        Quiet mine;
        Quiet over = null;
        synchronized (this) {
            mine = quiet;
            if (mine == null || mine.generation() < generation) {
                over = mine;
                mine = Quiet.of(generation);
                quiet = mine;
            }
        }
        if (over != null) {
            over.future().complete(null); // a later post has begun, so that one is over, and nobody else will tell
        }
        long now = state.word();
        if (!TransferState.isBusy(now) || TransferState.generation(now) != mine.generation()) {
            mine.future().complete(null);
        }
        return mine;
    }

    /** Waits for the memory to be quiet, also through an interrupt: closing must not leave it half done. */
    boolean awaitQuiet(long nanos) {
        transfer.letProgress();
        long word = state.word();
        if (!TransferState.isBusy(word)) {
            return true;
        }
        CompletableFuture<Void> done =
                quietAfter(TransferState.generation(word)).future();
        long deadline = System.nanoTime() + nanos;
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    done.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
                    return true;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new AssertionError("completed with a value only", e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    // ---- waiting

    Status await(long nanos) {
        Status status = transfer.poll();
        if (status != Status.IN_PROGRESS || nanos <= 0) {
            return status;
        }
        long start = Durations.begin(nanos);
        Driver driver = transfer.driver();
        if (driver.isActive() && transfer.drive(nanos)) { // it waited in the kernel, where the end comes from
            status = state.visible();
            return status != Status.IN_PROGRESS ? status : park(start, nanos);
        }
        long patience = driver.spinNanos();
        status = spin(start, nanos, patience);
        if (status != Status.IN_PROGRESS) {
            return status;
        }
        driver.rest();
        long asleep = System.nanoTime();
        status = park(start, nanos);
        if (status != Status.IN_PROGRESS) {
            driver.slept(patience, System.nanoTime() - asleep);
        }
        return status;
    }

    /** Platform threads drive the backend themselves until nothing has happened for a while: that is the shortest way. */
    private Status spin(long start, long nanos, long patience) {
        if (patience == 0) {
            return Status.IN_PROGRESS;
        }
        Driver driver = transfer.driver();
        Status early = glance(driver.rounds());
        if (early != Status.IN_PROGRESS) {
            return early;
        }
        long looked = System.nanoTime();
        long quietSince = looked;
        long polite = Driver.POLITE_NANOS;
        boolean quiet = true;
        int untilLook = driver.rounds();
        while (true) {
            boolean happened = transfer.letProgress();
            Status status = state.visible();
            if (status != Status.IN_PROGRESS) {
                return status;
            }
            quiet &= !happened;
            untilLook -= happened ? BUSY_ROUNDS : 1;
            if (untilLook <= 0) {
                transfer.checkDeadline();
                long time = System.nanoTime();
                untilLook = driver.rounds(time - looked);
                looked = time;
                quietSince = quiet ? quietSince : time;
                quiet = true;
                if (time - quietSince >= patience
                        || time - start >= nanos
                        || Thread.currentThread().isInterrupted()) {
                    return state.visible();
                }
                polite = Driver.makeWay(time - quietSince, polite);
            }
        }
    }

    /** Without the clock, a look at which costs as much as a round: most have not long to wait. */
    private Status glance(int rounds) {
        Status status = Status.IN_PROGRESS;
        for (int left = rounds; left > 0 && status == Status.IN_PROGRESS; ) {
            left -= transfer.letProgress() ? BUSY_ROUNDS : 1;
            status = state.visible();
        }
        return status;
    }

    private Status park(long start, long nanos) {
        Thread me = Thread.currentThread();
        if (!enlist(me)) {
            return awaitFuture(start, nanos);
        }
        try {
            while (true) {
                Status status = state.visible();
                long left = Durations.left(start, nanos);
                if (status != Status.IN_PROGRESS || left <= 0 || me.isInterrupted()) {
                    return status;
                }
                LockSupport.parkNanos(this, left);
            }
        } finally {
            delist(me);
        }
    }

    /** Leaves one's name to be woken; false when another thread has the place. */
    boolean enlist(Thread me) {
        return WAITER.compareAndSet(this, (Thread) null, me);
    }

    void delist(Thread me) {
        var _ = WAITER.compareAndSet(this, me, (Thread) null);
    }

    private void wakeWaiter() {
        Thread parked = waiter;
        if (parked != null) {
            LockSupport.unpark(parked);
        }
    }

    /** The way of all waiters but the first: they may allocate. */
    private Status awaitFuture(long start, long nanos) {
        try {
            long left = Durations.left(start, nanos);
            return pending().future().get(Math.max(0, left), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return state.visible();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return state.visible();
        } catch (ExecutionException e) {
            throw new AssertionError("completed with a value only", e);
        }
    }
}
