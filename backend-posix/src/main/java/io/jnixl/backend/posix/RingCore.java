// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

import io.jnixl.nativesupport.Errno;
import java.lang.foreign.Arena;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A ring with what is under way on it: everything that the thread which leads does, and only that thread may call. The window
 * is filled again after each completion rather than after all of them.
 */
final class RingCore {
    private static final long BUSY_NANOS = 100_000;

    /** Where the bell's counts go, of all rings: the kernel may write it a moment after its ring was closed. */
    private static final long COUNT =
            Arena.global().allocate(Long.BYTES, Long.BYTES).address();

    private final Ring ring;
    private final int number;
    private final Window window;
    private final Inbox inbox;
    private final CacheCalls calls = new CacheCalls();
    private final Schedule schedule = new Schedule();
    private final Fifo arrived = new Fifo();
    private boolean listening;
    private @Nullable PosixTransfer here;
    private boolean hereOver;

    // set by any thread
    private volatile boolean cancels;
    private volatile boolean closing;
    private volatile @Nullable String death;

    /** Takes over a ring; transfers will come through the inbox. */
    RingCore(Ring ring, int number, int width, Inbox inbox, Arena arena) {
        this.ring = ring;
        this.number = number;
        this.window = new Window(width, arena);
        this.inbox = inbox;
    }

    /** Entries that are always enough: one for each op, one to listen with, and one to cancel with. */
    static int entries(int width) {
        return width + 2;
    }

    // ---- any thread's

    /** Has whoever leads look for posts that were cancelled. */
    void cancelled() {
        cancels = true;
    }

    /** Has whoever leads stop. */
    void beginClose() {
        closing = true;
    }

    /** Whether something was asked for that no leader has seen. */
    boolean isCalled() {
        return cancels || closing;
    }

    boolean isClosing() {
        return closing;
    }

    /** Ends everything for this cause, unless there is one already. */
    void die(String cause) {
        if (death == null) {
            death = cause;
        }
        closing = true;
    }

    @Nullable
    String death() {
        return death;
    }

    // ---- the leader's

    /** Takes what was posted, fills the window, and takes at most this many completions; enters the kernel only to go on. */
    void advance(int most) {
        takeArrived();
        if (cancels) {
            cancels = false;
            cancelStopped();
        }
        calls.beginRound();
        fill(Integer.MAX_VALUE);
        if (!calls.hasRoom()) { // this may go on for long, and what devices have done is to be heard of
            flush(true);
            visit();
        }
        reap(most);
    }

    /** The same for one new post, of which the kernel is asked for at most so many parts. */
    void beginHere(PosixTransfer transfer, int parts, int most) {
        here = transfer;
        hereOver = false;
        try {
            schedule.add(transfer);
            calls.beginRound();
            fill(parts);
            flush(true);
            reap(most);
        } finally {
            here = null;
        }
    }

    /** Whether that post has ended within; it is for the caller to tell then. */
    boolean isHereOver() {
        return hereOver;
    }

    /** What is to be told, linked; null when there is nothing. */
    @Nullable
    PosixTransfer takeOver() {
        return schedule.takeOver();
    }

    void addOver(PosixTransfer transfer) {
        schedule.addOver(transfer);
    }

    boolean isIdle() {
        return !window.isBusy() && schedule.isEmpty() && inbox.isEmpty();
    }

    /** Whether there is something to do without waiting. */
    boolean canGoOn() {
        return ring.hasCompletion() || (window.hasFree() && !schedule.isEmpty());
    }

    /** Lets the kernel post completions that wait for a visit of the thread that submitted. */
    void visit() {
        if (ring.wantsVisit()) {
            enter(0, true);
        }
    }

    /** Tells the kernel of what it has not been told yet. */
    void flush(boolean events) {
        if (ring.unsubmitted() > 0) {
            enter(0, events);
        }
    }

