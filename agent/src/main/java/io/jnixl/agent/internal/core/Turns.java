// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/** Tasks that run one after the other, in the order of the calls. Thread-safe. */
final class Turns {
    private final Tasks tasks;

    /** Done when the task that came last is over, and all before it. */
    private CompletableFuture<?> last = CompletableFuture.completedFuture(null);

    Turns(Tasks tasks) {
        this.tasks = tasks;
    }

    /** As {@link Tasks#run}; the time that it waits for its turn counts. */
    synchronized <T> CompletableFuture<T> run(String what, Callable<T> body) {
        CompletableFuture<?> before = last;
        CompletableFuture<Void> over = new CompletableFuture<>();
        CompletableFuture<T> future = tasks.run(what, () -> {
            try {
                var _ = before.get();
                if (Thread.interrupted()) {
                    throw new InterruptedException(); // given up while it waited, which get() notices only if it has to
                    // wait
                }
                return body.call();
            } finally {
                over.complete(null);
            }
        });
        last = CompletableFuture.allOf(before, over);
        return future;
    }
}
