// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import io.jnixl.api.Status;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Test;

/**
 * The state word against a sequential specification, under all interleavings that Lincheck tries: what poster, backend,
 * canceller, selector and closer see must be what they could have seen one after the other, and every post must be settled
 * and announced exactly once.
 *
 * <p>Stands in the package of the class under test and runs on the class path, since Lincheck does not work from a named
 * module.
 */
public class LincheckTransferStateTest {
    private final TransferState state = new TransferState();

    /** Who is inside; each is used by one thread, since Lincheck keeps a group on one. */
    private boolean poster;

    private boolean canceller;
    private boolean selector;

    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicInteger settled = new AtomicInteger();
    private final AtomicInteger announced = new AtomicInteger();

    private void settle(long before) {
        settled.incrementAndGet();
        if (!TransferState.has(before, TransferState.ABANDONED)) {
            announced.incrementAndGet();
        }
    }

    /** The poster comes in, or out again: the backend has accepted, or its answer was the end. */
    @Operation(nonParallelGroup = "poster")
    public String poster(boolean accepted) {
        if (poster) {
            poster = false;
            return accepted ? leaveAccepted() : leaveEnded();
        }
        poster = state.beginPost();
        if (poster) {
            begun.incrementAndGet();
        }
        return poster ? "in" : "busy";
    }

    private String leaveAccepted() {
        long before = state.leaveUnlessAbandoned();
        Status seen = TransferState.status(before);
        if (TransferState.has(before, TransferState.OWNED) && TransferState.has(before, TransferState.ABANDONED)) {
            before = state.leave();
        }
        if (!TransferState.has(before, TransferState.OWNED)) {
            settle(before);
        }
        return seen.name();
    }

    private String leaveEnded() {
        long before = state.leaveEnded(Status.NOT_FOUND);
        settle(before);
        return TransferState.has(before, TransferState.ABANDONED)
                ? TransferState.status(before).name()
                : Status.NOT_FOUND.name();
    }

    /** The backend reports the end. */
    @Operation
    public boolean complete() {
        long before = state.complete(Status.SUCCESS);
        if (before == TransferState.NOTHING) {
            return false;
        }
        if (!TransferState.has(before, TransferState.INSIDE)) {
            settle(before);
        }
        return true;
    }

    /** Somebody gives up what runs and goes inside if nobody is, or comes out again. */
    @Operation(nonParallelGroup = "canceller")
    public String canceller() {
        if (canceller) {
            canceller = false;
            long before = state.leave();
            if (!TransferState.has(before, TransferState.OWNED)) {
                settle(before);
            }
            return "out";
        }
        long before = state.abandon(TransferState.generation(state.word()), Status.CANCELED);
        if (before == TransferState.NOTHING) {
            return "nothing to give up";
        }
        announced.incrementAndGet();
        canceller = !TransferState.has(before, TransferState.INSIDE);
        return canceller ? "in" : "told the poster";
    }

    /** Somebody takes the transfer for a selection, or gives it back. */
    @Operation(nonParallelGroup = "selector")
    public String selector() {
        if (selector) {
            selector = false;
            state.endSelect();
            return "out";
        }
        selector = state.beginSelect();
        return selector ? "in" : "busy";
    }

    @Operation(runOnce = true)
    public boolean close() {
        return state.close();
    }

    @Operation
    public String visible() {
        return state.visible().name();
    }

    /** Whatever the interleaving: nothing is told twice, and nothing is forgotten once the transfer is free. */
    @Validate
    public void everyPostIsSettledAndAnnouncedOnce() {
        long word = state.word();
        boolean free = (TransferState.flags(word) & (TransferState.INSIDE | TransferState.OWNED)) == 0;
        int posts = begun.get();
        if (settled.get() > posts || announced.get() > posts) {
            throw new IllegalStateException(settled + " settled and " + announced + " announced of " + posts);
        }
        if (free && (settled.get() != posts || announced.get() != posts)) {
            throw new IllegalStateException(
                    "free, and " + settled + " settled and " + announced + " announced of " + posts);
        }
        if (TransferState.generation(word) != posts) {
            throw new IllegalStateException(
                    "generation " + TransferState.generation(word) + " after " + posts + " posts");
        }
    }

    /** The same, one call at a time, in the plainest words. */
    public static final class OneAfterTheOther {
        private String status = Status.NOT_POSTED.name();
        private boolean posting;
        private boolean cancelling;
        private boolean owned;
        private boolean abandoned;
        private boolean selecting;
        private boolean closed;

        private boolean busy() {
            return posting || cancelling || owned || selecting || closed;
        }

        public String poster(boolean accepted) {
            if (posting) {
                posting = false;
                owned &= accepted;
                if (!accepted && !abandoned) {
                    status = Status.NOT_FOUND.name();
                }
                return status;
            }
            if (busy()) {
                return "busy";
            }
            posting = true;
            owned = true;
            abandoned = false;
            status = Status.IN_PROGRESS.name();
            return "in";
        }

        public boolean complete() {
            if (!owned) {
                return false;
            }
            owned = false;
            if (!abandoned) {
                status = Status.SUCCESS.name();
            }
            return true;
        }

        public String canceller() {
            if (cancelling) {
                cancelling = false;
                return "out";
            }
            if (!owned || abandoned) {
                return "nothing to give up";
            }
            abandoned = true;
            status = Status.CANCELED.name();
            cancelling = !posting;
            return cancelling ? "in" : "told the poster";
        }

        public String selector() {
            if (selecting) {
                selecting = false;
                return "out";
            }
            if (busy()) {
                return "busy";
            }
            selecting = true;
            return "in";
        }

        public boolean close() {
            if (busy()) {
                return false;
            }
            closed = true;
            return true;
        }

        /** An end that the poster has not taken over is not shown yet. */
        public String visible() {
            return posting && !owned && !abandoned ? Status.IN_PROGRESS.name() : status;
        }
    }

    @Test
    void modelChecking() {
        new ModelCheckingOptions()
                .sequentialSpecification(OneAfterTheOther.class)
                .threads(3)
                .actorsBefore(2)
                .actorsPerThread(4)
                .actorsAfter(3)
                .iterations(20)
                .invocationsPerIteration(600)
                .check(LincheckTransferStateTest.class);
    }

    @Test
    void stress() {
        new StressOptions()
                .sequentialSpecification(OneAfterTheOther.class)
                .threads(3)
                .actorsBefore(2)
                .actorsPerThread(4)
                .actorsAfter(3)
                .iterations(20)
                .invocationsPerIteration(1000)
                .check(LincheckTransferStateTest.class);
    }
}
