// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.api.Operation;
import io.jnixl.api.Status;
import java.lang.foreign.ValueLayout;
import java.util.List;

/** Ending a post early. */
final class CancelClauses {
    static final String IDLE = "C-CANCEL-1 cancelling without a post in flight does nothing";
    static final String ONCE =
            "C-CANCEL-2 a post that is cancelled ends once, as CANCELED or as it would have, and can be posted again";
    static final String QUIET = "C-CANCEL-3 when a cancelled post has ended, nobody touches its memory any more";
    static final String TRUE = "C-CANCEL-4 a cancelled post that ends with SUCCESS has moved everything";
    static final String RACES = "C-CANCEL-5 cancelling may race with the end of the post";
    private static final int SIZE = 4096;
    private static final int ROUNDS = 10;
    private static final int RACED = 1000;
    private static final int MAX_SPIN = 20_000;
    private static final String CANCEL =
            "BackendTransfer.cancel: the sink is still called once, when nothing local touches the"
                    + " memory any more; with CANCELED or as it ended. Without a post in flight, does nothing";

    private CancelClauses() {}

    static void addTo(Clauses c) {
        c.everyWay(IDLE, CANCEL, CancelClauses::idle);
        c.everyWay(ONCE, CANCEL, CancelClauses::inFlight);
        c.everyWay(QUIET, CANCEL, CancelClauses::quiet);
        c.everyWay(TRUE, CANCEL + ". Status.SUCCESS: all bytes have landed", CancelClauses::truth);
        c.everyWay(RACES, CANCEL, CancelClauses::races);
    }

    private static Status cancelSoon(Rig rig, Xfer x) {
        x.post();
        int spins = rig.random().nextInt(MAX_SPIN);
        for (int i = 0; i < spins; i++) {
            Thread.onSpinWait();
        }
        x.transfer().cancel();
        Status end = x.end();
        assertThat(end).isIn(List.of(Status.CANCELED, Status.SUCCESS));
        return end;
    }

    private static void idle(Rig rig) {
        Near near = rig.near(SIZE);
        Far far = rig.far(SIZE);
        Xfer x = rig.xfer(Operation.WRITE, near, far, 1).add(near.address(), far.address(), SIZE);
        x.transfer().cancel();
        assertThat(x.outcome().ends()).as("ends").isZero();
        Rig.succeed(x.post());
        x.transfer().cancel();
        x.transfer().cancel();
        Rig.succeed(x.post());
        x.verifyEnds();
    }

    private static void inFlight(Rig rig) {
        LongTransfer copy = new LongTransfer(rig, Operation.WRITE);
        Near near = rig.near(SIZE);
        Far far = rig.far(SIZE);
        for (int i = 1; i <= ROUNDS; i++) {
            cancelSoon(rig, copy.xfer());
            near.segment().fill((byte) i);
            Rig.succeed(rig.xfer(Operation.WRITE, near, far, 1)
                    .add(near.address(), far.address(), SIZE)
                    .post());
            TransferClauses.assertSame("what another transfer moved afterwards", far.content(), Bytes.filled(SIZE, i));
        }
        copy.near().segment().fill((byte) 5);
        Rig.succeed(copy.xfer().post());
        assertThat(copy.far().content()[0])
                .as("what the transfer moved when posted again")
                .isEqualTo((byte) 5);
        rig.near().close();
        copy.xfer().verifyEnds();
    }

    /** Another post is the fence: whatever was left to do has had its turn. */
    private static void quiet(Rig rig) {
        LongTransfer copy = new LongTransfer(rig, Operation.READ);
        LongTransfer fence = new LongTransfer(rig, Operation.READ);
        for (int i = 1; i <= ROUNDS; i++) {
            cancelSoon(rig, copy.xfer());
            copy.near().segment().fill((byte) i);
            fence.xfer()
                    .aim(
                            fence.near().address(),
                            fence.far().address(),
                            fence.near().segment().byteSize());
            Rig.succeed(fence.xfer().post());
            byte[] all = copy.near().segment().toArray(ValueLayout.JAVA_BYTE);
            for (byte b : all) {
                if (b != i) {
                    throw new AssertionError("memory was written after a cancelled READ had ended");
                }
            }
        }
    }

    /** A backend that stops where it is, and says that all is well. */
    private static void truth(Rig rig) {
        for (Operation operation : Operation.values()) {
            LongTransfer copy = LongTransfer.shorter(rig, operation);
            boolean write = operation == Operation.WRITE;
            for (int i = 1; i <= ROUNDS; i++) {
                byte[] source = Bytes.filled(copy.near().content().length, i);
                if (write) {
                    copy.near().content(source);
                } else {
                    copy.far().content(source);
                }
                if (cancelSoon(rig, copy.xfer()) == Status.SUCCESS) {
                    byte[] target = write ? copy.far().content() : copy.near().content();
                    TransferClauses.assertSame("what a " + operation + " moved that was cancelled", target, source);
                }
            }
        }
    }

    private static void races(Rig rig) {
        Near near = rig.near(SIZE);
        Far far = rig.far(SIZE);
        Xfer x = rig.xfer(Operation.WRITE, near, far, 1).add(near.address(), far.address(), SIZE);
        for (int i = 0; i < RACED; i++) {
            cancelSoon(rig, x);
        }
        Rig.succeed(x.post());
        x.verifyEnds();
    }
}
