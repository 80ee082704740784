// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import io.jnixl.spi.RegionHandle;

/** A peer's memory, with a remote key unpacked for each lane to it. */
final class UcxRegion implements RegionHandle {
    private final UcxPeer peer;
    private final long address;
    private final long length;
    private final long[] keys;

    UcxRegion(UcxPeer peer, long address, long length, long[] keys) {
        this.peer = peer;
        this.address = address;
        this.length = length;
        this.keys = keys;
    }

    /** The {@code ucp_rkey_h} of one worker's lane. */
    long key(int worker) {
        return keys[worker];
    }

    boolean contains(long start, long bytes) {
        return Ranges.contains(address, length, start, bytes);
    }

    @Override
    public void close() {
        peer.destroy(keys, keys.length);
    }

    @Override
    public String toString() {
        return length + " B at 0x" + Long.toHexString(address) + " of " + peer;
    }
}
