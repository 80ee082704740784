// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import io.jnixl.api.NixlException;
import io.jnixl.api.Status;
import io.jnixl.spi.BackendTransfer;
import io.jnixl.spi.TransferColumns;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lets another backend take over a post that the present one could not begin. Belongs to a transfer whose rule says so, and to
 * whoever has its state in hand; costs nothing until a post fails, but that each selection is noted.
 */
final class Failover {
    private static final String MEMORY_GONE = "its memory was gone when the transfer was made";

    private final TransferColumns columns;
    private final NotificationSlot notification;

    /** What was selected last: the columns keep it as one backend knows it. */
    private final int[] locals;

    private final int[] remotes;
    private int count;
    private boolean inOrder;

    /** Anybody may look at any time; what it refers to never changes. */
    private @Nullable Choice verdicts;

    Failover(TransferColumns columns, NotificationSlot notification) {
        this.columns = columns;
        this.notification = notification;
        this.locals = new int[columns.capacity()];
        this.remotes = new int[columns.capacity()];
    }

    void selected(int[] local, int[] remote, int n) {
        System.arraycopy(local, 0, locals, 0, n);
        System.arraycopy(remote, 0, remotes, 0, n);
        count = n;
        inOrder = false;
    }

    void selectedAll() {
        inOrder = true;
    }

    /** A new post begins. */
    void clear() {
        if (verdicts != null) {
            verdicts = null;
        }
    }

    /** Why the last post was taken over by nobody; null when it was, or did not fail. */
    @Nullable
    Choice verdicts() {
        return verdicts;
    }

    /** Another backend, ready to post. */
    record Successor(TransferPlan plan, BackendTransfer backend) {}

    /** The next backend that could prepare what the failed one could not post; null when none could, or the post is given up. */
    @Nullable
    Successor takeOver(TransferPlan failed, TransferImpl transfer, String why) {
        Choice choice = failed.choice().next(why);
        List<Standby> left = failed.standbys();
        while (!left.isEmpty() && transfer.isWanted()) {
            Standby next = left.getFirst();
            left = left.subList(1, left.size());
            choice = choice.upTo(next.slot(), MEMORY_GONE);
            TransferPlan plan = failed.handedTo(next, left, choice);
            String obstacle = obstacle(plan);
            if (obstacle.isEmpty()) {
                try {
                    fill(plan);
                    return new Successor(plan, plan.prepare(columns, notification, transfer));
                } catch (NixlException e) {
                    obstacle = atPrepare(e);
                }
            }
            choice = choice.next(obstacle);
        }
        if (left.isEmpty()) {
            verdicts = choice.upTo(null, MEMORY_GONE);
        }
        fill(failed);
        return null;
    }

    private static String staleness(TransferPlan plan) {
        return plan.peer().isCurrent()
                ? ""
                : "the peer is stale: " + plan.peer().whyStale();
    }

    private String obstacle(TransferPlan plan) {
        int most = plan.slot().capabilities.maxNotificationBytes();
        if (notification.isPresent() && notification.length() > most) {
            return "sends no notifications of " + notification.length() + " bytes";
        }
        return plan.local().isUsable() && plan.remote().isUsable() ? staleness(plan) : plan.describeUnusable();
    }

    /** What was selected last, as this plan's backend knows it. */
    void fill(TransferPlan plan) {
        if (inOrder) {
            plan.fillAll(columns);
        } else {
            plan.fill(columns, locals, remotes, count);
        }
    }

    static String atPrepare(NixlException e) {
        return "failed at prepare: " + e.getMessage();
    }

    static String atPost(Status status, String text) {
        return "failed at post: " + status + ", " + text;
    }
}
