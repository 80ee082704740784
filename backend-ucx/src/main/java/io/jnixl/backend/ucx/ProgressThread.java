// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.jnixl.nativesupport.NativeCalls;
import io.jnixl.spi.BackendContext;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;

/**
 * Progresses a worker when no poster does: it serves peers while this side is idle, and ends posts that nobody polls. When
 * there is nothing to do for as long as the policy says, it arms the worker and sleeps in poll(2) until an event comes.
 */
final class ProgressThread implements Runnable {
    private static final System.Logger LOG = System.getLogger("io.jnixl.backend.ucx");
    private static final MethodHandle POLL =
            NativeCalls.libc("poll", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));
    private static final VarHandle PARKED;
    private static final short POLLIN = 1;

    /**
     * While posts are under way, and first after something happened: not every transport tells all that could go on by an
     * event. What a target answers waits for room at the initiator, and no event says that there is some.
     */
    private static final int SHORTEST_MILLIS = 1;

    /** Reached step by step, while nothing happens. */
    private static final int LONGEST_MILLIS = 1_000;

    private static final int LONGER_EACH_TIME = 4;

    /** How long to wait for one who has the worker. */
    private static final long OTHERS_TURN_NANOS = 20_000;

    /** Reached by doubling, while somebody has it at each look. */
    private static final long LONGEST_TURN_NANOS = 1_000_000;

    /** How long to leave the worker to those who poll it, before a look whether they still do. */
    private static final long SHORTEST_AWAY_NANOS = 100_000;

    /**
     * Reached by doubling, while they do: so it is away no longer than they have polled before. Each look takes tens of
     * microseconds of a processor that one of them may want.
     */
    private static final long LONGEST_AWAY_NANOS = 4_000_000;

    /** How often they must poll for it to stay away for longer. */
    private static final long RAREST_POLL_NANOS = 1_000_000;

    private static final long STANDSTILL_NANOS = 1_000_000;

    /** In a row, with a pause behind each: a tenth of a second. */
    private static final int MOST_FAILURES = 100;

    /** How long it spins once a sleep was over so soon that it had better not slept: some times what it takes to be woken. */
    private static final long LONGER_NANOS = 500_000;

    /**
     * After so long without anything, the one who is to bring about more may be waiting for this very processor: the kernel wakes
     * this thread on the one where the peer posts.
     */
    private static final long POLITE_NANOS = 5_000;

    /** More than a yield takes where nobody else wants the processor. */
    private static final long CROWDED_NANOS = 5_000;

    /** How often in a row somebody else must have run in a yield and brought about an event, to be taken for the poster. */
    private static final int TIMES_SHARED = 2;

    /** How many rounds it progresses in a row, if nobody else wants the worker: taking and giving it wait for all that was written. */
    private static final int MOST_ROUNDS = 64;

    /** Turns of {@link UcxWorker#TRIES} rounds until it looks at the clock, which costs as much as a round in which nothing happens. */
    private static final int TURNS_PER_CLOCK = 2;

    static {
        try {
            PARKED = MethodHandles.lookup().findVarHandle(ProgressThread.class, "parked", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final UcxWorker worker;
    private final Pollers pollers;
    private final int eventFd;
    private final long spinNanos;
    private final Thread thread;
    private volatile boolean parked;
    private volatile boolean away;
    private volatile boolean stopping;

    /** The thread's own, as are those that follow: how often others had polled at the last look. */
    private long polls;

    private long awayNanos = SHORTEST_AWAY_NANOS;
    private long othersTurnNanos = OTHERS_TURN_NANOS;
    private long idleSince;

    /** How long nothing may happen just now until it sleeps, and whether it has been waited for so long. */
    private long patience;

    private boolean waited;

    /** How long it must have seen nothing happen until it makes way next. */
    private long politeNanos = POLITE_NANOS;

    private long idleNanos;

    /** Whether somebody else ran in the last yield, and how often in a row such a yield has brought about an event. */
    private boolean gaveWay;

    private int timesShared;
    private int idleTurns;
    private int millis = SHORTEST_MILLIS;
    private final Refusals refusals = new Refusals();
    private final StandIn standIn;

    ProgressThread(UcxWorker worker, int eventFd, BackendContext context) {
        this.worker = worker;
        this.pollers = worker.pollers();
        this.eventFd = eventFd;
        this.spinNanos = context.progress().spinNanos();
        this.patience = spinNanos;
        this.thread = Thread.ofPlatform()
                .daemon()
                .name("jnixl-ucx-" + context.agentName() + (worker.serves() ? "" : ":" + worker.index()))
                .unstarted(this);
        this.standIn = new StandIn(thread.getName() + "-after", worker::standIn);
    }

    void start() {
        thread.start();
    }

    boolean isParked() {
        return parked;
    }

    /** Ends its sleep, if it sleeps; any thread. When it has died, what there is to do is done by another. */
    void wake() {
        if (worker.isDead()) {
            standIn.wake();
        } else if (parked && PARKED.compareAndSet(this, true, false)) {
            UcpNative.signal(worker.handle()); // it can fail only where there is nothing to wake
        } else if (away) {
            LockSupport.unpark(thread);
        }
    }

    /** Those to whom the worker was left go to sleep; any thread. */
    void takeOver() {
        if (away) {
            LockSupport.unpark(thread);
        }
    }

    /** As {@link #wake()}, also when another has woken it: arming may have taken that one's signal away. */
    void wakeAnyhow() {
        parked = false;
        UcpNative.signal(worker.handle());
    }

    @Override
    public void run() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment pollFd = arena.allocate(Long.BYTES, Long.BYTES);
            pollFd.set(JAVA_INT, 0, eventFd);
            pollFd.set(JAVA_SHORT, Integer.BYTES, POLLIN);
            work(pollFd.address(), new AnotherProcessor(arena, System.nanoTime()));
        } catch (Throwable t) {
            worker.died(t);
        }
    }

    /** A turn that fails is no reason to leave the worker alone for good; many in a row are. */
    private void work(long pollFd, AnotherProcessor elsewhere) throws Throwable {
        int failures = 0;
        while (!stopping) {
            try {
                worker.tellLeftOver();
                if (!leftToOthers()) {
                    takeTurn(pollFd, elsewhere);
                }
                failures = 0;
            } catch (RuntimeException | Error e) {
                if (++failures == MOST_FAILURES) {
                    throw e;
                }
                if (Integer.bitCount(failures) == 1) {
                    LOG.log(System.Logger.Level.ERROR, "a turn of the thread that progresses UCX failed", e);
                }
                pause(STANDSTILL_NANOS, false);
            }
        }
    }

    /**
     * Leaves the worker to those who poll it, in whose way it would only get: looks at it without taking it, now and then,
     * since they may stop without saying so. False when nobody polls.
     */
    private boolean leftToOthers() {
        long now = pollers.polls();
        long since = now - polls;
        boolean othersPoll = since != 0 && !pollers.areResting();
        polls = now;
        if (!othersPoll) {
            awayNanos = SHORTEST_AWAY_NANOS;
            return false;
        }
        if (since < awayNanos / RAREST_POLL_NANOS) { // one who looks in now and then is not to be relied on
            awayNanos = SHORTEST_AWAY_NANOS;
        }
        away = true;
        boolean leaves = worker.mayPark() && !pollers.areResting() && !stopping;
        if (leaves) {
            LockSupport.parkNanos(awayNanos);
            awayNanos = Math.min(2 * awayNanos, LONGEST_AWAY_NANOS);
            idleTurns = 0;
            millis = SHORTEST_MILLIS;
        }
        away = false;
        return leaves;
    }

    /**
     * Sleeps for so long, or until it is woken: less when there is something that it alone will do.
     *
     * @param awaited whether somebody is known to rely on it
     */
    private void pause(long nanos, boolean awaited) {
        away = true;
        LockSupport.parkNanos(awaited || !worker.mayPark() || stopping ? Math.min(nanos, OTHERS_TURN_NANOS) : nanos);
        away = false;
    }

    private void takeTurn(long pollFd, AnotherProcessor elsewhere) throws Throwable {
        if (worker.isWanted() || !worker.tryOwn()) {
            pause(othersTurnNanos, pollers.areResting());
            othersTurnNanos = Math.min(2 * othersTurnNanos, LONGEST_TURN_NANOS);
            return;
        }
        othersTurnNanos = OTHERS_TURN_NANOS;
        long uses;
        boolean stands;
        boolean rests = false;
        boolean parks = false;
        pollers.setHelped(true);
        try {
            long pollsBefore = pollers.polls();
            int left = MOST_ROUNDS;
            do {
                int tries = tries();
                left -= tries;
                int events = worker.progress(UcxWorker.ROUNDS, tries);
                if (events > 0) {
                    refusals.none();
                }
                if (gaveWay) {
                    gaveWay = false;
                    timesShared = events > 0 ? timesShared + 1 : 0;
                }
                stands = worker.isStandingStill();
                rests = !stands && mayRest(events);
            } while (!rests && !stands && !isToMakeWay() && left > 0 && worker.mayStay(pollsBefore));
            uses = worker.counters().starts() + pollers.polls();
            parks = rests && arm();
            if (parks) {
                pollers.tookOver();
            }
        } finally {
            pollers.setHelped(false);
            worker.disown();
        }
        if (rests && !parks) {
            refusals.add(uses);
        } else {
            refusals.none();
        }
        if (stands) {
            pause(STANDSTILL_NANOS, false);
        } else if (refusals.isLong()) {
            if (refusals.isStrange()) {
                Remains.IN_THIS_PROCESS.look();
            }
            pause(STANDSTILL_NANOS, false);
        } else if (!rests && isToMakeWay()) {
            makeWay(elsewhere);
        } else if (parks) {
            long asleep = System.nanoTime();
            boolean woken = sleep(pollFd, worker.isBusy() ? SHORTEST_MILLIS : millis);
            adapt(System.nanoTime() - asleep);
            millis = Math.min(LONGER_EACH_TIME * millis, LONGEST_MILLIS);
            parked = false;
            idleNanos = 0;
            politeNanos = POLITE_NANOS;
            idleTurns = woken ? 0 : TURNS_PER_CLOCK; // a mere look needs no patience: the time of idleness goes on
        }
    }

    /** How often it is to find nothing; once only where it may sleep then, and where it matters what the first round brings. */
    private int tries() {
        return !gaveWay && (spinNanos > 0 || refusals.isLast()) ? UcxWorker.TRIES : 1;
    }

    private boolean isToMakeWay() {
        return idleNanos >= politeNanos;
    }

    /** Lets others have the processor, if any want it: after 5 µs in which nothing happened, 10, 20 and so on. */
    @SuppressWarnings("ThreadPriorityCheck") // a hint is all that it is meant to be
    private void makeWay(AnotherProcessor elsewhere) throws Throwable {
        politeNanos *= 2;
        if (timesShared >= TIMES_SHARED) {
            timesShared = 0;
            elsewhere.move(System.nanoTime());
            return;
        }
        long before = System.nanoTime();
        Thread.yield();
        gaveWay = System.nanoTime() - before > CROWDED_NANOS;
    }

    /** After a sleep: one who is woken again and again had better spin, which also tells the kernel that it wants a processor. */
    private void adapt(long slept) {
        if (spinNanos > 0 && spinNanos < LONGER_NANOS) {
            patience = (waited ? patience : 0) + slept < LONGER_NANOS ? LONGER_NANOS : spinNanos;
        }
    }

    /** Owner: whether nothing has happened for long enough. */
    private boolean mayRest(int events) {
        boolean busy = worker.isBusy();
        if (events > 0 || busy) {
            millis = SHORTEST_MILLIS;
        }
        if (events > 0) {
            idleTurns = 0;
            idleNanos = 0;
            politeNanos = POLITE_NANOS;
            waited = false;
            return false;
        }
        boolean looks = ++idleTurns % TURNS_PER_CLOCK == 0;
        if (!looks && (spinNanos > 0 || refusals.isLast())) {
            return false; // arming, too, costs more than a round
        }
        boolean servesNobody = !worker.serves() && !busy; // whatever the policy
        if (servesNobody
                || (spinNanos < Long.MAX_VALUE && pollers.areResting())) { // the one who rests has spun already
            return true;
        }
        long now = System.nanoTime();
        if (idleTurns <= TURNS_PER_CLOCK) {
            idleSince = now;
        } else {
            idleTurns = TURNS_PER_CLOCK; // the next look comes at twice as many, whatever happens
        }
        idleNanos = now - idleSince;
        waited = idleNanos >= patience;
        return waited;
    }

    /** Until an event, a signal or the time; false when it was the time. */
    private static boolean sleep(long pollFd, int millis) throws Throwable {
        return (int) POLL.invokeExact(pollFd, 1L, millis) != 0;
    }

    /** Owner: whether it may sleep now. From here on posters wake it, so what they did before is looked at once more. */
    private boolean arm() {
        if (!worker.mayPark() || UcpNative.arm(worker.handle()) != UcpStatus.OK) {
            return false;
        }
        parked = true;
        if (!worker.mayPark() || stopping) {
            parked = false;
            return false;
        }
        return true;
    }

    /** Ends it and waits for that. */
    void stop() {
        stopping = true;
        if (Thread.currentThread() == thread) {
            return; // a callback closes the agent: the thread ends when it returns
        }
        wakeAnyhow();
        LockSupport.unpark(thread);
        Threads.join(thread);
        standIn.stop();
    }
}
