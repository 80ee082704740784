// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

import java.util.concurrent.atomic.AtomicInteger;

/** One or several rings, to which transfers belong in turn. */
final class RingEngine implements Engine {
    /** The most rings of an engine. */
    static final int MOST_RINGS = 16;

    private final RingLane[] lanes;
    private final AtomicInteger prepared = new AtomicInteger();

    private RingEngine(RingLane[] lanes) {
        this.lanes = lanes;
    }

    /**
     * Makes the rings and starts their threads.
     *
     * @throws Refusal when the kernel gives none; nothing is left behind then
     */
    static RingEngine start(int rings, RingLane.Settings settings) throws Refusal {
        RingLane[] lanes = new RingLane[rings];
        int made = 0;
        try {
            while (made < rings) {
                lanes[made] = RingLane.start(made, settings);
                made++;
            }
            return new RingEngine(lanes);
        } finally {
            for (int i = 0; made < rings && i < made; i++) {
                lanes[i].close();
            }
        }
    }

    @Override
    public String word() {
        return "io_uring";
    }

    @Override
    public RingLane lane() {
        return lanes[Math.floorMod(prepared.getAndIncrement(), lanes.length)];
    }

    @Override
    public void forget(DramRegion memory) {
        for (RingLane lane : lanes) {
            if (memory.isBuffer(lane.number())) {
                lane.forget(memory);
            }
        }
    }

    @Override
    public void forget(FileRegion file) {
        for (RingLane lane : lanes) {
            if (file.number(lane.number()) >= 0) {
                lane.forget(file);
            }
        }
    }

    @Override
    public void close() {
        for (RingLane lane : lanes) {
            lane.beginClose();
        }
        for (RingLane lane : lanes) {
            lane.close();
        }
    }
}
