// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.tck;

import io.jnixl.api.Operation;
import java.util.List;
import java.util.stream.Stream;

/** Many small descriptors, in no order, between several regions. Targets do not overlap. */
final class ScatteredCopy {
    private static final int REGIONS = 3;
    private static final int SLOT = 64;

    private final Rig rig;
    private final int count;
    private final int slots;
    private final List<Near> near;
    private final List<Far> far;

    private ScatteredCopy(Rig rig) {
        this.rig = rig;
        count = rig.under().maxDescriptors();
        slots = (count + REGIONS - 1) / REGIONS;
        near = Stream.generate(() -> rig.near(slots * SLOT)).limit(REGIONS).toList();
        far = Stream.generate(() -> rig.far(slots * SLOT)).limit(REGIONS).toList();
    }

    static void run(Rig rig) {
        ScatteredCopy copy = new ScatteredCopy(rig);
        copy.move(Operation.WRITE);
        copy.move(Operation.READ);
    }

    private void move(Operation operation) {
        byte[][] nearBytes = new byte[REGIONS][];
        byte[][] farBytes = new byte[REGIONS][];
        for (int r = 0; r < REGIONS; r++) {
            nearBytes[r] = Bytes.random(slots * SLOT, rig.random());
            farBytes[r] = Bytes.random(slots * SLOT, rig.random());
            near.get(r).content(nearBytes[r]);
            far.get(r).content(farBytes[r]);
        }
        boolean write = operation == Operation.WRITE;
        Xfer x = rig.xfer(operation, near, far, count);
        int[] order = permutation();
        for (int i = 0; i < count; i++) {
            int target = order[i];
            int length = 1 + rig.random().nextInt(SLOT);
            int source = rig.random().nextInt(slots * SLOT - length);
            int sourceRegion = rig.random().nextInt(REGIONS);
            int targetRegion = target % REGIONS;
            int targetAt = target / REGIONS * SLOT;
            if (write) {
                add(x, sourceRegion, source, targetRegion, targetAt, length);
                System.arraycopy(nearBytes[sourceRegion], source, farBytes[targetRegion], targetAt, length);
            } else {
                add(x, targetRegion, targetAt, sourceRegion, source, length);
                System.arraycopy(farBytes[sourceRegion], source, nearBytes[targetRegion], targetAt, length);
            }
        }
        Rig.succeed(x.post());
        for (int r = 0; r < REGIONS; r++) {
            TransferClauses.assertSame(
                    operation + ", far region " + r, far.get(r).content(), farBytes[r]);
            TransferClauses.assertSame(
                    operation + ", near region " + r, near.get(r).content(), nearBytes[r]);
        }
    }

    private void add(Xfer x, int nearRegion, int nearAt, int farRegion, int farAt, int length) {
        long here = near.get(nearRegion).address() + nearAt;
        long there = far.get(farRegion).address() + farAt;
        x.columns().add(here, nearRegion, there, farRegion, length, x.columns().count(), false);
    }

    private int[] permutation() {
        int[] order = new int[count];
        for (int i = 0; i < count; i++) {
            int j = rig.random().nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }
}
