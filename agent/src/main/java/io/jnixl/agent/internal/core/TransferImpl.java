// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import io.jnixl.api.CostEstimate;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.Explanation;
import io.jnixl.api.NixlException;
import io.jnixl.api.Operation;
import io.jnixl.api.Peer;
import io.jnixl.api.Status;
import io.jnixl.api.Transfer;
import io.jnixl.api.TransferFailure;
import io.jnixl.api.TransferStatistics;
import io.jnixl.spi.BackendTransfer;
import io.jnixl.spi.CompletionSink;
import io.jnixl.spi.TransferColumns;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A transfer as the application sees it: it guards the columns, runs the state and passes posts to the backend.
 *
 * <p>Whoever takes the state (a post, a select) owns columns, message and counters until it gives the state back; the rest is
 * atomic. See {@link TransferState} for who settles a post, {@link Completions} for who is told.
 */
final class TransferImpl implements Transfer, CompletionSink {
    private static final long NOT_ADMITTED = -1;

    private final AgentImpl agent;

    /** Which holds what the transfer stands on. */
    private final TransferPlan made;

    /** Changes, as do backend and counts, when another backend takes over a post. */
    private TransferPlan plan;

    private final TransferColumns columns;
    private final NotificationSlot notification;
    private final TransferState state = new TransferState();
    private final Completions completions;
    private final FailureRecord failure = new FailureRecord();
    private final FaultList faults;
    private final TransferClock clock;
    private BackendTransfer backend = Unprepared.INSTANCE;
    private int selected;

    /** Whether all pairs are selected, in the order of the lists. */
    private boolean inOrder;

    /** What the post in flight was admitted with; whoever takes it out leaves the gate. */
    private final AtomicLong admitted = new AtomicLong(NOT_ADMITTED);

    private TransferCounts counts = new TransferCounts();

    /** Null unless the backend was chosen by measurement; changes with it. */
    private @Nullable Figure figure;

    /** Whether the backend threw from its last post, or answered what is no answer: then it may be at work all the same. */
    private boolean broken;

    /** Null unless others may take over. */
    private final @Nullable Failover failover;

    TransferImpl(AgentImpl agent, TransferPlan plan, TransferColumns columns, NotificationSlot notification) {
        this.agent = agent;
        this.made = plan;
        this.plan = plan;
        this.columns = columns;
        this.notification = notification;
        this.faults = new FaultList(plan);
        this.completions = new Completions(this, state, plan.callback());
        this.figure = plan.figure();
        this.clock = new TransferClock(plan.statistics(), figure != null, plan.deadline(), plan.stallTimeout());
        this.failover = plan.standbys().isEmpty() ? null : new Failover(columns, notification);
    }

    /** The second half of construction: the backend needs this as its sink. */
    void prepare() {
        backend = plan.prepare(columns, notification, this);
    }

    TransferPlan plan() {
        return plan;
    }

    TransferClock clock() {
        return clock;
    }

    TransferState state() {
        return state;
    }

    // ---- aiming

    @Override
    public void select(int[] local, int[] remote, int n) {
        if (!plan.selectable()) {
            throw new NixlException(
                    ErrorCode.NOT_ALLOWED,
                    label() + " was made from plain lists; prepare both sides to choose by index");
        }
        if (!state.beginSelect()) {
            throw busyOrClosed("select");
        }
        try {
            selected = 0;
            inOrder = false;
            plan.fill(columns, local, remote, n);
            selected = n;
            if (failover != null) {
                failover.selected(local, remote, n);
            }
        } finally {
            state.endSelect();
        }
    }

    /** All pairs of the lists, in order; before anyone else sees the transfer. */
    void selectAll() {
        plan.fillAll(columns);
        selected = plan.local().list.size();
        inOrder = true;
        if (failover != null) {
            failover.selectedAll();
        }
    }

    @Override
    public int selected() {
        return selected;
    }

    // ---- posting

    @Override
    public Status post() {
        return begin() ? postBegun() : refuseBusy();
    }

    @Override
    public Status post(CharSequence text) {
        int length = Utf8.length(text); // before anything is taken: a text that throws harms nothing
        if (!begin()) {
            return refuseBusy();
        }
        Status refusal = checkMessage(length);
        if (refusal != null) {
            return end(refusal);
        }
        try {
            notification.set(text, length);
        } catch (RuntimeException | Error e) {
            endUnread(e);
            throw e;
        }
        return postBegun();
    }

    @Override
    public Status post(byte[] bytes) {
        return post(bytes, 0, bytes.length);
    }

