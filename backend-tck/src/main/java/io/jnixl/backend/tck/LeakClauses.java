// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.tck;

import io.jnixl.api.Operation;
import io.jnixl.spi.BackendTransfer;
import io.jnixl.spi.CompletionSink;
import io.jnixl.spi.TransferColumns;
import io.jnixl.spi.TransferRequest;
import java.lang.foreign.MemorySegment;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** That what was closed is let go: objects, and open files. */
final class LeakClauses {
    static final String TRANSFERS = "C-LEAK-1 a transfer that was closed is let go";
    static final String MEMORY = "C-LEAK-2 memory whose registration was closed is let go";
    static final String BACKENDS = "C-LEAK-3 a backend that was closed lets its agent go";
    static final String FILES = "C-LEAK-4 what was closed keeps no file open";
    private static final int MANY = 50;
    private static final int BACKENDS_MADE = 6;
    private static final int SIZE = 4096;

    /** What threads and queues may still hold of what they saw last; who leaks holds all. */
    private static final int HELD_AT_MOST = 2;

    private static final String CLOSED =
            "io.jnixl.spi: the agent closes everything in the reverse order. RegionHandle.close: ends it."
                    + " BackendTransfer.close: frees it";

    private LeakClauses() {}

    static void addTo(Clauses c) {
        c.everyWay(TRANSFERS, CLOSED, rig -> {
            Near near = rig.near(SIZE);
            Far far = rig.far(SIZE);
            requireLetGo(rig, "transfers", collect(MANY, refs -> refs.add(closedTransfer(rig, near, far))));
        });
        c.everyWay(MEMORY, CLOSED, rig -> {
            Far far = rig.far(SIZE);
            requireLetGo(rig, "registrations and segments", collect(MANY, refs -> closedMemory(rig, far, refs)));
        });
        c.everyWay(BACKENDS, "Backend.close: ends the backend and its threads", rig -> {
            requireLetGo(rig, "agents", collect(BACKENDS_MADE, refs -> refs.add(closedAgent(rig))));
        });
        c.everyWay(FILES, CLOSED, LeakClauses::files);
    }

    private static List<WeakReference<Object>> collect(int count, Consumer<List<WeakReference<Object>>> maker) {
        List<WeakReference<Object>> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            maker.accept(all);
        }
        return all;
    }

    private static void requireLetGo(Rig rig, String what, List<WeakReference<Object>> all) {
        Await.until(
                rig.under().timeout(), "that of " + all.size() + " " + what + " all but a few can be collected", () -> {
                    System.gc();
                    return all.stream().filter(r -> r.get() != null).count() <= HELD_AT_MOST;
                });
    }

    /** The completion sink of a transfer that was posted and closed, which nobody else holds. */
    private static WeakReference<Object> closedTransfer(Rig rig, Near near, Far far) {
        Outcome outcome = new Outcome();
        post(rig, near, far, outcome);
        return new WeakReference<>(outcome);
    }

    private static void post(Rig rig, Near near, Far far, Outcome outcome) {
        TransferColumns columns = new TransferColumns(1);
        columns.add(near.address(), 0, far.address(), 0, SIZE, 0, false);
        try (BackendTransfer transfer = rig.near().backend().prepare(request(rig, near, far, columns, outcome))) {
            if (!transfer.post().isFinal()) {
                Await.until(rig.under().timeout(), "the end of a post", () -> {
                    if (rig.under().isPolled()) {
                        transfer.poll();
                    }
                    return outcome.ends() > 0;
                });
            }
        }
    }

    private static TransferRequest request(
            Rig rig, Near near, Far far, TransferColumns columns, CompletionSink outcome) {
        return new TransferRequest(
                Operation.WRITE,
                columns,
                List.of(near.memory()),
                List.of(far.handle()),
                rig.peer(),
                new Message(),
                outcome,
                Map.of());
    }

    /** A segment that was registered, used and deregistered, and its registration, which nobody else holds. */
    private static void closedMemory(Rig rig, Far far, List<WeakReference<Object>> refs) {
        MemorySegment segment = rig.stage().arena().allocate(SIZE, SIZE);
        Near near = new Near(segment, rig.near().register(segment));
        post(rig, near, far, new Outcome());
        rig.near().release(near.memory());
        refs.add(new WeakReference<>(segment));
        refs.add(new WeakReference<>(near.memory()));
    }

    /** An agent whose backend was made, used and closed, which nobody else holds. */
    private static WeakReference<Object> closedAgent(Rig rig) {
        try (Stage stage = rig.stage().another()) {
            Rig other = new Rig(stage, rig.route());
            CloseClauses.use(other);
            return new WeakReference<>(other.near());
        }
    }

    /** The first ones may open what all share, and keep it. */
    private static void files(Rig rig) {
        closedAgent(rig);
        closedMemory(rig, rig.far(SIZE), new ArrayList<>());
        long before = Meters.openFiles();
        for (int i = 0; i < BACKENDS_MADE; i++) {
            closedAgent(rig);
            manyClosedRegions(rig);
        }
        Await.until(
                rig.under().timeout(),
                "that the " + before + " open files are no more than before, when other agents and registrations are"
                        + " closed; " + Meters.openFiles(),
                () -> Meters.openFiles() < before + BACKENDS_MADE);
    }

    private static void manyClosedRegions(Rig rig) {
        for (int i = 0; i < HELD_AT_MOST; i++) {
            Far far = rig.far(SIZE);
            closedMemory(rig, far, new ArrayList<>());
            rig.near().release(far.handle());
        }
    }
}
