// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import io.jnixl.api.CostEstimate;
import io.jnixl.api.Explanation;
import io.jnixl.api.Operation;
import io.jnixl.api.Status;
import io.jnixl.api.Transfer;
import io.jnixl.api.TransferFailure;
import io.jnixl.api.TransferStatistics;
import io.jnixl.spi.CompletionSink;
import io.jnixl.spi.TransferColumns;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A transfer as the application sees it: it guards the columns, runs the state and passes posts to the backend.
 *
 * <p>Whoever takes the state (a post, a select) owns columns, message and counters until it gives the state back; the rest is
 * atomic. See {@link TransferState} for who settles a post, {@link Completions} for who is told.
 */
final class TransferImpl implements Transfer, CompletionSink {
    private final AgentImpl agent;

    /** Which holds what the transfer stands on. */
    private final TransferPlan made;

    /** Changes when another backend takes over a post. */
    private Mover mover;

    private final Aim aim;
    private final TransferColumns columns;
    private final NotificationSlot notification;
    private final TransferState state = new TransferState();
    private final Completions completions;
    private final FailureRecord failure = new FailureRecord();
    private final FaultList faults;
    private final TransferClock clock;
    private final AdmissionPass pass;

    /** Null unless others may take over. */
    private final @Nullable Failover failover;

    TransferImpl(AgentImpl agent, TransferPlan plan, TransferColumns columns, NotificationSlot notification) {
        this.agent = agent;
        this.made = plan;
        this.columns = columns;
        this.notification = notification;
        this.aim = new Aim(columns, !plan.standbys().isEmpty());
        this.faults = new FaultList(plan, aim);
        this.completions = new Completions(this, state, plan.callback());
        this.clock = new TransferClock(plan);
        this.pass = new AdmissionPass(agent, plan, state, clock, failure);
        this.failover = plan.standbys().isEmpty() ? null : new Failover(agent, this, aim, notification, failure);
        this.mover = Mover.unprepared(agent, plan);
    }

    /** The second half of construction: the backend needs this as its sink. */
    void prepare() {
        mover = mover.prepare(this, columns, notification);
    }

    /** What was decided, as it is with the present backend. */
    TransferPlan plan() {
        return mover.plan;
    }

    Mover mover() {
        return mover;
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
        if (!made.selectable()) {
            throw TransferRefusals.notByIndex(this);
        }
        takeFor("select");
        try {
            aim.select(mover.plan, local, remote, n);
        } finally {
            state.endSelect();
        }
    }

    /** Takes the state for a call that must not meet a post. */
    private void takeFor(String call) {
        if (!state.beginSelect()) {
            throw TransferRefusals.busyOrClosed(this, call);
        }
    }

    /** All pairs of the lists, in order; before anyone else sees the transfer. */
    void selectAll() {
        aim.selectAll(made);
    }

    @Override
    public int selected() {
        return aim.count();
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
        TransferRefusals.checkRange(offset, length, bytes.length);
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

    private @Nullable Status checkMessage(int length) {
        return failure.checkMessage(length, mover.plan.maxNotificationBytes());
    }

    /** The message could not be copied: no memory, or a text that changes while it is read. */
    private void endUnread(Throwable e) {
        notification.clear();
        failure.reported("the notification could not be copied: " + e, -1, null, null);
        var _ = end(Status.INVALID_PARAM);
    }

    @Override
    public void clearNotification() {
        takeFor("clearNotification");
        notification.clear();
        state.endSelect();
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
        clock.start(state.generation(), columns.totalBytes(), columns.count());
        if (made.isWatched()) {
            agent.deadlines().wake();
        }
        return true;
    }

    private Status refuseBusy() {
        if (isClosed()) {
            throw TransferRefusals.closed(this, "post");
        }
        return Status.REPOST_ACTIVE;
    }

    private Status postBegun() {
        Status refusal = mover.plan.refusal(columns, failure);
        if (refusal == null) {
            refusal = pass.enter(columns.totalBytes());
        }
        if (refusal != null) {
            return end(refusal);
        }
        Status answer = mover.post(failure);
        if (answer.isError() && failover != null) {
            answer = failover.letOthersTry(answer);
        }
        clock.posted();
        if (answer.isError()) {
            mover.blame(answer);
        } else {
            mover.counts.posted(columns.totalBytes());
        }
        return answer == Status.IN_PROGRESS ? leave() : end(answer);
    }

    /** The post in hand is another's now. Late calls to the former one are allowed, and both plans hold the same. */
    void handOver(Mover next) {
        failure.clear();
        faults.clear();
        mover = next;
    }

    /** The poster comes out with the end in its hands. */
    private Status end(Status status) {
        wrapUp(status);
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
        if (state.isWanted()) {
            failure.reported(message, faults.descriptor(column), nativeError, remedy);
        }
        finish(status.isError() ? status : Status.BACKEND);
    }

    @Override
    public boolean fault(int column, long bytesDone, String message, @Nullable String nativeError) {
        return state.isWanted() && faults.add(column, bytesDone, message, nativeError);
    }

    private void finish(Status reported) {
        if (!isInFlight()) {
            agent.warnUnexpectedCompletion(this, reported);
            return;
        }
        Status status = reported.isFinal() ? reported : failure.protocol(reported);
        if (status.isError()) {
            mover.blame(status);
        }
        wrapUp(status);
        long before = state.complete(status);
        if (before == TransferState.NOTHING) {
            agent.warnUnexpectedCompletion(this, reported);
        } else if (!TransferState.has(before, TransferState.INSIDE)) {
            settle(before, !TransferState.has(before, TransferState.ABANDONED), status);
        }
    }

    /** While the post is still this thread's: who sees the end may post again at once, and needs the room. */
    private void wrapUp(Status status) {
        clock.finished();
        if (status == Status.SUCCESS) {
            made.peer().answered(); // also by the end of a post that was given up
            mover.succeeded(columns.totalBytes());
        }
        pass.leave();
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
            mover.counts.failed();
        }
        completions.announce(generation, status);
    }

