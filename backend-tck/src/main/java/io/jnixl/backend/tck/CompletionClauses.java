// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.api.Operation;
import io.jnixl.api.Status;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** How the end of a post is told. */
final class CompletionClauses {
    static final String ONCE =
            "C-END-1 the completion sink hears of each post that answered IN_PROGRESS once, and of no other";
    static final String VISIBLE = "C-END-2 when the end is told, the bytes have moved";
    static final String UNPOLLED = "C-END-3 a post ends without anybody polling";
    static final String POLLED = "C-END-4 a post ends while somebody polls";
    static final String CHAINED = "C-END-5 the completion sink may post again from within its call";
    static final String NO_LOCK = "C-END-6 the completion sink is called with no lock held";
    static final String LATE_POLLS = "C-END-7 polling may come at any time, late as well";
    private static final int SIZE = 256 << 10;
    private static final int ROUNDS = 200;
    private static final int CHAIN = 200;
    private static final String SINK = "CompletionSink: where a backend reports the end of a post that it answered with"
            + " IN_PROGRESS: exactly once per such post, after the last access to local memory";

    private CompletionClauses() {}

    static void addTo(Clauses c) {
        c.everyWay(ONCE, SINK + ". BackendTransfer.post: anything else is the end, and the sink is not called", rig -> {
            Near near = rig.near(SIZE);
            Far far = rig.far(SIZE);
            Xfer x = rig.xfer(Operation.WRITE, near, far, 1).add(near.address(), far.address(), 64);
            for (int i = 0; i < ROUNDS; i++) {
                Rig.succeed(x.post());
            }
            rig.near().close(); // what is told late is told by then
            x.verifyEnds();
        });
        c.everyWay(VISIBLE, "Status.SUCCESS: all bytes have landed. " + SINK, CompletionClauses::visible);
        String progress =
                "BackendTransfer.poll: makes progress on the post, where this backend needs a caller for that;"
                        + " one that needs one is tested as BackendUnderTest.polled()";
        if (c.under().isPolled()) {
            c.everyWay(POLLED, progress, CompletionClauses::ends);
        } else {
            c.everyWay(UNPOLLED, progress, CompletionClauses::ends);
        }
        c.everyWay(
                CHAINED,
                "CompletionSink: the call runs the application's callbacks: hold no lock",
                CompletionClauses::chain);
        c.everyWay(
                NO_LOCK,
                "CompletionSink: the call runs the application's callbacks: hold no lock",
                CompletionClauses::noLock);
        c.everyWay(
                LATE_POLLS,
                "BackendTransfer.poll: may come late: while or after the post ends, even while close runs or has run, and"
                        + " does nothing then",
                CompletionClauses::polls);
    }

    private static void ends(Rig rig) {
        Near near = rig.near(SIZE);
        Far far = rig.far(SIZE);
        Rig.succeed(rig.xfer(Operation.READ, near, far, 1)
                .add(near.address(), far.address(), SIZE)
                .post());
    }

    private static void visible(Rig rig) {
        Near near = rig.near(SIZE);
        Far far = rig.far(SIZE);
        for (Operation operation : Operation.values()) {
            Xfer x = rig.xfer(operation, near, far, 1).add(near.address(), far.address(), SIZE);
            AtomicReference<String> wrong = new AtomicReference<>("");
            AtomicInteger round = new AtomicInteger();
            MemorySegment target = target(operation, near, far);
            if (target != null) { // looked at inside the very call
                x.outcome().onEnd(() -> {
                    if (target.mismatch(MemorySegment.ofArray(filled(round.get()))) >= 0) {
                        wrong.set(operation + " " + round + " had not moved its bytes when the sink was called");
                    }
                });
            }
            int rounds = target == null ? 10 : ROUNDS;
            for (int i = 1; i <= rounds; i++) {
                round.set(i);
                fillSource(operation, near, far, i);
                Rig.succeed(x.post());
                assertThat(wrong.get()).isEmpty();
                assertTarget(operation, near, far, i);
            }
        }
    }

