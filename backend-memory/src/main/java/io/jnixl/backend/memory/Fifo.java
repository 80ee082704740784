// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.memory;

import org.jspecify.annotations.Nullable;

/**
 * Transfers in order, linked through themselves: it needs no memory of its own and no bound, since a transfer is in one
 * place at a time. Not thread-safe.
 */
class Fifo {
    private @Nullable MemoryTransfer head;
    private @Nullable MemoryTransfer tail;

    final boolean isEmpty() {
        return head == null;
    }

    final @Nullable MemoryTransfer peek() {
        return head;
    }

    final void add(MemoryTransfer transfer) {
        MemoryTransfer last = tail;
        if (last == null) {
            head = transfer;
        } else {
            last.next = transfer;
        }
        tail = transfer;
    }

    final @Nullable MemoryTransfer poll() {
        MemoryTransfer first = head;
        if (first != null) {
            unlink(null, first);
        }
        return first;
    }

    /** Takes out the first one that was told to end early. */
    final @Nullable MemoryTransfer pollCancelled() {
        MemoryTransfer before = null;
        for (MemoryTransfer t = head; t != null; t = t.next) {
            if (t.isCancelled()) {
                unlink(before, t);
                return t;
            }
            before = t;
        }
        return null;
    }

    private void unlink(@Nullable MemoryTransfer before, MemoryTransfer transfer) {
        MemoryTransfer after = transfer.next;
        transfer.next = null;
        if (before == null) {
            head = after;
        } else {
            before.next = after;
        }
        if (after == null) {
            tail = before;
        }
    }
}
