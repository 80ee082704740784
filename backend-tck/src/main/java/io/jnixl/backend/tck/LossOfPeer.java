// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.api.Operation;
import io.jnixl.api.Status;
import java.util.List;
import java.util.stream.Stream;

/** What becomes of posts when their peer goes. */
final class LossOfPeer {
    static final String CLOSED_THERE =
            "C-PEER-6 when the other agent closes, posts end, and the peer is lost at most once";
    static final String CLOSED_HERE = "C-PEER-7 when a peer is closed here, posts to it end";
    private static final int POSTS_AFTERWARDS = 5;
    private static final List<Status> ENDS =
            List.of(Status.SUCCESS, Status.REMOTE_DISCONNECT, Status.BACKEND, Status.NOT_FOUND, Status.CANCELED);

    private LossOfPeer() {}

    private static List<LongTransfer> start(Rig rig) {
        List<LongTransfer> copies = Stream.of(Operation.WRITE, Operation.READ, Operation.WRITE)
                .map(operation -> new LongTransfer(rig, operation))
                .toList();
        copies.get(2).xfer().notifying("never mind");
        copies.forEach(copy -> copy.xfer().post());
        return copies;
    }

    private static void assertEnd(Xfer x) {
        assertThat(x.end()).isIn(ENDS);
        x.verifyEnds();
    }

    static void closedThere(Rig rig) {
        List<LongTransfer> copies = start(rig);
        rig.far().closeBackend();
        copies.forEach(copy -> assertEnd(copy.xfer()));
        for (int i = 0; i < POSTS_AFTERWARDS; i++) {
            for (LongTransfer copy : copies) {
                copy.xfer().aim(copy.near().address(), copy.far().address(), 1);
                assertEnd(copy.xfer().post());
            }
        }
        assertThat(rig.near().lost())
                .as("peers lost")
                .isSubsetOf(List.of(rig.requirePeer()))
                .hasSizeLessThanOrEqualTo(1);
    }

    static void closedHere(Rig rig) {
        List<LongTransfer> copies = start(rig);
        rig.near().release(rig.requirePeer());
        copies.forEach(copy -> assertEnd(copy.xfer()));
    }
}
