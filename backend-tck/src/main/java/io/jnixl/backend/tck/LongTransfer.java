// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.tck;

import io.jnixl.api.Operation;

/** A transfer that takes a while: the same megabytes over and over, and the last of their bytes at the very end. */
final class LongTransfer {
    private static final int BLOCK = 4 << 20;
    /** How often, for one that is cancelled or closed while others go on. */
    private static final int TIMES = 64;

    /** How often, where it only must not be over at once. */
    private static final int FEW_TIMES = 16;

    private static final int TAIL = 4096;

    private final Near near;
    private final Far far;
    private final Xfer xfer;

    LongTransfer(Rig rig, Operation operation) {
        this(rig, operation, TIMES);
    }

    static LongTransfer shorter(Rig rig, Operation operation) {
        return new LongTransfer(rig, operation, FEW_TIMES);
    }

    private LongTransfer(Rig rig, Operation operation, int most) {
        near = rig.near(BLOCK);
        far = rig.far(BLOCK);
        int times = Math.min(most, rig.under().maxDescriptors());
        int body = times == 1 ? 0 : BLOCK - TAIL;
        xfer = rig.xfer(operation, near, far, times)
                .repeat(near.address(), far.address(), body, times - 1)
                .add(near.address() + body, far.address() + body, BLOCK - body);
    }

    Near near() {
        return near;
    }

    Far far() {
        return far;
    }

    Xfer xfer() {
        return xfer;
    }
}
