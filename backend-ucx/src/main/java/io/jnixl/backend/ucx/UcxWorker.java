// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.api.Status;
import io.jnixl.spi.BackendContext;
import java.lang.foreign.Arena;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One of an agent's UCX workers and what is under way on it. One thread owns it at a time: a poster that finds it free posts
 * and progresses itself; otherwise, and from virtual threads always, the post is handed over to whoever owns it. What ended
 * meanwhile is told after the ownership was given up, since telling runs the application's callbacks.
 *
 * <p>Methods say "owner" when the caller must own the worker; others may be called by any thread.
 */
final class UcxWorker {
    private static final System.Logger LOG = System.getLogger("io.jnixl.backend.ucx");

    /** Rounds of progress in a row: then others get their turn. */
    static final int ROUNDS = 64;

    /** Rounds in a row that find nothing, for one who waits: taking and giving the worker costs more than a round. */
    static final int TRIES = 8;

    /** As many for one who waits for messages. */
    private static final int DRIVE_TRIES = 16;

    /** See {@link #unsettled}. */
    private static final int AFTER_EVENT = 2;

    /** Posts that end at once, in a row, until UCX is let to do other work: it costs as much as a post. */
    private static final int POSTS_PER_PROGRESS = 16;

    /** For one who stands in for the helper: as many times {@link #ROUNDS}. */
    private static final int MOST_TURNS = 1_000;

    /** In one of them a flush goes on that was put off; and what that puts off in turn has the other. */
    private static final int ROUNDS_BEFORE_FORCE = 2;

    /** UCX looks at its sockets in one, and tells of what is broken in another. */
    private static final int ROUNDS_TO_NOTICE = 8;

    private static final VarHandle IN_FLIGHT;