    /** Waits for a completion, a post, a cancel or the end of this time; a negative one means for ever. */
    void await(long nanos) {
        if (!listening) {
            ring.addWait(inbox.bell(), COUNT);
            listening = true;
        }
        inbox.beginSleep();
        if (inbox.isEmpty() && !closing && !cancels) {
            if (nanos < 0) {
                enter(1, true);
            } else {
                pauseIfBusy(ring.enterFor(nanos));
            }
        }
        inbox.endSleep();
    }

    void silence() {
        ring.silence();
    }

    /** Lets completions wake the lane's thread; true when there is something that it will not be woken for. */
    boolean unsilence() {
        boolean unbegun = !schedule.isEmpty() && (!window.isBusy() || !calls.hasRoom());
        boolean left = ring.unsubmitted() > 0 || schedule.hasOver() || unbegun;
        ring.unsilence();
        return left || ring.hasCompletion();
    }

    private void takeArrived() {
        inbox.drainTo(arrived);
        for (PosixTransfer t = arrived.poll(); t != null; t = arrived.poll()) {
            schedule.add(t);
        }
    }

    /** Gives free ops of the window to the transfers in turn. */
    private void fill(int most) {
        if (closing) {
            schedule.stopAll(death);
        }
        int asked = 0;
        calls.restartClock();
        while (asked < most && window.hasFree() && schedule.next(window.peekFree(), !calls.hasRoom())) {
            Op op = window.takeFree();
            if (!isMoved(op)) {
                add(op);
                asked++;
            }
        }
    }

    /** Moves it by plain calls; false when it is for the ring, as what is left of it. */
    private boolean isMoved(Op op) {
        for (int done = calls.move(op); done >= 0; done = calls.move(op)) {
            if (!op.goOn(done)) {
                end(op);
                return true;
            }
        }
        return false;
    }

    private void add(Op op) {
        ring.add(op, op.file().number(number));
    }

    private void enter(int minComplete, boolean events) {
        pauseIfBusy(ring.enter(minComplete, events));
    }

    /** The kernel is short of memory: do not storm it. */
    private static void pauseIfBusy(int answer) {
        if (answer == -Errno.EAGAIN || answer == -Errno.EBUSY) {
            LockSupport.parkNanos(BUSY_NANOS);
        }
    }

    private void reap(int most) {
        for (int i = 0; i < most && ring.hasCompletion(); i++) {
            complete();
            fill(Integer.MAX_VALUE);
            flush(false);
        }
    }

    private void complete() {
        int slot = ring.take();
        if (slot == Ring.NO_OP) {
            listening = false;
            return;
        }
        if (slot == Ring.CANCELLED) {
            return;
        }
        Op op = window.get(slot);
        if (op.goOn(ring.result())) {
            add(op);
            return;
        }
        end(op);
    }

    private void end(Op op) {
        PosixTransfer transfer = op.transfer();
        window.release(op);
        if (transfer.endsWithOneOpLess()) {
            ended(transfer);
        }
    }

    private void ended(PosixTransfer transfer) {
        if (transfer.turnsToSyncs()) {
            schedule.add(transfer);
        } else if (transfer == here) {
            hereOver = true;
        } else {
            schedule.addOver(transfer);
        }
    }

    /** Has the kernel give up what belongs to stopped posts. */
    private void cancelStopped() {
        for (int slot = 0; slot < window.width(); slot++) {
            flush(false); // there is room for one
            if (ring.unsubmitted() > 0) {
                cancels = true; // the kernel is short of memory: the rest another time
                return;
            }
            if (window.get(slot).shouldCancel()) {
                ring.addCancel(slot);
            }
        }
        flush(false);
    }

    // ---- the end

    /** Stops everything, and waits for what the kernel has, since it touches the memory. */
    void drain() {
        String cause = death;
        window.stopAll(cause);
        schedule.stopAll(cause);
        cancels = true;
        while (window.isBusy()) {
            if (cancels) {
                cancels = false;
                cancelStopped();
            }
            if (ring.hasCompletion()) {
                complete();
            } else {
                enter(1, true);
            }
        }
    }

    /** Finishes what nobody will hear of any more. */
    void abandon() {
        window.abandonAll();
    }
}
