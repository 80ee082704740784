// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.tck;

import io.jnixl.api.Operation;

/** A transfer that takes a while: the same megabytes over and over. */
final class LongTransfer {
    private static final int BLOCK = 4 << 20;
    private static final int TIMES = 64;

    private final Near near;
    private final Far far;
    private final Xfer xfer;

    LongTransfer(Rig rig, Operation operation) {
        near = rig.near(BLOCK);
        far = rig.far(BLOCK);
        int times = Math.min(TIMES, rig.under().maxDescriptors());
        xfer = rig.xfer(operation, near, far, times).repeat(near.address(), far.address(), BLOCK, times);
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
