// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import io.jnixl.api.Status;
import io.jnixl.api.Transfer;
import java.util.ArrayDeque;
import java.util.function.BiConsumer;

/**
 * The application's callback. One that posts again may see that post end inside the call; the callback for it then runs after
 * the present one has returned, not within it, so that a chain of posts does not grow the stack.
 */
final class Callback {
    private static final System.Logger LOG = System.getLogger("io.jnixl.agent");

    /** What a thread knows of callbacks; kept for its life, so that a call allocates nothing. */
    private static final class Running {
        private boolean here;

        /** What became due while a callback runs: callback, transfer, status, and so on. */
        private final ArrayDeque<Object> due = new ArrayDeque<>(3);
    }

    private static final ThreadLocal<Running> RUNNING = ThreadLocal.withInitial(Running::new);

    private final BiConsumer<? super Transfer, Status> code;

    Callback(BiConsumer<? super Transfer, Status> code) {
        this.code = code;
    }

    static boolean isRunningHere() {
        return RUNNING.get().here;
    }

    void run(Transfer transfer, Status status) {
        Running running = RUNNING.get();
        if (running.here) {
            running.due.add(this);
            running.due.add(transfer);
            running.due.add(status);
            return;
        }
        running.here = true;
        try {
            call(transfer, status);
            while (!running.due.isEmpty()) {
                Callback next = (Callback) running.due.remove();
                next.call((Transfer) running.due.remove(), (Status) running.due.remove());
            }
        } finally {
            running.here = false;
        }
    }

    private void call(Transfer transfer, Status status) {
        try {
            code.accept(transfer, status);
        } catch (RuntimeException | Error e) {
            LOG.log(System.Logger.Level.WARNING, "the callback of " + transfer.label() + " threw", e);
        }
    }
}
