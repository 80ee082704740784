// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.tck;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Something that a backend may let hang, on a thread of its own. Thread-safe. */
final class Attempt {
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    /** It has ended, or failed and cleans up. */
    private final CountDownLatch decided = new CountDownLatch(1);

    private final Thread thread;

    /** What is tried. It may {@linkplain #fail fail} before it ends. */
    @FunctionalInterface
    interface Step {
        void run(Attempt attempt) throws Exception;
    }

    /** Begins. */
    Attempt(Step step) {
        thread = Thread.ofPlatform().daemon().name("contract").start(() -> {
            try {
                step.run(this);
            } catch (Throwable e) {
                fail(e);
            } finally {
                decided.countDown();
            }
        });
    }

    /** Notes why it failed, of which the first counts, and carries the others. */
    void fail(Throwable why) {
        Throwable first = failure.compareAndExchange(null, why);
        if (first != null && !why.equals(first)) { // a backend may throw the same one again
            first.addSuppressed(why);
        }
        decided.countDown();
    }

    /** Why it failed, if it has. */
    @Nullable
    Throwable failure() {
        return failure.get();
    }

    /**
     * Waits for the end.
     *
     * @param limit how long all of it may take
     * @param cleanup how much longer one may take that has failed
     * @return false if it hangs
     */
    boolean ends(Duration limit, Duration cleanup) throws InterruptedException {
        long start = System.nanoTime();
        if (!decided.await(limit.toNanos(), TimeUnit.NANOSECONDS)) {
            return false;
        }
        Duration left = limit.minusNanos(System.nanoTime() - start);
        return thread.join(failure() == null ? left : cleanup);
    }

    /** Interrupts what hangs; tells where that was, of which the JDK's own part says little. */
    Throwable abandon() {
        StackTraceElement[] trace = thread.getStackTrace();
        thread.interrupt();
        Throwable place = new Throwable("it hangs at "
                + Arrays.stream(trace)
                        .map(Object::toString)
                        .filter(frame -> !frame.startsWith("java."))
                        .findFirst()
                        .orElse("its end"));
        place.setStackTrace(trace);
        return place;
    }
}
