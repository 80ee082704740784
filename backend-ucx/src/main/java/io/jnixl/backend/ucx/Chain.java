// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import org.jspecify.annotations.Nullable;

/** Transfers in order, linked through themselves; each is in one chain at a time. Guarded by the worker's ownership. */
final class Chain {
    private @Nullable UcxTransfer first;
    private @Nullable UcxTransfer last;

    void add(UcxTransfer transfer) {
        UcxTransfer before = last;
        if (before == null) {
            first = transfer;
        } else {
            before.nextInChain = transfer;
        }
        last = transfer;
    }

    boolean isEmpty() {
        return first == null;
    }

    @Nullable
    UcxTransfer takeAll() {
        UcxTransfer all = first;
        first = null;
        last = null;
        return all;
    }
}