    @Override
    public Status post(byte[] bytes, int offset, int length) {
        if ((offset | length) < 0 || length > bytes.length - offset) {
            throw new NixlException(
                    ErrorCode.INVALID_PARAM,
                    "offset " + offset + " and length " + length + " do not fit a notification of " + bytes.length
                            + " bytes");
        }
        if (!begin()) {
            return refuseBusy();
        }
        Status refusal = checkMessage(length);
        if (refusal != null) {
            return end(refusal);
        }
        try {
            notification.set(bytes, offset, length);
        } catch (RuntimeException | Error e) {
            endUnread(e);
            throw e;
        }
        return postBegun();
    }

    /** The message could not be copied: no memory, or a text that changes while it is read. */
    private void endUnread(Throwable e) {
        notification.clear();
        failure.reported("the notification could not be copied: " + e, -1, null, null);
        var _ = end(Status.INVALID_PARAM);
    }

    @Override
    public void clearNotification() {
        if (!state.beginSelect()) {
            throw busyOrClosed("clearNotification");
        }
        notification.clear();
        state.endSelect();
    }

    private @Nullable Status checkMessage(int length) {
        int most = plan.slot().capabilities.maxNotificationBytes();
        if (most > 0 && length <= most) {
            return null;
        }
        failure.message(length, most);
        return most == 0 ? Status.BACKEND : Status.INVALID_PARAM;
    }

    private boolean begin() {
        if (!state.beginPost()) {
            letProgress(); // a backend that needs a caller may have finished unseen
            if (!state.beginPost()) {
                return false;
            }
        }
        failure.clear();
        faults.clear();
        if (failover != null) {
            failover.clear();
        }
        clock.start(generation(), columns.totalBytes(), columns.count());
        if (plan.isWatched()) {
            agent.deadlines().wake();
        }
        return true;
    }

    private long generation() {
        return TransferState.generation(state.word());
    }

    private Status refuseBusy() {
        if (TransferState.has(state.word(), TransferState.CLOSED)) {
            throw closed("post");
        }
        return Status.REPOST_ACTIVE;
    }

    private Status postBegun() {
        Status refusal = check();
        if (refusal != null) {
            return end(refusal);
        }
        Status answer = callBackend();
        if (answer.isError() && failover != null) {
            answer = letOthersTry(failover, answer);
        }
        clock.posted();
        if (answer.isError()) {
            blame(answer);
        } else {
            counts.posted(columns.totalBytes());
        }
        return answer == Status.IN_PROGRESS ? leave() : end(answer);
    }

    /** What can have changed since the last post; null when all is well. */
    private @Nullable Status check() {
        if (!plan.peer().isCurrent()) {
            return failure.refused(FailureRecord.STALE_PEER, Status.NOT_FOUND);
        }
        if (!plan.local().isUsable() || !plan.remote().isUsable()) {
            return failure.refused(FailureRecord.REGION_GONE, Status.NOT_FOUND);
        }
        if (columns.count() == 0) {
            return failure.refused(FailureRecord.NOTHING_SELECTED, Status.INVALID_PARAM);
        }
        long bytes = columns.totalBytes();
        if (!agent.admission().tryEnter(bytes) && !waitForRoom(bytes)) {
            return noRoom();
        }
        admitted.setRelease(bytes); // the backend hears of the post later, and by more than this
        // given up while it waited: its status is set already, and nothing needs to move
        return TransferState.has(state.word(), TransferState.ABANDONED) ? Status.CANCELED : null;
    }

    private Status noRoom() {
        if (agent.admission().isClosed()) {
            return Status.CANCELED; // the agent is closing, which ends whatever waits
        }
        return clock.isOverdue(generation())
                ? Status.TIMED_OUT
                : failure.refused(FailureRecord.LIMIT, Status.NOT_ALLOWED);
    }

    private boolean waitForRoom(long bytes) {
        long most = plan.deadline() != 0 ? plan.deadline() : agent.sendTimeoutNanos();
        return agent.admission().enter(bytes, !Completions.isInCallback(), most, state);
    }

    private void leaveAdmission() {
        long bytes = admitted.getAndSet(NOT_ADMITTED);
        if (bytes != NOT_ADMITTED) {
            agent.admission().leave(bytes);
        }
    }

    @SuppressWarnings("CatchingUnchecked")
    private Status callBackend() {
        broken = true;
        clock.handing();
        try {
            Status answer = backend.post();
            broken = answer != Status.IN_PROGRESS && !answer.isFinal();
            return broken ? failure.protocol(answer) : answer;
        } catch (RuntimeException | Error e) {
            failure.thrown(e);
            return Status.BACKEND;
        }
    }

