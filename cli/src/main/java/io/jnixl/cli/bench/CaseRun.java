// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.bench;

import io.jnixl.cli.run.RunFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.function.LongConsumer;

/** The threads of one case. */
final class CaseRun {
    private static final int LOOK_MILLIS = 100;

    private final Shape shape;
    private final int warmup;
    private final int iterations;

    /** Makes the slots of a thread. */
    interface Slots {
        List<Slot> make(int thread, Recorder recorder);
    }

    CaseRun(Shape shape, int warmup, int iterations) {
        this.shape = shape;
        this.warmup = warmup;
        this.iterations = iterations;
    }

    /**
     * Runs them to their end.
     *
     * @param meanwhile hears a few times a second how many measured posts have ended
     */
    Measured run(Slots slots, LongConsumer meanwhile) {
        CyclicBarrier barrier = new CyclicBarrier(shape.threads());
        List<Worker> workers = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < shape.threads(); i++) {
            int number = i;
            Recorder recorder = new Recorder();
            Worker worker = new Worker(() -> slots.make(number, recorder), recorder, warmup, iterations, barrier);
            workers.add(worker);
            threads.add(Thread.ofPlatform().name("jnixl-bench-" + i).unstarted(worker));
        }
        try {
            threads.forEach(Thread::start);
            await(threads, workers, meanwhile);
        } catch (RuntimeException | Error e) { // an error where no thread can be made
            workers.forEach(Worker::stop);
            joinAll(
                    threads.stream()
                            .filter(t -> t.getState() != Thread.State.NEW)
                            .toList(),
                    barrier);
            throw e;
        }
        return result(workers);
    }

    private static void await(List<Thread> threads, List<Worker> workers, LongConsumer meanwhile) {
        for (Thread thread : threads) {
            while (!join(thread, LOOK_MILLIS)) {
                check(workers);
                meanwhile.accept(workers.stream().mapToLong(Worker::ended).sum());
            }
            check(workers);
        }
    }

    private static void check(List<Worker> workers) {
        for (Worker worker : workers) {
            switch (worker.failure()) {
                case null -> {}
                case RuntimeException e -> throw e;
                case OutOfMemoryError e -> throw RunFailure.error("out of memory: " + e.getMessage(), e);
                case Throwable e -> throw new IllegalStateException("a thread of the case failed", e);
            }
        }
    }

    private static boolean join(Thread thread, long millis) {
        try {
            return thread.join(Duration.ofMillis(millis));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw RunFailure.noPartner("interrupted");
        }
    }

    /** However long it takes: their memory goes next. Who comes to the barrier late must not wait there for ever. */
    private static void joinAll(List<Thread> threads, CyclicBarrier barrier) {
        boolean interrupted = Thread.interrupted();
        for (Thread thread : threads) {
            boolean ended = false;
            while (!ended) {
                barrier.reset();
                try {
                    ended = thread.join(Duration.ofMillis(LOOK_MILLIS));
                } catch (InterruptedException _) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private Measured result(List<Worker> workers) {
        Recorder all = new Recorder();
        long start = Long.MAX_VALUE;
        long end = Long.MIN_VALUE;
        for (Worker worker : workers) {
            all.add(worker.recorder());
            start = Math.min(start, worker.startNanos());
            end = Math.max(end, worker.endNanos());
        }
        return new Measured(shape, iterations, end - start, all);
    }
}
