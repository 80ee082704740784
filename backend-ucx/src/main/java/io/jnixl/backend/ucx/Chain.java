// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import org.jspecify.annotations.Nullable;

/** Posts in order, linked through themselves; each is in one chain at a time. Guarded by the worker's ownership. */
final class Chain {
    private @Nullable UcxPost first;
    private @Nullable UcxPost last;

    void add(UcxPost transfer) {
        UcxPost before = last;
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
    UcxPost takeAll() {
        UcxPost all = first;
        first = null;
        last = null;
        return all;
    }
}