    /** Whatever goes wrong, the post ends: nobody else could bring its poster out. */
    private Status letOthersTry(Failover others, Status first) {
        try {
            return failOver(others, first);
        } catch (RuntimeException | Error e) {
            failure.thrown(e);
            others.fill(plan); // who was asked last may have left its own there
            return Status.BACKEND;
        }
    }

    /**
     * Lets others try in turn, for as long as nothing has moved and nobody has given the post up, which may happen while one
     * prepares. Where the backend has told an end as well, or may yet, its answer stands.
     */
    private Status failOver(Failover others, Status first) {
        Status answer = first;
        while (answer.isError() && answer != Status.CANCELED && !broken && isWanted() && backend.bytesMoved() == 0) {
            String why = Failover.atPost(answer, failure.said());
            Failover.Successor next = others.takeOver(plan, this, why);
            if (next == null) {
                return answer;
            }
            handOver(next, why);
            if (!isWanted()) {
                return answer; // which nobody hears where the post was given up
            }
            answer = callBackend();
        }
        return answer;
    }

    /** Others may look at any time: late calls to the former backend are allowed, and both plans hold the same. */
    private void handOver(Failover.Successor next, String why) {
        TransferPlan formerPlan = plan;
        TransferCounts formerCounts = counts;
        closeBackend();
        failure.clear();
        faults.clear();
        TransferCounts fresh = new TransferCounts();
        VarHandle.releaseFence(); // who sees the fields sees what is behind them, as with final ones
        counts = fresh;
        plan = next.plan();
        figure = plan.figure();
        backend = next.backend();
        formerCounts.failed();
        formerPlan.blame();
        formerPlan.slot().retired.add(formerCounts); // after the change: who sums up must not find them twice
        agent.tellFailover(formerPlan, plan, why);
    }

    /** A plain look nearly always. */
    private void noteAnswer(Status status) {
        if (status == Status.SUCCESS) {
            plan.peer().answered();
        }
    }

    /** The poster comes out with the end in its hands. */
    private Status end(Status status) {
        noteAnswer(status);
        clock.finished();
        count(status);
        leaveAdmission();
        long before = state.leaveEnded(status);
        boolean abandoned = TransferState.has(before, TransferState.ABANDONED);
        settle(before, !abandoned, status);
        return abandoned ? TransferState.status(before) : status;
    }

    /** The poster comes out while the backend works, or has finished meanwhile, or the post was given up meanwhile. */
    private Status leave() {
        long before = state.leaveUnlessAbandoned();
        Status status = TransferState.status(before);
        if (!TransferState.has(before, TransferState.OWNED)) {
            settle(before, !TransferState.has(before, TransferState.ABANDONED), status);
        } else if (TransferState.has(before, TransferState.ABANDONED)) {
            cancelAndLeave(); // the one who gave up found the poster inside and left this to it
        }
        return status;
    }

    // ---- the end, as the backend reports it

    @Override
    public void complete(Status status) {
        finish(status);
    }

    @Override
    public void fail(Status status, int column, String message, @Nullable String nativeError, @Nullable String remedy) {
        if (isWanted()) {
            failure.reported(message, isColumn(column) ? faults.descriptor(columns, column) : -1, nativeError, remedy);
        }
        finish(status.isError() ? status : Status.BACKEND);
    }

    @Override
    public boolean fault(int column, long bytesDone, String message, @Nullable String nativeError) {
        return isWanted()
                && isColumn(column)
                && faults.add(columns, column, bytesDone, message, nativeError, selected, inOrder);
    }

    /** What is told of a post after it was given up concerns nobody: its failure is that it was given up. */
    boolean isWanted() {
        return (TransferState.flags(state.word()) & (TransferState.OWNED | TransferState.ABANDONED))
                == TransferState.OWNED;
    }

    private boolean isColumn(int column) {
        return column >= 0 && column < columns.count();
    }

    private void finish(Status reported) {
        if (!TransferState.has(state.word(), TransferState.OWNED)) {
            agent.warnUnexpectedCompletion(this, reported);
            return;
        }
        Status status = reported.isFinal() ? reported : failure.protocol(reported);
        if (status.isError()) {
            blame(status);
        }
        noteAnswer(status); // also of a post that was given up: its end shows that the peer is there
        clock.finished();
        count(status);
        leaveAdmission(); // before the state changes: who sees the end may post again at once and needs the room
        long before = state.complete(status);
        if (before == TransferState.NOTHING) {
            agent.warnUnexpectedCompletion(this, reported);
        } else if (!TransferState.has(before, TransferState.INSIDE)) {
            settle(before, !TransferState.has(before, TransferState.ABANDONED), status);
        }
    }