    private static @Nullable MemorySegment target(Operation operation, Near near, Far far) {
        if (operation == Operation.READ) {
            return near.segment();
        }
        return far instanceof Far.Memory memory ? memory.segment() : null;
    }

    private static byte[] filled(int value) {
        return Bytes.filled(SIZE, value);
    }

    private static void fillSource(Operation operation, Near near, Far far, int value) {
        if (operation == Operation.WRITE) {
            near.segment().fill((byte) value);
        } else {
            far.content(filled(value));
        }
    }

    private static void assertTarget(Operation operation, Near near, Far far, int value) {
        byte[] target = operation == Operation.WRITE ? far.content() : near.content();
        TransferClauses.assertSame(operation + " " + value, target, filled(value));
    }

    /** Posts within reports, until there were enough, or one was answered at once. */
    private static void chain(Rig rig) {
        Near near = rig.near(SIZE);
        Far far = rig.far(SIZE);
        Xfer x = rig.xfer(Operation.WRITE, near, far, 1).add(near.address(), far.address(), 64);
        AtomicInteger posts = new AtomicInteger(1);
        AtomicBoolean done = new AtomicBoolean();
        x.outcome().onEnd(() -> {
            while (posts.getAndIncrement() < CHAIN) {
                if (x.postAndAnswer() == Status.IN_PROGRESS) {
                    return;
                }
            }
            done.set(true);
        });
        if (x.postAndAnswer() != Status.IN_PROGRESS) {
            return; // it never calls the sink
        }
        Await.until(rig.under().timeout(), CHAIN + " posts, each from within the report of the one before", () -> {
            if (rig.under().isPolled()) {
                x.transfer().poll();
            }
            return done.get();
        });
        Rig.succeed(x);
    }

    /** The sink waits for what another thread does, as applications will. */
    private static void noLock(Rig rig) {
        Near near = rig.near(SIZE);
        Far far = rig.far(SIZE);
        Xfer x = rig.xfer(Operation.WRITE, near, far, 1).add(near.address(), far.address(), 64);
        Xfer other = rig.xfer(Operation.WRITE, near, far, 1).add(near.address() + 64, far.address() + 64, 64);
        AtomicReference<@Nullable AssertionError> late = new AtomicReference<>();
        x.outcome().onEnd(() -> {
            AtomicBoolean posted = new AtomicBoolean();
            Thread _ = Thread.ofPlatform().daemon().start(() -> {
                other.post();
                posted.set(true);
            });
            try {
                Await.until(rig.under().timeout().dividedBy(2), "that another thread's post returns", posted::get);
            } catch (AssertionError e) {
                late.set(e);
            }
        });
        Rig.succeed(x.post());
        AssertionError failure = late.get();
        if (failure != null) {
            throw failure;
        }
        if (x.outcome().ends() > 0) {
            Rig.succeed(other);
        }
    }

    private static void polls(Rig rig) throws InterruptedException {
        Near near = rig.near(SIZE);
        Far far = rig.far(SIZE);
        for (int i = 0; i < 10; i++) {
            Xfer x = rig.xfer(Operation.WRITE, near, far, 1).add(near.address(), far.address(), 64);
            AtomicBoolean stop = new AtomicBoolean();
            AtomicReference<@Nullable Throwable> thrown = new AtomicReference<>();
            Thread poller = Thread.ofPlatform().daemon().start(() -> {
                try {
                    while (!stop.get()) {
                        x.transfer().poll();
                    }
                } catch (Throwable e) {
                    thrown.set(e);
                }
            });
            try {
                for (int round = 0; round < ROUNDS; round++) {
                    Rig.succeed(x.post());
                }
                x.close();
            } finally {
                stop.set(true);
            }
            poller.join();
            x.transfer().poll();
            x.transfer().drive(1);
            assertThat(thrown.get()).as("thrown by poll").isNull();
            x.verifyEnds();
        }
    }
}
