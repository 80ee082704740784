// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.api.Operation;
import io.jnixl.api.Status;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The end of a backend. */
final class CloseClauses {
    static final String IN_FLIGHT = "C-CLOSE-1 closing a backend ends what is in flight, once";
    static final String DONE =
            "C-CLOSE-2 when close has returned, every post has ended and no memory is touched any more";
    static final String QUICK = "C-CLOSE-3 closing everything in order is quick";
    static final String THREADS = "C-CLOSE-4 closing a backend ends its threads";
    private static final int SIZE = 4096;
    private static final String CLOSE =
            "Backend.close: ends the backend and its threads. What is left is reported to its"
                    + " completion sink as CANCELED";

    /** Threads of the JDK that come when first needed and stay. */
    private static final List<String> OF_THE_JDK = List.of(
            "ForkJoinPool",
            "Common-Cleaner",
            "Cleaner-",
            "VirtualThread-",
            "Read-Poller",
            "Write-Poller",
            "process reaper",
            "contract",
            "surefire",
            "Attach Listener",
            "JFR",
            "Timer-");

    private CloseClauses() {}

    static void addTo(Clauses c) {
        c.everyWay(IN_FLIGHT, CLOSE, CloseClauses::inFlight);
        c.everyWay(DONE, CLOSE + ". When it returns, all of that has happened", CloseClauses::done);
        c.everyWay(
                QUICK,
                "io.jnixl.spi: the agent closes everything in the reverse order; BackendPeer.close: may block briefly",
                CloseClauses::quick);
        c.everyWay(THREADS, CLOSE, CloseClauses::threads);
    }

    private static void assertQuick(Rig rig, Runnable close) {
        long start = System.nanoTime();
        close.run();
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .as("time to close")
                .isLessThan(rig.under().closesWithin());
    }

    private static void inFlight(Rig rig) {
        List<Xfer> all = Stream.generate(() -> new LongTransfer(rig, Operation.WRITE).xfer())
                .limit(3)
                .toList();
        all.forEach(Xfer::post);
        assertQuick(rig, rig.near()::closeBackend);
        for (Xfer x : all) {
            if (x.answer() == Status.IN_PROGRESS) {
                Await.until(rig.under().timeout(), "the end of a post after close", () -> !x.isInFlight());
                assertThat(x.outcome().status()).isIn(List.of(Status.CANCELED, Status.SUCCESS));
            }
            x.verifyEnds();
        }
    }

    /** The transfer of another agent is the fence: whatever was left to do has had time. */
    private static void done(Rig rig) {
        LongTransfer copy = LongTransfer.shorter(rig, Operation.READ);
        Rig other = new Rig(rig.stage(), rig.route());
        LongTransfer fence = LongTransfer.shorter(other, Operation.READ);
        copy.xfer().post();
        rig.near().closeBackend();
        boolean ended = !copy.xfer().isInFlight();
        copy.near().segment().fill((byte) 1);
        Rig.succeed(fence.xfer().post());
        assertThat(ended).as("the post had ended when close returned").isTrue();
        assertThat(copy.near()
                        .segment()
                        .mismatch(Bytes.zeros(
                                        rig.stage().arena(),
                                        copy.near().segment().byteSize())
                                .fill((byte) 1)))
                .as("first byte written after close, -1 for none")
                .isEqualTo(-1);
    }

    private static void quick(Rig rig) {
        Near near = rig.near(SIZE);
        for (int i = 0; i < 20; i++) {
            Far far = rig.far(SIZE);
            Rig.succeed(rig.xfer(Operation.WRITE, near, far, 1)
                    .add(near.address(), far.address(), SIZE)
                    .post());
        }
        assertQuick(rig, rig.near()::close);
        assertQuick(rig, rig.far()::close);
    }

    /** The first backend may start what all share; the second must leave nothing. */
    private static void threads(Rig rig) {
        use(rig);
        rig.near().close();
        rig.far().close();
        Set<Thread> before = new HashSet<>(Thread.getAllStackTraces().keySet());
        Rig second = new Rig(rig.stage(), rig.route());
        use(second);
        second.near().close();
        second.far().close();
        Await.until(
                rig.under().closesWithin(),
                "the end of the threads that a backend started, " + left(before),
                () -> left(before).isEmpty());
    }

    private static List<String> left(Set<Thread> before) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(t -> !before.contains(t))
                .map(Thread::getName)
                .filter(name -> OF_THE_JDK.stream().noneMatch(name::startsWith))
                .toList();
    }

    /** Makes memory, moves it. */
    static void use(Rig rig) {
        Near near = rig.near(SIZE);
        Far far = rig.far(SIZE);
        Rig.succeed(rig.xfer(Operation.WRITE, near, far, 1)
                .add(near.address(), far.address(), SIZE)
                .post());
    }
}