    /** While the post is still this thread's: the columns may change right after. */
    private void count(Status ended) {
        if (ended == Status.SUCCESS) {
            counts.succeeded(columns.totalBytes());
            if (figure != null && isWanted()) {
                figure.add(columns.totalBytes(), clock.took());
            }
        }
    }

    /** The backend has failed a post, unless somebody has given that up. */
    private void blame(Status ended) {
        if (figure != null && ended != Status.CANCELED && isWanted()) {
            figure.failed();
        }
    }

    /** Called once per post, by the last to leave: the backend owns nothing any more, and the next post may have begun. */
    private void settle(long before, boolean announce, Status status) {
        long generation = TransferState.generation(before);
        if (announce) {
            announce(generation, status);
        }
        completions.settled(generation);
    }

    private void announce(long generation, Status status) {
        if (status.isError()) {
            counts.failed();
        }
        completions.announce(generation, status);
    }

    // ---- giving up

    @Override
    public CompletableFuture<Void> cancel() {
        long now = state.word();
        abandon(TransferState.generation(now), Status.CANCELED);
        letProgress();
        return completions.quiet();
    }

    /** Gives up what runs now, if anything does. */
    void abandon(Status status) {
        abandon(TransferState.generation(state.word()), status);
    }

    void abandon(long generation, Status status) {
        long before = state.abandon(generation, status);
        if (before == TransferState.NOTHING) {
            return;
        }
        if (status == Status.TIMED_OUT && !TransferState.has(before, TransferState.INSIDE)) {
            plan.blame();
            plan.peer().doubt(timeout()); // one whose poster is inside may have waited for room here
        }
        if (TransferState.has(before, TransferState.INSIDE)) {
            agent.admission().wakeWaiters(); // the poster may be waiting for room
        } else {
            cancelAndLeave();
        }
        announce(generation, status);
    }

    private NixlException timeout() {
        TransferFailure found = failure();
        return NixlException.of(ErrorCode.TIMED_OUT, found.message())
                .backend(found.backend())
                .peer(found.peer())
                .build();
    }

    private void cancelAndLeave() {
        cancelBackend();
        long before = state.leave();
        if (!TransferState.has(before, TransferState.OWNED)) {
            settle(before, false, TransferState.status(before));
        }
    }

    private void cancelBackend() {
        try {
            backend.cancel();
        } catch (RuntimeException | Error e) { // or nobody could ever leave
            agent.warn("backend " + backend() + " threw from cancel of " + label(), e);
        }
    }

    // ---- watching and waiting

    @Override
    public Status poll() {
        Status status = state.visible();
        if (status != Status.IN_PROGRESS) {
            return status;
        }
        checkDeadline();
        letProgress();
        return state.visible();
    }

    /** Gives the post up when its deadline has passed. */
    void checkDeadline() {
        long now = state.word();
        long generation = TransferState.generation(now);
        if (TransferState.visible(now) == Status.IN_PROGRESS && clock.isOverdue(generation)) {
            abandon(generation, Status.TIMED_OUT);
        }
    }

    /**
     * The watch's: gives the post up when the backend has had it for too long without moving a byte. What waits for room has
     * not got there, and what a poster is still handing over is moving.
     */
    void checkStall() {
        long now = state.word();
        if (plan.stallTimeout() == 0 || TransferState.flags(now) != TransferState.OWNED) {
            return;
        }
        long generation = TransferState.generation(now);
        if (clock.isStalled(generation, backend.bytesMoved())) {
            abandon(generation, Status.TIMED_OUT);
        }
    }

    /** Bytes and descriptors of the post, for messages. */
    String size() {
        return columns.totalBytes() + " bytes in " + columns.count()
                + (columns.count() == 1 ? " descriptor" : " descriptors");
    }

    /** Answers whether anything happened. */
    boolean letProgress() {
        return TransferState.has(state.word(), TransferState.OWNED) && backend.poll();
    }

    /** Lets the backend make progress for as long as it needs; false when it does not do so. */
    boolean drive(long nanos) {
        return TransferState.has(state.word(), TransferState.OWNED) && backend.drive(nanos);
    }

