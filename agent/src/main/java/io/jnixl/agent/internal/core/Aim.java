// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import io.jnixl.spi.TransferColumns;
import org.jspecify.annotations.Nullable;

/**
 * Which descriptors of its lists the next post of a transfer moves, in the columns and, since these keep them as one backend
 * knows them, by index where another may take over. Changed by whoever has taken the transfer's state.
 */
final class Aim {
    final TransferColumns columns;

    /** Null unless another backend may take over. */
    private final int @Nullable [] locals;

    private final int @Nullable [] remotes;
    private int count;
    private boolean inOrder;

    /** @param kept whether the indices are needed again */
    Aim(TransferColumns columns, boolean kept) {
        this.columns = columns;
        this.locals = kept ? new int[columns.capacity()] : null;
        this.remotes = kept ? new int[columns.capacity()] : null;
    }

    void select(TransferPlan plan, int[] local, int[] remote, int n) {
        count = 0;
        inOrder = false;
        plan.fill(columns, local, remote, n);
        count = n;
        if (locals != null && remotes != null) {
            System.arraycopy(local, 0, locals, 0, n);
            System.arraycopy(remote, 0, remotes, 0, n);
        }
    }

    /** All pairs of the lists, in order. */
    void selectAll(TransferPlan plan) {
        plan.fillAll(columns);
        count = plan.local().list.size();
        inOrder = true;
    }

    /** What was selected last, as this plan's backend knows it. */
    void fill(TransferPlan plan) {
        if (inOrder) {
            plan.fillAll(columns);
        } else if (locals != null && remotes != null) {
            plan.fill(columns, locals, remotes, count);
        }
    }

    /** Descriptors of the post, before merging. */
    int count() {
        return count;
    }

    /** Whether descriptor i of the post is entry i of the lists. */
    boolean isInOrder() {
        return inOrder;
    }

    boolean hasColumn(int column) {
        return column >= 0 && column < columns.count();
    }

    /** For messages. */
    String size() {
        return columns.totalBytes() + " bytes in " + columns.count()
                + (columns.count() == 1 ? " descriptor" : " descriptors");
    }
}
