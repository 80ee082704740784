// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * The end of an agent's workers in UCX: each is destroyed in a moment in which no message of its own waits for room at a peer, since UCX 1.13
 * crashes when there is one: an answer to a peer that is stopped, or that goes on and does not progress. Peers that read get what they
 * have asked for. For one who owns all of them.
 *
 * <p>Where a host died that was reading, the answers wait until the kernel gives up. To shut that connection down is not safe: UCX 1.13.1
 * crashed in the progress after it, in one of six ends with 32 answers of 1 MiB.
 */
final class WorkersEnd {
    /** How long to wait for such a moment while nothing happens in any. */
    private static final long STILL_NANOS = 1_000_000_000;

    /** The same while something does: peers read, and what they have asked for is being sent. */
    private static final long END_NANOS = 4_000_000_000L;

    /** What waits for a connection to be made is not among what keeps a worker from being armed. Some times what that takes. */
    private static final long WIRE_UP_NANOS = 25_000_000;

    private final List<NativeWorker> natives;
    private final List<UcxWorker> workers;
    private final List<LastFlush> flushes;
    private final boolean[] ended;

    WorkersEnd(List<NativeWorker> natives, List<UcxWorker> workers) {
        this.natives = natives;
        this.workers = workers;
        this.flushes =
                workers.stream().map(worker -> new LastFlush(worker.handle())).toList();
        this.ended = new boolean[natives.size()];
    }

    /**
     * Destroys those that can be, as long as that may last.
     *
     * @return whether all are
     */
    boolean await() {
        long start = System.nanoTime();
        long lastEvent = start;
        long now;
        do {
            boolean busy = false;
            now = System.nanoTime();
            for (int i = 0; i < ended.length; i++) {
                if (!ended[i]) {
                    busy |= workers.get(i).progress() > 0;
                    ended[i] = now - start > WIRE_UP_NANOS && endIfNothingWaits(i);
                }
            }
            if (isOver()) {
                return true;
            }
            if (busy) {
                lastEvent = now;
            } else {
                UcxWorkers.lookForRemains(now - Math.max(lastEvent, start + WIRE_UP_NANOS));
                LockSupport.parkNanos(UcxWorkers.PUMP_NANOS); // those at the other end may want the processor
            }
        } while (now - lastEvent < STILL_NANOS && now - start < END_NANOS);
        return false;
    }

    private boolean isOver() {
        for (boolean each : ended) {
            if (!each) {
                return false;
            }
        }
        return true;
    }

    private boolean endIfNothingWaits(int i) {
        UcxWorker worker = workers.get(i);
        boolean ends =
                worker.progress() == 0 && worker.isArmable() && flushes.get(i).isOverAtOnce();
        if (ends) {
            natives.get(i).destroy();
        }
        return ends;
    }
}
