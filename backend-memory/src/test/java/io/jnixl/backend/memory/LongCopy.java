// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.memory;

import io.jnixl.api.Operation;
import io.jnixl.backend.tck.Await;
import io.jnixl.backend.tck.TestAgent;
import io.jnixl.backend.tck.Xfer;
import io.jnixl.spi.BackendPeer;
import io.jnixl.spi.RegionHandle;
import io.jnixl.spi.RegisteredMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A WRITE that copies 4 MiB over and over, for longer than any test waits, and then, where nobody should get, a last byte.
 */
final class LongCopy {
    private static final long BLOCK = 4 << 20;
    private static final int TIMES = 1_000_000;

    final MemorySegment near;
    final MemorySegment far;
    final RegisteredMemory local;
    final RegisteredMemory theirs;
    final BackendPeer peer;
    final Xfer xfer;

    LongCopy(TestAgent from, TestAgent to, Arena nearArena, Arena farArena) {
        near = nearArena.allocate(BLOCK + 1).fill((byte) 1);
        far = farArena.allocate(BLOCK + 1);
        local = from.register(near);
        theirs = to.register(far);
        peer = from.load(to);
        RegionHandle remote = from.load(peer, far, theirs);
        xfer = from.xfer(Operation.WRITE, local, peer, remote, TIMES + 1)
                .repeat(near.address(), far.address(), BLOCK, TIMES)
                .add(near.address() + BLOCK, far.address() + BLOCK, 1)
                .notifying("done");
    }

    /** Posts, and returns in the midst of it. */
    LongCopy start() {
        xfer.post();
        Await.until("first bytes", () -> far.get(ValueLayout.JAVA_BYTE, BLOCK - 1) == 1);
        return this;
    }

    boolean reachedTheEnd() {
        return far.get(ValueLayout.JAVA_BYTE, BLOCK) != 0;
    }
}
