// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.bench;

import io.jnixl.api.MemoryRegion;
import io.jnixl.api.Operation;
import io.jnixl.cli.run.Endpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** All cases of a run, one after the other, as the initiator. */
final class Sweep {
    private static final long SEED_STEP = 1_000_003;

    /** Keeps the patterns around blocks apart from those in them. */
    private static final long OTHER = 0x5DEECE66DL << 20;

    private static final long ALIVE_NANOS = 2_000_000_000;

    private final Plan plan;
    private final SweepOptions options;
    private final Endpoint endpoint;
    private final Far far;
    private final Progress progress;
    private final Content content;
    private long lastAlive;

    Sweep(Plan plan, Endpoint endpoint, Far far, Progress progress) {
        this.plan = plan;
        this.options = plan.options();
        this.endpoint = endpoint;
        this.far = far;
        this.progress = progress;
        long bytes = plan.local().bytes();
        content = new Content(plan.local(), _ -> endpoint.memory().asSlice(0, bytes));
    }

    /** Runs them; {@code results} hears each case's figures. */
    void run(Consumer<Figures> results) {
        long seed = options.seed;
        content.fill(seed); // pages are there before the first post
        endpoint.store();
        far.begin(seed);
        for (Shape shape : plan.shapes()) {
            results.accept(run(shape, seed));
            seed += SEED_STEP;
        }
        far.finish();
    }

    private Figures run(Shape shape, long seed) {
        long places = options.seed ^ shape.block() * 31 + shape.batch();
        Placement near = Placement.of(shape, plan.local(), options.locations, places + 1);
        Placement there = Placement.of(shape, far.area(), options.locations, places);
        int warmup = plan.warmup(shape);
        int iterations = plan.iterations(shape);
        if (options.consistency) {
            fill(near, there, seed);
        }
        progress.start(shape, (long) iterations * shape.threads());
        Measured measured = new CaseRun(shape, warmup, iterations)
                .run((thread, recorder) -> slots(thread, recorder, near, there), this::meanwhile);
        progress.end();
        int used = Math.min(shape.depth(), Math.max(warmup, iterations));
        String wrong = wrong(near, there, seed, places, used, (long) (warmup + iterations) * shape.threads());
        boolean checked = options.consistency || options.notifying;
        return Figures.of(measured, wrong != null ? wrong : checked ? Figures.RIGHT : Figures.UNCHECKED);
    }

    private void fill(Placement near, Placement there, long seed) {
        if (options.operation == Operation.WRITE) {
            far.fill(seed ^ OTHER);
            content.fillBlocks(near, there, seed);
        } else {
            far.fill(seed);
            content.fill(seed ^ OTHER);
        }
        endpoint.store();
    }

    private @Nullable String wrong(Placement near, Placement there, long seed, long places, int used, long posts) {
        String wrong = options.notifying ? far.count(posts) : null;
        if (wrong != null || !options.consistency) {
            return wrong;
        }
        if (options.operation == Operation.WRITE) {
            Shape shape = near.shape();
            return far.compare(
                    new Check(shape, far.area().bytes(), options.locations, places, used, seed, seed ^ OTHER));
        }
        endpoint.fetch();
        long byteAt = content.firstWrong(near, there, used, seed, seed ^ OTHER);
        return byteAt < 0 ? null : "what was read is wrong from local byte " + byteAt;
    }

    private List<Slot> slots(int thread, Recorder recorder, Placement near, Placement there) {
        List<Slot> slots = new ArrayList<>();
        MemoryRegion start = endpoint.region();
        for (int i = 0; i < near.shape().depth(); i++) {
            int first = near.first(thread, i);
            TransferSource source = new TransferSource(
                    endpoint.agent(),
                    far.peer(),
                    RemoteMemory.memory(near, first, start.kind(), start.device(), start.address()),
                    far.blocks(there, first),
                    options,
                    options.reregister ? share(thread, near.shape()) : null);
            byte[] message = options.notifying ? Arrivals.message() : null;
            boolean recreating = options.recreate || options.reregister;
            slots.add(new Slot(source, recreating, message, progress.limit(), recorder));
        }
        return slots;
    }

    private MemoryRegion share(int thread, Shape shape) {
        long share = plan.local().share(shape.threads());
        return endpoint.part(thread * share, share);
    }

    private void meanwhile(long ended) {
        progress.at(ended);
        long now = System.nanoTime();
        if (now - lastAlive > ALIVE_NANOS) {
            lastAlive = now;
            far.alive();
        }
    }
}
