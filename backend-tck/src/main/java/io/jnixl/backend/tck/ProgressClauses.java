// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.api.Operation;
import java.util.List;

/** What a backend says of how far a post is, and how long one would take. */
final class ProgressClauses {
    static final String GROWS = "C-PROG-1 how far a post is only grows";
    static final String ESTIMATE = "C-PROG-2 an estimate is an answer or a NixlException";
    private static final int SIZE = 4096;
    private static final int ROUNDS = 5;

    private ProgressClauses() {}

    static void addTo(Clauses c) {
        c.everyWay(
                GROWS,
                "BackendTransfer.bytesMoved: it never shrinks during one post; or -1 when this backend cannot tell",
                ProgressClauses::grows);
        c.everyWay(
                ESTIMATE,
                "BackendTransfer.estimateCost: throws NixlException with NOT_SUPPORTED when this backend cannot say,"
                        + " BACKEND when it got no answer that makes sense",
                ProgressClauses::estimate);
    }

    /** Several times, since on a busy machine a post may have ended before anybody looks. */
    private static void grows(Rig rig) {
        Xfer x = LongTransfer.shorter(rig, Operation.WRITE).xfer();
        for (int i = 0; i < ROUNDS; i++) {
            grows(rig, x);
        }
    }

    private static void grows(Rig rig, Xfer x) {
        long before = Math.min(0, x.post().transfer().bytesMoved());
        long limit = rig.under().timeout().toNanos() / 2;
        long start = System.nanoTime();
        while (x.isInFlight() && System.nanoTime() - start < limit) {
            long moved = x.transfer().bytesMoved();
            if (x.isInFlight()) { // late answers do not matter
                assertThat(moved)
                        .as("bytes moved, after " + before)
                        .isBetween(before, x.columns().totalBytes());
                assertThat(moved == -1).as("that it cannot tell").isEqualTo(before == -1);
                before = moved;
            }
            rig.progress(List.of(x));
        }
        Rig.succeed(x);
    }

    private static void estimate(Rig rig) {
        Near near = rig.near(SIZE);
        Far far = rig.far(SIZE);
        Xfer x = rig.xfer(Operation.WRITE, near, far, 1).add(near.address(), far.address(), SIZE);
        try {
            assertThat(x.transfer().estimateCost()).isNotNull();
        } catch (NixlException e) {
            assertThat(e.code()).isIn(ErrorCode.NOT_SUPPORTED, ErrorCode.BACKEND);
        }
        Rig.succeed(x.post());
    }
}
