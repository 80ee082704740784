// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

import io.jnixl.api.Status;
import io.jnixl.spi.ProgressPolicy;
import java.lang.foreign.Arena;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One ring, and the thread that leads it when nobody else does. To lead is to be the one who takes posts from the inbox, fills
 * the window, enters the kernel and takes completions: one thread at a time, and nobody waits to become it. A platform thread
 * that posts, polls or waits leads if no other does, which saves waking one; when it goes, the next completion makes the kernel
 * wake the lane's own thread, so that a post ends though nobody asks for it. What has ended is told while not leading, since
 * that runs code of others.
 */
final class RingLane implements Lane {
    private static final System.Logger LOG = System.getLogger(RingLane.class.getName());
    private static final long CLOSE_STEP_NANOS = 50_000;
    private static final long FOR_EVER = -1;

    /** What a poster begins itself: entering costs some microseconds each. */
    private static final int FIRST = 32;

    /** Completions to take in one go; those of the page cache may never run dry. */
    private static final int SOME = 64;

    /** How often a waiting caller looks whether it was interrupted. */
    private static final long SLICE_NANOS = 20_000_000;

    /**
     * How a ring is made and used.
     *
     * @param width reads and writes under way at a time
     * @param policy how its thread waits
     * @param oneThread whether its own thread alone leads
     * @param registeredBytes bound of the memory to register
     * @param name of the thread
     */
    record Settings(int width, ProgressPolicy policy, boolean oneThread, long registeredBytes, String name) {}

    private final int number;
    private final String name;
    private final boolean spins;
    private final Arena arena;
    private final Ring ring;
    private final Inbox inbox;
    private final Alarm alarm;
    private final RingCore core;
    private final RingTables tables;
    private final boolean shared;
    private final Thread thread;
    private final AtomicBoolean led = new AtomicBoolean();
    private final Queue<FutureTask<?>> errands = new ConcurrentLinkedQueue<>();
    private volatile boolean ended;

    private RingLane(int number, Settings settings, Ring ring, Inbox inbox, Alarm alarm, Arena arena) {
        this.number = number;
        this.name = settings.name + (number == 0 ? "" : "-" + number);
        this.spins = settings.policy == ProgressPolicy.SPIN;
        this.arena = arena;
        this.ring = ring;
        this.inbox = inbox;
        this.alarm = alarm;
        this.core = new RingCore(ring, number, settings.width, inbox, arena);
        this.tables = new RingTables(number, ring.fd(), settings.registeredBytes);
        this.shared = !settings.oneThread && !spins && ring.isTimed() && ring.registerEvent(alarm.event(), arena) >= 0;
        this.thread = Thread.ofPlatform()
                .daemon()
                .name(name)
                .inheritInheritableThreadLocals(false)
                .unstarted(this::run);
    }

    /**
     * Makes the ring and starts its thread.
     *
     * @throws Refusal when the kernel gives none; nothing is left behind then
     */
    @SuppressWarnings("MustBeClosedChecker") // its thread closes the arena at its end
    static RingLane start(int number, Settings settings) throws Refusal {
        Arena arena = Arena.ofShared();
        Ring ring;
        try {
            ring = Ring.open(RingCore.entries(settings.width), settings.oneThread, arena);
        } catch (Refusal e) {
            arena.close();
            throw e;
        }
        Inbox inbox = null;
        Alarm alarm = null;
        try {
            inbox = new Inbox();
            alarm = new Alarm();
            RingLane lane = new RingLane(number, settings, ring, inbox, alarm, arena);
            lane.thread.start();
            return lane;
        } catch (RuntimeException | Error e) { // no descriptor or no thread to be had
            ring.close();
            arena.close();
            if (inbox != null) {
                inbox.close();
            }
            if (alarm != null) {
                alarm.close();
            }
            throw e;
        }
    }

    @Override
    public int number() {
        return number;
    }