    // ---- giving up

    @Override
    public CompletableFuture<Void> cancel() {
        abandon(Status.CANCELED);
        letProgress();
        return completions.quiet();
    }

    /** Gives up what runs now, if anything does. */
    void abandon(Status status) {
        abandon(state.generation(), status);
    }

    void abandon(long generation, Status status) {
        long before = state.abandon(generation, status);
        if (before == TransferState.NOTHING) {
            return;
        }
        try {
            if (status == Status.TIMED_OUT && !TransferState.has(before, TransferState.INSIDE)) {
                accuse(); // one whose poster is inside may have waited for room here
            }
        } finally { // even without memory for an accusation: nobody else would tell the backend and those who wait
            if (TransferState.has(before, TransferState.INSIDE)) {
                agent.admission().wakeWaiters(); // the poster may be waiting for room
            } else {
                cancelAndLeave();
            }
            announce(generation, status);
        }
    }

    private void accuse() {
        mover.plan.blame();
        made.peer().doubt(TransferRefusals.timeout(this));
    }

    private void cancelAndLeave() {
        mover.cancel();
        long before = state.leave();
        if (!TransferState.has(before, TransferState.OWNED)) {
            settle(before, false, TransferState.status(before));
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

    /** Answers whether anything happened. */
    boolean letProgress() {
        return isInFlight() && mover.backend.poll();
    }

    /** Lets the backend make progress for as long as it needs; false when it does not do so. */
    boolean drive(long nanos) {
        return isInFlight() && mover.backend.drive(nanos);
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
        return failure.describe(this, aim, faults);
    }

    @Override
    public CostEstimate estimateCost() {
        takeFor("estimateCost");
        try {
            return mover.estimateCost(columns);
        } finally {
            state.endSelect();
        }
    }

    @Override
    public TransferStatistics statistics() {
        TransferRefusals.checkStatistics(this);
        return clock.statistics();
    }

    @Override
    public String label() {
        return made.label();
    }

    @Override
    public Operation operation() {
        return made.operation();
    }

    @Override
    public LivePeer peer() {
        return made.peer();
    }

    @Override
    public String backend() {
        return mover.plan.slot().name;
    }

    Explanation explanation() {
        return (failover == null ? made.choice() : failover.choice()).explain(agent);
    }

    boolean isClosed() {
        return TransferState.has(state.word(), TransferState.CLOSED);
    }

    boolean isOf(AgentImpl someAgent) {
        return agent == someAgent;
    }

    /** Whether the backend has a post in hand. */
    boolean isInFlight() {
        return TransferState.has(state.word(), TransferState.OWNED);
    }

    // ---- closing

    @Override
    public void close() {
        if (!closeWithin(agent.closeTimeoutNanos())) {
            throw TransferRefusals.notClosed(this, agent.closeTimeoutNanos());
        }
    }

    /** False when the backend keeps the memory longer than this. */
    boolean closeWithin(long nanos) {
        long deadline = System.nanoTime() + nanos;
        while (!state.close()) {
            if (isClosed()) {
                return true;
            }
            abandon(Status.CANCELED);
            if (!completions.awaitQuiet(deadline - System.nanoTime())) {
                return false;
            }
        }
        mover.close();
        notification.release();
        made.letGo(this);
        agent.retired(this);
        return true;
    }

    /** For one that could not be made: nothing was posted, nothing of the backend's is there. */
    void abort() {
        if (state.close()) {
            notification.release();
            made.letGo(this);
        }
    }

    @Override
    public String toString() {
        return label() + ": " + made.operation() + " with " + backend() + " to " + made.peer() + ", " + state.visible();
    }
}
