// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

import org.jspecify.annotations.Nullable;

/** Transfers in a row, linked through themselves: no garbage. One thread at a time. */
final class Fifo {
    private @Nullable PosixTransfer first;
    private @Nullable PosixTransfer last;

    boolean isEmpty() {
        return first == null;
    }

    void add(PosixTransfer transfer) {
        transfer.next = null;
        if (last == null) {
            first = transfer;
        } else {
            last.next = transfer;
        }
        last = transfer;
    }

    @Nullable
    PosixTransfer poll() {
        PosixTransfer head = first;
        if (head != null) {
            first = head.next;
            head.next = null;
            if (first == null) {
                last = null;
            }
        }
        return head;
    }

    /** Takes all, as they are linked; null when there is none. */
    @Nullable
    PosixTransfer takeAll() {
        PosixTransfer head = first;
        first = null;
        last = null;
        return head;
    }
}
