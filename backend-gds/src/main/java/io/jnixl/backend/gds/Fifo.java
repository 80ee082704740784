// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.gds;

import org.jspecify.annotations.Nullable;

/** Transfers in a row, linked through themselves: no garbage. One thread at a time. */
final class Fifo {
    private @Nullable GdsTransfer first;
    private @Nullable GdsTransfer last;

    boolean isEmpty() {
        return first == null;
    }

    void add(GdsTransfer transfer) {
        transfer.next = null;
        if (last == null) {
            first = transfer;
        } else {
            last.next = transfer;
        }
        last = transfer;
    }

    /** Takes one out that is in this row; looks at all before it. */
    void remove(GdsTransfer transfer) {
        GdsTransfer before = null;
        GdsTransfer at = first;
        while (at != null && at != transfer) {
            before = at;
            at = at.next;
        }
        if (at == null) {
            return;
        }
        if (before == null) {
            first = at.next;
        } else {
            before.next = at.next;
        }
        if (at == last) {
            last = before;
        }
        at.next = null;
    }

    @Nullable
    GdsTransfer poll() {
        GdsTransfer head = first;
        if (head != null) {
            first = head.next;
            head.next = null;
            if (first == null) {
                last = null;
            }
        }
        return head;
    }
}