    /** How the ring is made and what it knows, such as {@code COOP_TASKRUN, registered buffers and files}. */
    String words() {
        String known = tables.words();
        return ring.mode() + (known.isEmpty() ? "" : ", " + known) + (shared ? "" : ", led by its own thread only");
    }

    // ---- what the kernel is told of

    @Override
    public void prepare(DramRegion[] memories, FileRegion[] files) {
        boolean direct = false;
        for (FileRegion file : files) {
            direct |= file.isDirect();
            if (file.isOwned() && file.number(number) < 0) {
                onRing(() -> tables.add(file));
            }
        }
        for (DramRegion memory : memories) {
            if (direct && !memory.isBuffer(number)) { // to and from the page cache bytes are copied anyway
                onRing(() -> tables.add(memory));
            }
        }
    }

    void forget(DramRegion memory) {
        onRing(() -> tables.remove(memory));
    }

    void forget(FileRegion file) {
        onRing(() -> tables.remove(file));
    }

    /** Runs it on the thread that the ring belongs to, if it belongs to one, and waits. */
    private void onRing(Runnable task) {
        if (!ring.isOneThreads() || Thread.currentThread() == thread) {
            task.run();
            return;
        }
        FutureTask<?> errand = new FutureTask<>(task, true);
        errands.add(errand);
        core.cancelled(); // a look around
        inbox.ring();
        if (ended) {
            runErrands();
        }
        Threads.get(errand);
    }

    private void runErrands() {
        for (FutureTask<?> errand = errands.poll(); errand != null; errand = errands.poll()) {
            errand.run();
        }
    }

    // ---- callers

    @Override
    public Status submit(PosixTransfer transfer) {
        if (shared && transfer.isForPoster() && !Thread.currentThread().isVirtual() && inbox.isEmpty() && tryLead()) {
            return submitHere(transfer);
        }
        inbox.offer(transfer);
        if (!led.get()) {
            alarm.call();
        }
        if (ended) {
            abandonInbox();
        }
        return Status.IN_PROGRESS;
    }

    private Status submitHere(PosixTransfer transfer) {
        try {
            core.beginHere(transfer, FIRST, SOME);
        } catch (Throwable e) {
            die(e);
        }
        Status status = Status.IN_PROGRESS;
        if (core.isHereOver()) {
            if (transfer.hasSucceeded()) {
                transfer.endsHere();
                status = Status.SUCCESS;
            } else {
                core.addOver(transfer);
            }
        }
        leave();
        return status;
    }

    @Override
    public void poll(PosixTransfer transfer) {
        if (!shared || Thread.currentThread().isVirtual() || !tryLead()) {
            return;
        }
        PosixTransfer over = null;
        try {
            core.visit();
            core.advance(SOME);
            over = core.takeOver();
        } catch (Throwable e) {
            die(e);
        }
        leave();
        tell(over);
    }

    @Override
    public void drive(PosixTransfer transfer, long nanos) {
        if (!shared || Thread.currentThread().isVirtual() || !tryLead()) {
            return;
        }
        long deadline = System.nanoTime() + Math.min(nanos, Long.MAX_VALUE / 2);
        while (true) {
            PosixTransfer over = null;
            boolean stay = false;
            try {
                core.advance(SOME);
                over = core.takeOver();
                stay = transfer.moving
                        && !transfer.isStopped() // nobody waits for it any more
                        && !core.isClosing()
                        && !Thread.currentThread().isInterrupted();
                long left = stay ? deadline - System.nanoTime() : 0;
                stay = left > 0;
                if (stay && over == null && !core.canGoOn()) {
                    core.await(Math.min(left, SLICE_NANOS));
                }
            } catch (Throwable e) {
                die(e);
            }
            if (!stay) {
                leave();
                tell(over);
                return;
            }
            if (over != null) {
                leave(); // telling may take long, and others' posts go on meanwhile
                tell(over);
                if (!tryLead()) {
                    return;
                }
            }
        }
    }