    @Override
    public Status await() {
        return completions.await(Long.MAX_VALUE);
    }

    @Override
    public Status await(Duration timeout) {
        return completions.await(Durations.nanos(timeout));
    }

    @Override
    public CompletableFuture<Status> completion() {
        return completions.future();
    }

    Completions completions() {
        return completions;
    }

    Driver driver() {
        return agent.driver();
    }

    // ---- telling

    @Override
    public TransferFailure failure() {
        return failure.describe(this, faults);
    }

    @Override
    public CostEstimate estimateCost() {
        if (!state.beginSelect()) {
            throw busyOrClosed("estimateCost");
        }
        try {
            plan.requireUsable(columns);
            return backend.estimateCost();
        } finally {
            state.endSelect();
        }
    }

    @Override
    public TransferStatistics statistics() {
        if (!plan.statistics()) {
            throw new NixlException(ErrorCode.NO_TELEMETRY, label() + " was built without statistics(true)");
        }
        if (TransferState.generation(state.word()) == 0) {
            throw new NixlException(ErrorCode.NOT_POSTED, label() + " was never posted");
        }
        return clock.statistics();
    }

    @Override
    public String label() {
        return plan.label();
    }

    @Override
    public Operation operation() {
        return plan.operation();
    }

    @Override
    public Peer peer() {
        return plan.peer();
    }

    @Override
    public String backend() {
        return plan.slot().name;
    }

    /** The epoch of the peer known by the same name now, or -1. */
    long currentEpoch() {
        return agent.currentEpoch(plan.peer().name());
    }

    Explanation explanation() {
        Choice failed = failover == null ? null : failover.verdicts();
        return (failed == null ? plan.choice() : failed).explain(agent);
    }

    boolean isClosed() {
        return TransferState.has(state.word(), TransferState.CLOSED);
    }

    boolean isOf(AgentImpl someAgent) {
        return agent == someAgent;
    }

    TransferCounts counts() {
        return counts;
    }

    /** Whether the backend has a post in hand. */
    boolean isInFlight() {
        return TransferState.has(state.word(), TransferState.OWNED);
    }

    // ---- closing

    @Override
    public void close() {
        if (!closeWithin(agent.closeTimeoutNanos())) {
            throw NixlException.of(
                            ErrorCode.TIMED_OUT,
                            label() + " is not closed: the backend still owns its memory after "
                                    + Duration.ofNanos(agent.closeTimeoutNanos()))
                    .backend(backend())
                    .peer(plan.peer().name())
                    .remedy("the registrations stay held; close again later, or forget the peer")
                    .build();
        }
    }

    /** False when the backend keeps the memory longer than this. */
    boolean closeWithin(long nanos) {
        long deadline = System.nanoTime() + nanos;
        while (!state.close()) {
            if (TransferState.has(state.word(), TransferState.CLOSED)) {
                return true;
            }
            abandon(Status.CANCELED);
            if (!completions.awaitQuiet(deadline - System.nanoTime())) {
                return false;
            }
        }
        release();
        return true;
    }

    private void release() {
        closeBackend();
        notification.release();
        made.letGo(this);
        agent.retired(this);
    }

    private void closeBackend() {
        try {
            backend.close();
        } catch (RuntimeException | Error e) {
            agent.warn("backend " + backend() + " threw from close of " + label(), e);
        }
    }

    /** For one that could not be made: nothing was posted, nothing of the backend's is there. */
    void abort() {
        if (state.close()) {
            notification.release();
            made.letGo(this);
        }
    }

    private NixlException busyOrClosed(String call) {
        return TransferState.has(state.word(), TransferState.CLOSED)
                ? closed(call)
                : NixlException.of(ErrorCode.REPOST_ACTIVE, call + " during a post of " + label())
                        .backend(backend())
                        .peer(plan.peer().name())
                        .remedy("await it, or cancel it and join the future")
                        .build();
    }

    private NixlException closed(String call) {
        return new NixlException(ErrorCode.INVALID_PARAM, call + ": transfer " + label() + " is closed");
    }

    @Override
    public String toString() {
        return label() + ": " + plan.operation() + " with " + backend() + " to " + plan.peer() + ", " + state.visible();
    }

    /** Stands in until the backend has answered {@code prepare}. */
    private enum Unprepared implements BackendTransfer {
        INSTANCE;

        @Override
        public Status post() {
            return Status.BACKEND;
        }

        @Override
        public void cancel() {
            // nothing runs
        }

        @Override
        public void close() {
            // nothing to free
        }
    }
}
