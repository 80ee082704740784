// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.memory;

import io.jnixl.spi.RegionHandle;

/**
 * A peer's registration, as an agent that loaded the peer's metadata holds it.
 *
 * @param peer whom it was loaded from
 * @param region the registration itself; it may be closed at any time
 */
record LoadedRegion(MemoryPeer peer, DramRegion region) implements RegionHandle {
    /** Nothing was taken, so nothing is given back. */
    @Override
    public void close() {}
}