    @Override
    public void cancelled() {
        core.cancelled();
        inbox.ring();
        if (!led.get()) {
            alarm.call();
        }
    }

    // ---- who leads

    private boolean tryLead() {
        if (led.get() || !led.compareAndSet(false, true)) {
            return false;
        }
        if (shared) {
            core.silence();
        }
        return true;
    }

    /** Stops leading, and sees to it that what is left is looked at by the lane's thread, now or with the next completion. */
    private void leave() {
        boolean left = true;
        try {
            core.flush(true);
            left = core.unsilence();
        } catch (Throwable e) {
            die(e);
        }
        led.set(false);
        if (left || core.isCalled() || !inbox.isEmpty()) {
            alarm.call();
        }
    }

    private void tell(@Nullable PosixTransfer over) {
        PosixTransfer t = over;
        while (t != null) {
            PosixTransfer following = t.next; // read first: it may be posted again
            t.next = null;
            try {
                t.finish();
            } catch (Throwable e) {
                die(e);
            }
            t = following;
        }
    }

    private void die(Throwable e) {
        String who = Thread.currentThread().getName();
        core.die("thread " + who + " died: " + e);
        LOG.log(System.Logger.Level.ERROR, "thread " + who + " failed; its backend moves nothing any more", e);
        inbox.ring();
        alarm.call();
    }

    // ---- the lane's own thread

    private void run() {
        try {
            ring.enable();
            long room = alarm.room(arena);
            while (!core.isClosing()) {
                alarm.hear();
                if (tryLead()) {
                    lead();
                }
                rest(room);
            }
        } catch (Throwable e) {
            die(e);
        }
        end();
    }

    /** Until there is nothing to do; for ever, when nobody else may lead. */
    private void lead() {
        try {
            while (!core.isClosing()) {
                core.advance(SOME); // takes note of who wants a look around, so errands are looked for after it
                runErrands();
                PosixTransfer over = core.takeOver();
                if (over != null) {
                    if (!tellAndReturn(over)) {
                        return;
                    }
                } else if (spins) {
                    core.flush(true);
                    core.visit();
                    Thread.onSpinWait();
                } else if (!core.canGoOn()) {
                    if (shared && core.isIdle()) {
                        break;
                    }
                    core.await(FOR_EVER);
                }
            }
        } catch (Throwable e) {
            die(e);
        }
        leave();
    }

    /** Tells what has ended while not leading; false when another leads then. */
    private boolean tellAndReturn(PosixTransfer over) {
        led.set(false);
        tell(over);
        return tryLead();
    }

    private void rest(long room) {
        if (alarm.beginSleep() && !core.isClosing() && (inbox.isEmpty() || led.get())) {
            alarm.sleep(room);
        }
        alarm.endSleep();
    }

    // ---- the end

    private void end() {
        while (!tryLead()) {
            inbox.ring();
            LockSupport.parkNanos(CLOSE_STEP_NANOS); // a caller, which sees that it is over
        }
        try {
            tell(core.takeOver());
            core.drain();
        } catch (Throwable e) {
            die(e);
        }
        ended = true; // first, since what follows runs code of others
        tables.end();
        tell(core.takeOver());
        core.abandon();
        runErrands();
        abandonInbox();
        ring.close();
        arena.close();
    }

    private void abandonInbox() {
        Fifo left = new Fifo(); // any thread may be here
        inbox.drainTo(left);
        for (PosixTransfer t = left.poll(); t != null; t = left.poll()) {
            t.stop(core.death());
            t.finish();
        }
    }

    /** Asks it to end. */
    void beginClose() {
        core.beginClose();
        inbox.ring();
        alarm.call();
    }

    /** Ends it; comes last. */
    void close() {
        beginClose();
        if (Threads.join(thread, Threads.deadline())) {
            inbox.close();
            alarm.close();
        }
    }
}
