// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import io.jnixl.api.CostEstimate;
import io.jnixl.api.Status;
import io.jnixl.spi.BackendTransfer;
import io.jnixl.spi.TransferColumns;
import org.jspecify.annotations.Nullable;

/**
 * The backend that moves a transfer's bytes, what it has prepared for that, and what its posts are counted with. One that
 * takes over is another mover. Anybody may look at any time, since plan, backend and counts stay the same; posting is for the
 * one who has the transfer's state in hand.
 */
final class Mover {
    private final AgentImpl agent;
    final TransferPlan plan;
    final TransferCounts counts;
    final BackendTransfer backend;

    /** Null unless the backend was chosen by measurement. */
    private final @Nullable Measurement measurement;

    /** Whether the backend threw from its last post, or answered what is no answer: then it may be at work all the same. */
    private boolean broken;

    private Mover(
            AgentImpl agent,
            TransferPlan plan,
            TransferCounts counts,
            BackendTransfer backend,
            @Nullable Measurement measurement) {
        this.agent = agent;
        this.plan = plan;
        this.counts = counts;
        this.backend = backend;
        this.measurement = measurement;
    }

    /** One whose backend is still to be asked. */
    static Mover unprepared(AgentImpl agent, TransferPlan plan) {
        return new Mover(agent, plan, new TransferCounts(), Unprepared.INSTANCE, null);
    }

    /** The same with what its backend has prepared. */
    Mover prepare(TransferImpl transfer, TransferColumns columns, NotificationSlot notification) {
        Measurement its = Measurement.of(plan, transfer.clock(), transfer.state());
        return new Mover(agent, plan, counts, plan.prepare(columns, notification, transfer), its);
    }

    /** Hands a post over; the record says what went wrong. */
    @SuppressWarnings("CatchingUnchecked")
    Status post(FailureRecord failure) {
        broken = true;
        if (measurement != null) {
            measurement.handing();
        }
        try {
            Status answer = backend.post();
            broken = answer != Status.IN_PROGRESS && !answer.isFinal();
            return broken ? failure.protocol(answer) : answer;
        } catch (RuntimeException | Error e) {
            failure.thrown(e);
            return Status.BACKEND;
        }
    }

    /** Of one that has just answered a post with an error: whether it is sure that nothing has moved or will. */
    boolean hasNotBegun() {
        return !broken && backend.bytesMoved() == 0;
    }

    CostEstimate estimateCost(TransferColumns columns) {
        plan.requireUsable(columns);
        return backend.estimateCost();
    }

    /** Its post has moved this much, all there was. */
    void succeeded(long bytes) {
        counts.succeeded(bytes);
        if (measurement != null) {
            measurement.succeeded(bytes);
        }
    }

    /** It has failed a post, unless somebody has given that up. */
    void blame(Status ended) {
        if (measurement != null) {
            measurement.failed(ended);
        }
    }

    void cancel() {
        try {
            backend.cancel();
        } catch (RuntimeException | Error e) { // or nobody could ever leave
            agent.warn("backend " + plan.slot().name + " threw from cancel of " + plan.label(), e);
        }
    }

    void close() {
        try {
            backend.close();
        } catch (RuntimeException | Error e) {
            agent.warn("backend " + plan.slot().name + " threw from close of " + plan.label(), e);
        }
    }

    /** What it has moved counts for its backend from now on. */
    void retire() {
        plan.slot().retired.add(counts);
    }
}
