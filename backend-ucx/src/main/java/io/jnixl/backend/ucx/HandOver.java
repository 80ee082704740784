// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Posts of threads that do not own the worker, for whoever does: linked through the transfers, so that it allocates nothing
 * and has no bound of its own. A transfer is in it at most once, since it has one post at a time.
 */
final class HandOver {
    private static final VarHandle LAST;

    static {
        try {
            LAST = MethodHandles.lookup().findVarHandle(HandOver.class, "last", UcxTransfer.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile @Nullable UcxTransfer last;

    boolean isEmpty() {
        return last == null;
    }

    void push(UcxTransfer transfer) {
        UcxTransfer before;
        do {
            before = last;
            transfer.nextHandedOver = before;
        } while (!LAST.compareAndSet(this, before, transfer));
    }

    /** Takes all that are in it now, and hands on each, the first one handed over first. */
    void drain(Consumer<UcxTransfer> taker) {
        for (UcxTransfer t = takeAll(); t != null; ) {
            UcxTransfer next = t.nextHandedOver;
            t.nextHandedOver = null; // before it is handed on, since it may be handed over again then
            taker.accept(t);
            t = next;
        }
    }

    private @Nullable UcxTransfer takeAll() {
        if (last == null) {
            return null;
        }
        UcxTransfer newest = (UcxTransfer) LAST.getAndSet(this, (UcxTransfer) null);
        UcxTransfer oldest = null;
        while (newest != null) {
            UcxTransfer older = newest.nextHandedOver;
            newest.nextHandedOver = oldest;
            oldest = newest;
            newest = older;
        }
        return oldest;
    }
}