    static {
        try {
            IN_FLIGHT = MethodHandles.lookup().findVarHandle(UcxWorker.class, "inFlight", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final int index;
    private final long handle;
    private final int eventFd;
    private final Ownership ownership = new Ownership();
    private final HandOver handedOver = new HandOver();
    private final Tokens tokens = new Tokens();
    private final WorkerCounters counters = new WorkerCounters();
    private final KeptEndpoints keptEndpoints = new KeptEndpoints();
    private final Receiver receiver;
    private final Upcalls upcalls;
    private final RequestParams params;
    private final ProgressThread helper;

    private final Pollers pollers = new Pollers();
    private final CompletionQueue completions = new CompletionQueue();
    private final Ends ends;
    private final Errands errands = new Errands();

    /** Made once, since it is used at each progress. */
    private final Consumer<UcxPost> starter = this::start;

    private Consumer<UcxWorker> whenDead = worker -> {};
    private volatile int inFlight;

    /**
     * How often {@link #keepGoing} has still to see to what is under way since something happened: arming costs several system calls.
     * Twice after an event: UCX may go on with what waited for it in a round that it counts as none, and say only then that more
     * waits for room.
     */
    private int unsettled;

    private int endedAtOnce;
    private volatile boolean closed;
    private volatile @Nullable Throwable death;

    /**
     * Starts on a worker of UCX's that nobody else calls.
     *
     * @param index its place among the agent's workers; the first, 0, serves peers
     * @param arena lives longer than the native worker
     */
    UcxWorker(int index, long handle, int eventFd, BackendContext context, Arena arena) {
        this.index = index;
        this.handle = handle;
        this.eventFd = eventFd;
        this.receiver = new Receiver(context.notifications());
        this.upcalls = new Upcalls(this, arena);
        this.params = new RequestParams(arena, upcalls.sent());
        if (serves()) {
            upcalls.listen(handle, arena);
        }
        this.helper = new ProgressThread(this, eventFd, context);
        this.ends = new Ends(context, helper::wake);
    }

    void start() {
        helper.start();
    }

    /** Its place among the agent's workers. */
    int index() {
        return index;
    }

    /** Whether peers connect to it, and it takes their notifications. */
    boolean serves() {
        return index == 0;
    }

    long handle() {
        return handle;
    }

    /** What becomes readable when there is something to progress: an epoll descriptor. */
    int eventFd() {
        return eventFd;
    }

    Upcalls upcalls() {
        return upcalls;
    }

    /** Owner. */
    Tokens tokens() {
        return tokens;
    }

    /** Owner. */
    WorkerCounters counters() {
        return counters;
    }

    /** Owner. */
    KeptEndpoints keptEndpoints() {
        return keptEndpoints;
    }

    /** Owner. */
    RequestParams params() {
        return params;
    }

    Pollers pollers() {
        return pollers;
    }

    /** Owner. */
    CompletionQueue completions() {
        return completions;
    }

    /** Owner. */
    Receiver receiver() {
        return receiver;
    }

    // ---- owning

    /**
     * Takes the worker, waiting for it; for the control path.
     *
     * @throws NixlException when the backend has ended
     */
    void own() {
        if (!ownership.take()) {
            throw NixlException.of(ErrorCode.CANCELED, "the agent is closed")
                    .backend(UcxBackendProvider.NAME)
                    .build();
        }
        unsettled = AFTER_EVENT;
    }

    /** As {@link #own()}; false when the backend has ended, and all is gone with it. */
    boolean ownIfOpen() {
        boolean owned = !closed && ownership.take();
        if (owned) {
            unsettled = AFTER_EVENT;
        }
        return owned;
    }

    boolean tryOwn() {
        return ownership.tryTake();
    }

    boolean isWanted() {
        return ownership.isWanted();
    }

    /** Owner: gives the worker up, tells what ended, and sees to what was handed over meanwhile. */
    void disown() {
        boolean again;
        do {
            UcxPost ended = ends.takePosts();
            UcxPeer gone = ends.takePeers();
            ownership.giveUp();
            ends.tell(ended);
            ends.tell(gone);
            again = !handedOver.isEmpty() && !closed && ownership.tryTake();
            if (again) {
                progress();
                keepGoing();
            }
        } while (again);
    }

    /**
     * Owner: gives the worker up, and leaves to the helper what there is to tell: for the control path, whose callers may
     * hold locks that the application's callbacks want.
     */
    void disownQuietly() {
        carryOn(); // what calls into UCX besides progress have ended, such as a close by force
        keepGoing();
        UcxPost ended = ends.takePosts();
        boolean loss = ends.hasPeers();
        ownership.giveUp();
        if (ended != null) {
            ends.leaveToHelper(ended);
        }
        if (loss || !handedOver.isEmpty()) {
            helper.wake();
        }
    }

    /** Progresses once, for the control path; answers how much there was. */
    int progressQuietly() {
        own();
        try {
            return progress();
        } finally {
            disownQuietly();
        }
    }

    /** Has whoever owns it next do something soon: for those who own another worker, and must not wait for this one. */
    void later(Runnable errand) {
        errands.add(errand);
        helper.wake();
    }

    /** Has whoever owns it do something when nothing comes from peers any more, for now, and the agent takes what came. */
    void whenNothingComes(Runnable errand) {
        later(() -> errands.addForWhenNothingComes(errand));
    }

    // ---- posting

    /** Posts what the transfer's columns say; the end comes to its sink. */
    Status submit(UcxPost transfer) {
        if (closed) {
            return Status.CANCELED;
        }
        if (death != null) {
            return Status.BACKEND;
        }
        boolean virtual = Thread.currentThread().isVirtual();
        if (!virtual && ownership.tryTake()) {
            return startAsOwner(transfer);
        }
        handedOver.push(transfer);
        if (virtual) {
            helper.wake();
        } else if (ownership.tryTake()) { // whoever owned it may have looked before this one was there
            lookAround();
        }
        return Status.IN_PROGRESS;
    }

    /** Owner: progresses, and gives the worker up. */
    private void lookAround() {
        try {
            progress();
            keepGoing();
        } finally {
            disown();
        }
    }

    /** What ends at once needs no progress; but who posts nothing else must not keep UCX from the rest for long. */
    private Status startAsOwner(UcxPost transfer) {
        boolean ended = false;
        try {
            ended = startOrFail(transfer);
            if (!ended || ++endedAtOnce % POSTS_PER_PROGRESS == 0) {
                progress();
            } else {
                carryOn(); // with what UCX may have ended inside the calls
            }
            keepGoing();
        } finally {
            disown();
        }
        return ended ? Status.SUCCESS : Status.IN_PROGRESS;
    }

    /**
     * Owner: sees to it that what is under way goes on though nobody may poll: by events, or else by the helper. Not while
     * nothing happens: those who poll in vain leave UCX as it is. Arming takes a signal away that another has just sent to the
     * helper, who then is woken once more.
     */
    void keepGoing() {
        if (unsettled == 0) {
            return;
        }
        unsettled--;
        if (inFlight > 0 && helper.isParked() && (UcpNative.arm(handle) != UcpStatus.OK || !helper.isParked())) {
            helper.wakeAnyhow();
        }
    }

    /** Progresses if nobody else does; answers whether anything happened. */
    boolean poll() {
        return poll(ROUNDS, TRIES);
    }

    /** As {@link #poll}, by one who waits for a single message to come. */
    boolean drive() {
        return poll(1, DRIVE_TRIES);
    }

    private boolean poll(int finds, int tries) {
        if (Thread.currentThread().isVirtual() || closed) {
            return false;
        }
        if (isWanted() || !ownership.tryTake()) { // the control path comes first
            pollers.knock();
            return false;
        }
        try {
            pollers.polled();
            int events = progress(finds, tries);
            keepGoing();
            return events > 0;
        } finally {
            disown();
        }
    }

    /** One who polled stops: the helper takes over. */
    void rest() {
        pollers.rest();
        helper.takeOver();
    }

    /**
     * Owner: so many more are under way, on which UCX works. Without a fence, since the next owner sees it by the ownership;
     * others only guess by it how long to sleep.
     */
    void count(int change) {
        IN_FLIGHT.setRelease(this, (int) IN_FLIGHT.get(this) + change);
    }

    /** Owner: starts one that was handed over, whose poster has gone: its end is told in any case. */
    private void start(UcxPost transfer) {
        if (startOrFail(transfer)) {
            finished(transfer);
        }
    }

    private boolean startOrFail(UcxPost transfer) {
        counters.started();
        unsettled = Math.max(unsettled, 1);
        String dead = whyDead();
        if (dead != null) {
            transfer.refuse(Status.BACKEND, dead);
            return false;
        }
        return transfer.take();
    }

    /** Leaves a post to whoever owns it next. Any thread, owners of other workers among them. */
    void handOver(UcxPost post) {
        handedOver.push(post);
    }

    /** Has the helper look around, if it sleeps. Any thread. */
    void wake() {
        helper.wake();
    }

    // ---- progressing

    /** Owner: lets UCX work, and carries on with what it ended. Answers how much there was. */
    int progress() {
        return progress(ROUNDS, 1);
    }

    /**
     * The same.
     *
     * @param finds rounds that find something, at most
     * @param tries in a row that find nothing, at most
     */
    int progress(int finds, int tries) {
        runErrands();
        handedOver.drain(starter);
        if (receiver.isKeeping()) {
            receiver.deliverKept();
            if (receiver.isFull()) {
                carryOn();
                return 0;
            }
        }
        int all = 0;
        int rounds = 0;
        int found = 0;
        int vain = 0;
        int knocksBefore = pollers.knocks();
        do {
            int events = UcpNative.progress(handle);
            rounds++;
            if (carryOn() || events > 0) {
                unsettled = AFTER_EVENT;
                all += events;
                vain = 0;
                found++;
            } else {
                vain++;
            }
        } while (vain < tries
                && found < finds
                && rounds < ROUNDS
                && pollers.knocks() == knocksBefore
                && isUndisturbed()
                && !receiver.isFull());
        counters.progressed(rounds, all);
        if (vain > 0 && errands.runThoseForThen()) {
            carryOn();
        }
        upcalls.report();
        return all;
    }

    /** Owner, in the middle of posting: lets UCX work once; what that ends is carried on with later. */
    void progressNatively() {
        if (!receiver.isFull()) {
            counters.progressed(1, UcpNative.progress(handle));
        }
    }

    /**
     * Owner, before an endpoint is closed by force: UCX (1.18 to 1.23, at least) lets go of the endpoint at once, and may have put off a
     * part of a flush on it to its next round, in which it then reads memory that is another's by now, or nobody's. So that round
     * comes first, even where the agent takes no notifications: what it brings is kept.
     */
    void finishWhatIsScheduled() {
        justProgress(ROUNDS_BEFORE_FORCE);
    }

    /** Owner: lets UCX find out what has become of its sockets, and say which endpoints have failed. */
    void letUcxNotice() {
        justProgress(ROUNDS_TO_NOTICE);
    }

    private void justProgress(int rounds) {
        for (int i = 0; i < rounds; i++) {
            counters.progressed(1, UcpNative.progress(handle));
        }
    }

    /** Owner: does what others left to it; {@link #progress} does so too. */
    void runErrands() {
        errands.run();
    }

    /** Goes on with what UCX has ended; false when there was nothing. */
    private boolean carryOn() {
        if (!completions.isAny()) {
            return false;
        }
        unsettled = AFTER_EVENT; // UCX tells of ends that it counts among no events
        completions.drain();
        return true;
    }

    /** Owner: the transfer's post is over, and its end must be told. */
    void finished(UcxPost transfer) {
        ends.add(transfer);
    }

    /** Owner: the agent must hear of it. */
    void lost(UcxPeer peer) {
        ends.add(peer);
    }

    /** The helper's: tells what others left to it. */
    void tellLeftOver() {
        ends.tellLeftOver();
    }

    // ---- waiting for events

    /**
     * Owner, the helper: whether it may progress once more before it gives the worker up: nobody wants that, nothing is to be told.
     *
     * @param pollsBefore what {@link Pollers#polls} said when it took the worker
     */
    boolean mayStay(long pollsBefore) {
        return pollers.polls() == pollsBefore && isUndisturbed() && !ends.hasPeers() && !ends.areLeftOver() && !closed;
    }

    /** Owner: whether nobody wants the worker, nothing was handed over or left to do, and nothing is to be told. */
    private boolean isUndisturbed() {
        return handedOver.isEmpty() && !ends.hasPosts() && !isWanted() && errands.isEmpty();
    }

    /** Whether nothing waits that only this process can move on. */
    boolean mayPark() {
        return handedOver.isEmpty() && !ends.areLeftOver() && errands.isEmpty();
    }

    /** Owner: whether UCX stands still until the agent takes notifications. */
    boolean isStandingStill() {
        return receiver.isFull();
    }

    /** Whether anything is under way that this side has begun; a guess for who does not own it. */
    boolean isInUse() {
        return inFlight > 0;
    }

    /** Whether events may be missing that a wait must not rely on: then the helper looks now and then. */
    boolean isBusy() {
        return isInUse() || receiver.isKeeping();
    }

    /** A transfer is closed: its number is free. */
    void giveBack(long token) {
        if (ownIfOpen()) {
            tokens.giveBack(token);
            disownQuietly();
        }
    }

    // ---- the end

    /** Owner: whether UCX would let one sleep: no message of its own waits for room at a peer. */
    boolean isArmable() {
        return UcpNative.arm(handle) == UcpStatus.OK;
    }

    boolean isClosed() {
        return closed;
    }

    /** The helper died: all that runs ends, and nothing new starts. */
    void died(Throwable cause) {
        LOG.log(
                System.Logger.Level.ERROR,
                "the thread that progresses UCX died; what its agent's worker " + index + " moves fails from now on",
                cause);
        death = cause;
        if (ownIfOpen()) {
            try {
                whenDead.accept(this);
                progress(); // what was handed over ends with the cause, and so does what the former closed
            } finally {
                disown();
            }
        }
        ends.tellLeftOver(); // the helper would have
    }

    /** In place of the helper, which died: what was left to it is done and told, and nobody waits for that for ever. */
    void standIn() {
        if (ownIfOpen()) {
            try {
                for (int i = 0; i < MOST_TURNS && progress() > 0; i++) {} // some errands wait until nothing comes
                keepGoing();
            } finally {
                disown();
            }
        }
        ends.tellLeftOver();
    }

    /**
     * Before {@link #start()}: who sees to what is under way on a worker that nobody progresses any more. Called by one who
     * owns it.
     */
    void whenDead(Consumer<UcxWorker> handler) {
        whenDead = handler;
    }

    /** Whether nobody progresses it any more but those who poll. */
    boolean isDead() {
        return death != null;
    }

    /** What its thread died of; null while it lives. */
    @Nullable
    String whyDead() {
        Throwable cause = death;
        return cause == null ? null : "the thread that progresses UCX died: " + cause;
    }

    /** Ends the helper; posts are refused from now on. */
    void stop() {
        closed = true;
        helper.stop();
    }

    /** Owner, after {@link #stop}, for ever: ends what was handed over and never started. */
    void drain() {
        handedOver.drain(t -> t.refuse(Status.CANCELED, "the agent is closing"));
    }

    /** As {@link #disown}, and nobody gets the worker any more. */
    void disownForEver() {
        ownership.end();
        ends.tellLast();
    }
}
