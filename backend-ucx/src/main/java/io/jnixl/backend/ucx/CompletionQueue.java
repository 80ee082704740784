// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import org.jspecify.annotations.Nullable;

/**
 * What UCX has completed, or given up, on a worker, until the owner goes on with it: a call from UCX only says so here, since inside it
 * nothing may progress. And the one request that is asked instead ({@link AskedRequest}). Guarded by the worker's ownership.
 */
final class CompletionQueue {
    private final AskedRequest asked = new AskedRequest();
    private final Chain posts = new Chain();
    private @Nullable UcxLane failing;

    AskedRequest asked() {
        return asked;
    }

    /** Goes on with the post later: UCX may say so in the middle of a call. */
    void add(UcxPost post) {
        posts.add(post);
    }

    /** Closes the lane's endpoint later, for the same reason. */
    void add(UcxLane lane) {
        lane.nextFailing = failing;
        failing = lane;
    }

    /** Whether there is anything to go on with; it asks for that. */
    boolean isAny() {
        return asked.hasEnded() || !posts.isEmpty() || failing != null;
    }

    /** Goes on with all, in the order in which they ended, as far as that is known. Each may bring about more. */
    void drain() {
        do {
            if (posts.isEmpty()) {
                asked.advance();
            } else {
                asked.look();
                advanceAll();
            }
            closeFailing();
        } while (isAny());
    }

    private void advanceAll() {
        for (UcxPost t = posts.takeAll(); t != null; ) {
            UcxPost next = t.nextInChain;
            t.nextInChain = null;
            t.advance();
            t = next;
        }
    }

    private void closeFailing() {
        UcxLane lane = failing;
        if (lane != null) {
            failing = lane.nextFailing;
            lane.nextFailing = null;
            lane.closeFailed();
        }
    }
}
