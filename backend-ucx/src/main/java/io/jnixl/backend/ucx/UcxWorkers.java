// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import io.jnixl.backend.ucx.SharedSegments.Attachment;
import io.jnixl.backend.ucx.SharedSegments.Segment;
import io.jnixl.spi.BackendContext;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * The workers of one agent, which share nothing but UCX's context. The first is the one that peers connect to and send
 * notifications to; each transfer is bound to one of the shared ones for good. Behind these there may be a pool, whose workers take
 * parts of large transfers.
 *
 * <p>Thread-safe where nothing else is said. Whoever owns a worker must not wait for another one; the backend's end, which
 * takes all of them, gives none back.
 */
final class UcxWorkers {
    static final long PUMP_NANOS = 20_000;
    private static final long SETTLE_NANOS = 50_000_000;

    private static final int QUIET_ROUNDS = 3;

    /** How long nothing must happen until a look for what killed processes have left. */
    private static final long REMAINS_NANOS = 2_000_000;

    private final List<NativeWorker> natives = new ArrayList<>();
    private final List<UcxWorker> workers = new ArrayList<>();
    private final int[] bound;
    private final int pooled;
    private final int splitBatch;
    private int ofPool;

    private UcxWorkers(UcxSettings settings) {
        bound = new int[settings.workers()];
        pooled = settings.threads();
        splitBatch = settings.splitBatch();
    }

    /**
     * Makes them.
     *
     * @param context a {@code ucp_context_h}
     * @param arena lives longer than they do
     */
    static UcxWorkers make(UcxSettings settings, long context, BackendContext agent, Arena arena) {
        UcxWorkers made = new UcxWorkers(settings);
        try {
            for (int i = 0; i < made.shared() + made.pooled(); i++) {
                NativeWorker worker = NativeWorker.create(context);
                made.natives.add(worker);
                made.workers.add(new UcxWorker(i, worker.handle(), worker.eventFd(), agent, arena));
            }
            return made;
        } catch (RuntimeException | Error e) {
            made.destroyAll();
            throw e;
        }
    }

    /** Starts their helpers. */
    void start() {
        workers.forEach(UcxWorker::start);
    }

    Stream<UcxWorker> all() {
        return workers.stream();
    }

    /** The one that serves peers. */
    UcxWorker first() {
        return workers.getFirst();
    }

    /** What peers need to connect: the first one's {@code ucp_address_t}. */
    byte[] address() {
        return natives.getFirst().address();
    }

