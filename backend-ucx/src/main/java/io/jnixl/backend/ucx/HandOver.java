// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Posts of threads that do not own the worker, for whoever does: linked through themselves, so that it allocates nothing
 * and has no bound of its own. A post is in it at most once.
 */
final class HandOver {
    private static final VarHandle LAST;

    static {
        try {
            LAST = MethodHandles.lookup().findVarHandle(HandOver.class, "last", UcxPost.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile @Nullable UcxPost last;

    boolean isEmpty() {
        return last == null;
    }

    void push(UcxPost transfer) {
        UcxPost before;
        do {
            before = last;
            transfer.nextHandedOver = before;
        } while (!LAST.compareAndSet(this, before, transfer));
    }

    /** Takes all that are in it now, and hands on each, the first one handed over first. */
    void drain(Consumer<UcxPost> taker) {
        for (UcxPost t = takeAll(); t != null; ) {
            UcxPost next = t.nextHandedOver;
            t.nextHandedOver = null; // before it is handed on, since it may be handed over again then
            taker.accept(t);
            t = next;
        }
    }

    private @Nullable UcxPost takeAll() {
        if (last == null) {
            return null;
        }
        UcxPost newest = (UcxPost) LAST.getAndSet(this, (UcxPost) null);
        UcxPost oldest = null;
        while (newest != null) {
            UcxPost older = newest.nextHandedOver;
            newest.nextHandedOver = oldest;
            oldest = newest;
            newest = older;
        }
        return oldest;
    }
}
