// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * What the control path leaves to a worker's owner: to do soon, or when nothing comes from peers any more. Empty nearly always.
 * Any thread adds what is to be done soon; the rest is the owner's.
 */
final class Errands {
    private static final System.Logger LOG = System.getLogger("io.jnixl.backend.ucx");

    private final Queue<Runnable> soon = new ConcurrentLinkedQueue<>();
    private final Queue<Runnable> whenNothingComes = new ArrayDeque<>();

    /** Set after one was added to those to do soon: a look at the queue costs more, and each round of progress looks. */
    private volatile boolean added;

    void add(Runnable errand) {
        soon.add(errand);
        added = true;
    }

    /** The owner's. */
    void addForWhenNothingComes(Runnable errand) {
        whenNothingComes.add(errand);
    }

    /** Whether there is nothing to do soon; any thread. */
    boolean isEmpty() {
        return !added;
    }

    void run() {
        if (added) {
            added = false; // before it looks, so that one who adds meanwhile is seen now or at the next time
            run(soon);
        }
    }

    /** Nothing came; false when there was nothing to do. */
    boolean runThoseForThen() {
        boolean any = !whenNothingComes.isEmpty();
        run(whenNothingComes);
        return any;
    }

    private static void run(Queue<Runnable> errands) {
        for (Runnable errand = errands.poll(); errand != null; errand = errands.poll()) {
            try {
                errand.run();
            } catch (RuntimeException | Error e) { // whoever progresses is not to blame for it
                LOG.log(System.Logger.Level.ERROR, "something that was left to the worker's owner failed", e);
            }
        }
    }
}