    /** The numbers of the segments in which they take messages, as far as they are known. Nobody uses them meanwhile. */
    List<Long> queues() {
        try {
            Collection<Segment> segments = SharedSegments.all().values();
            List<Attachment> here = SharedSegments.attachedHere();
            return natives.stream()
                    .map(worker -> PeerProcess.of(worker.address(), segments, here))
                    .flatMap(Optional::stream)
                    .filter(PeerProcess::isQueueKnown)
                    .map(PeerProcess::queue)
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    // ---- the pool

    /** How many transfers can be bound to: the first ones. */
    int shared() {
        return bound.length;
    }

    /** How many there are behind those, whose helpers alone post on them: parts of large transfers. */
    int pooled() {
        return pooled;
    }

    /** How many descriptors it takes to ask one of the pool for help. */
    int splitBatch() {
        return splitBatch;
    }

    /** Whether a transfer of so many descriptors may be shared with the pool. */
    boolean splits(int descriptors) {
        return pooled > 0 && descriptors >= splitBatch;
    }

    /** Where in the pool to ask first, so that all have their turn; which one does not matter much, so nothing guards it. */
    int nextOfPool() {
        int place = ofPool;
        ofPool = place + 1 < pooled ? place + 1 : 0;
        return place;
    }

    // ---- binding transfers

    /**
     * For one more transfer: answers the worker that was asked for or, with -1, the one that has the fewest, the first among
     * equals, so that what is prepared, used and closed one after the other stays on one worker, and in order.
     */
    synchronized int bind(int wanted) {
        int worker = wanted < 0 ? fewest() : wanted;
        bound[worker]++;
        return worker;
    }

    private int fewest() {
        int fewest = 0;
        for (int i = 1; i < bound.length; i++) {
            if (bound[i] < bound[fewest]) {
                fewest = i;
            }
        }
        return fewest;
    }

    /** A transfer of this worker's is closed. */
    synchronized void unbind(int worker) {
        bound[worker]--;
    }

    // ---- progressing

    /** Nobody polls them for a while. */
    void rest() {
        for (int i = 0; i < workers.size(); i++) {
            workers.get(i).rest();
        }
    }

    /** Progresses all until the condition holds or the time is over; for the control path. */
    boolean pump(BooleanSupplier until, long nanos) {
        long start = System.nanoTime();
        while (!until.getAsBoolean()) {
            int events = 0;
            for (UcxWorker worker : workers) {
                events += worker.progressQuietly();
            }
            if (System.nanoTime() - start > nanos) {
                return until.getAsBoolean();
            }
            if (events == 0) {
                LockSupport.parkNanos(PUMP_NANOS);
            }
        }
        return true;
    }

    // ---- the end

    /** Ends their helpers, and takes all of them for ever. Nothing new starts; what was handed over and not started ends. */
    void stop() {
        workers.forEach(UcxWorker::stop);
        workers.forEach(UcxWorker::own);
        workers.forEach(UcxWorker::runErrands); // messages among them, which were accepted
        first().receiver().close(); // nobody takes notifications any more, and they must hold up nothing
        workers.forEach(UcxWorker::drain);
    }

    /** After {@link #stop}: starts to close the endpoints that are nobody's. */
    void closeKept() {
        workers.forEach(worker -> worker.keptEndpoints().close());
    }

    /** After {@link #closeKept}. */
    boolean keptAreClosed() {
        return workers.stream().allMatch(worker -> worker.keptEndpoints().isEmpty());
    }

    /**
     * After {@link #stop}: lets UCX work until the condition holds or the time is over, once at least, since closing ends
     * requests, and their transfers are carried on with then.
     */
    void finish(BooleanSupplier condition, long nanos) {
        long start = System.nanoTime();
        long lastEvent = start;
        long now;
        do {
            boolean busy = progressOrPark();
            now = System.nanoTime();
            lastEvent = busy ? now : lastEvent;
            lookForRemains(now - lastEvent);
        } while (!condition.getAsBoolean() && now - start < nanos);
        settle();
    }

    /** As the helpers do, which have ended: what waits for a process that was killed would hold up the end. */
    static void lookForRemains(long quietNanos) {
        if (quietNanos > REMAINS_NANOS) {
            Remains.IN_THIS_PROCESS.look();
        }
    }

    /**
     * Lets UCX work for a moment longer, until there is nothing to do, so that peers get their answers. One that goes on writing
     * holds nobody up.
     */
    private void settle() {
        long start = System.nanoTime();
        int quiet = 0;
        while (quiet < QUIET_ROUNDS && System.nanoTime() - start < SETTLE_NANOS) {
            quiet = progressOrPark() ? 0 : quiet + 1;
        }
    }

    /** Parks where there is nothing to do, since those at the other end may want the processor. */
    private boolean progressOrPark() {
        boolean busy = progressAll() > 0;
        if (!busy) {
            LockSupport.parkNanos(PUMP_NANOS);
        }
        return busy;
    }

    private int progressAll() {
        int events = 0;
        for (UcxWorker worker : workers) {
            events += worker.progress();
        }
        return events;
    }

    /** After {@link #stop}: tells what has ended. */
    void disownForEver() {
        workers.forEach(UcxWorker::drain); // transfers whose parts have ended just now
        workers.forEach(UcxWorker::disownForEver);
    }

    /** As they are now; after {@link #stop}. */
    SilentConnections silentConnections() {
        return new SilentConnections(workers.stream());
    }

    /**
     * Last: destroys each in a moment in which no message of its own waits for room at a peer, see {@link WorkersEnd}.
     *
     * @return false when there was no such moment for one of them, which then is left to the end of the process
     */
    boolean end() {
        return new WorkersEnd(natives, workers).await();
    }

    /** Of a backend that did not start. */
    void abandon() {
        workers.forEach(UcxWorker::stop);
        destroyAll();
    }

    private void destroyAll() {
        natives.forEach(NativeWorker::destroy);
    }
}
