// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class StandInTest {
    private final Semaphore begun = new Semaphore(0);
    private final Semaphore mayEnd = new Semaphore(0);
    private final AtomicInteger atOnce = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private final AtomicInteger times = new AtomicInteger();
    private final StandIn standIn = new StandIn("stand-in", this::work);

    private void work() {
        most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
        times.incrementAndGet();
        begun.release();
        mayEnd.acquireUninterruptibly();
        atOnce.decrementAndGet();
    }

    @Test
    void manyWakesWhileItWorksAreOneMoreTurnOfTheSameThread() {
        standIn.wake();
        begun.acquireUninterruptibly();
        for (int i = 0; i < 100; i++) {
            standIn.wake();
        }
        mayEnd.release();
        begun.acquireUninterruptibly(); // begun after the wakes
        mayEnd.release();
        standIn.stop();

        assertThat(times).hasValue(2);
        assertThat(most).hasValue(1);
    }

    @Test
    void isThereAgainAfterItHasEnded() throws InterruptedException {
        AtomicReference<Thread> first = new AtomicReference<>();
        CountDownLatch done = new CountDownLatch(2);
        StandIn again = new StandIn("stand-in", () -> {
            first.compareAndSet(null, Thread.currentThread());
            done.countDown();
        });
        again.wake();
        while (first.get() == null) {
            Thread.onSpinWait();
        }
        first.get().join();

        again.wake();
        done.await();
    }

    @Test
    void goesOnAfterWorkThatThrows() {
        StandIn throwing = new StandIn("stand-in", () -> {
            begun.release();
            throw new IllegalStateException("planted");
        });
        throwing.wake();
        begun.acquireUninterruptibly();
        throwing.wake();
        begun.acquireUninterruptibly();
        throwing.stop();
    }

    @Test
    void stoppingWaitsForWhatIsUnderWayAndNothingBeginsAfterwards() throws InterruptedException {
        standIn.wake();
        begun.acquireUninterruptibly();
        Thread stopper = Thread.ofPlatform().start(standIn::stop);
        while (stopper.getState() != Thread.State.WAITING && stopper.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        assertThat(stopper.isAlive()).isTrue();
        mayEnd.release();
        stopper.join();

        assertThat(atOnce).hasValue(0);
        standIn.wake();
        assertThat(times).hasValue(1);
    }

    @Test
    void mayStopItselfFromInside() throws InterruptedException {
        AtomicReference<StandIn> self = new AtomicReference<>();
        CountDownLatch through = new CountDownLatch(1);
        self.set(new StandIn("stand-in", () -> {
            self.get().stop();
            through.countDown();
        }));
        self.get().wake();
        through.await();
    }
}
