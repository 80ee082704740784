// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import io.jnixl.api.NixlException;
import io.jnixl.api.Status;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lets another backend take over a post that the present one could not begin. Belongs to a transfer whose rule says so, and to
 * whoever has its state in hand; costs nothing until a post fails.
 */
final class Failover {
    private static final String MEMORY_GONE = "its memory was gone when the transfer was made";

    private final AgentImpl agent;
    private final TransferImpl transfer;
    private final Aim aim;
    private final NotificationSlot notification;
    private final FailureRecord failure;

    /** Anybody may look at any time; what it refers to never changes. */
    private @Nullable Choice verdicts;

    Failover(AgentImpl agent, TransferImpl transfer, Aim aim, NotificationSlot notification, FailureRecord failure) {
        this.agent = agent;
        this.transfer = transfer;
        this.aim = aim;
        this.notification = notification;
        this.failure = failure;
    }

    /** A new post begins. */
    void clear() {
        if (verdicts != null) {
            verdicts = null;
        }
    }

    /** The choice that the transfer has, or why nobody took over the last post where nobody did. */
    Choice choice() {
        Choice failed = verdicts;
        return failed == null ? transfer.plan().choice() : failed;
    }

    /**
     * After the transfer's mover has answered its post with this error. Whatever goes wrong, the post ends: nobody else could
     * bring its poster out.
     *
     * @return the answer of whom the transfer has then
     */
    Status letOthersTry(Status first) {
        try {
            return inTurn(first);
        } catch (RuntimeException | Error e) {
            failure.thrown(e);
            aim.fill(transfer.plan()); // who was asked last may have left its own there
            return Status.BACKEND;
        }
    }

    /**
     * For as long as nothing has moved and nobody has given the post up, which may happen while one prepares. Where the backend
     * has told an end as well, or may yet, its answer stands.
     */
    private Status inTurn(Status first) {
        Status answer = first;
        while (answer.isError()
                && answer != Status.CANCELED
                && isWanted()
                && transfer.mover().hasNotBegun()) {
            Mover former = transfer.mover();
            String why = atPost(answer, failure.said());
            Mover next = successor(former.plan, why);
            if (next == null) {
                return answer;
            }
            replace(former, next, why);
            if (!isWanted()) {
                return answer; // which nobody hears where the post was given up
            }
            answer = next.post(failure);
        }
        return answer;
    }

    private boolean isWanted() {
        return transfer.state().isWanted();
    }

    private void replace(Mover former, Mover next, String why) {
        former.close();
        transfer.handOver(next);
        former.counts.failed();
        former.plan.blame();
        former.retire(); // after the change: who sums up must not find them twice
        agent.tellFailover(former.plan, next.plan, why);
    }

    /** The next that could prepare what the failed one could not post; null when none could, or the post is given up. */
    private @Nullable Mover successor(TransferPlan failed, String why) {
        Choice choice = failed.choice().next(why);
        List<Standby> left = failed.standbys();
        while (!left.isEmpty() && isWanted()) {
            Standby next = left.getFirst();
            left = left.subList(1, left.size());
            choice = choice.upTo(next.slot(), MEMORY_GONE);
            TransferPlan plan = failed.handedTo(next, left, choice);
            String obstacle = obstacle(plan);
            if (obstacle.isEmpty()) {
                try {
                    aim.fill(plan);
                    return Mover.unprepared(agent, plan).prepare(transfer, aim.columns, notification);
                } catch (NixlException e) {
                    obstacle = atPrepare(e);
                }
            }
            choice = choice.next(obstacle);
        }
        if (left.isEmpty()) {
            verdicts = choice.upTo(null, MEMORY_GONE);
        }
        aim.fill(failed);
        return null;
    }

    private static String staleness(TransferPlan plan) {
        return plan.peer().isCurrent()
                ? ""
                : "the peer is stale: " + plan.peer().whyStale();
    }

    private String obstacle(TransferPlan plan) {
        int most = plan.maxNotificationBytes();
        if (notification.isPresent() && notification.length() > most) {
            return "sends no notifications of " + notification.length() + " bytes";
        }
        return plan.local().isUsable() && plan.remote().isUsable() ? staleness(plan) : plan.describeUnusable();
    }

    static String atPrepare(NixlException e) {
        return "failed at prepare: " + e.getMessage();
    }

    static String atPost(Status status, String text) {
        return "failed at post: " + status + ", " + text;
    }
}
