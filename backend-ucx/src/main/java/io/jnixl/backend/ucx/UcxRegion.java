// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import io.jnixl.spi.RegionHandle;

/** A peer's memory, with a remote key unpacked for each lane to it. */
final class UcxRegion implements RegionHandle {
    private final UcxPeer peer;
    private final long address;
    private final long length;
    private final boolean host;
    private final long[] keys;

    UcxRegion(UcxPeer peer, long address, long length, boolean host, long[] keys) {
        this.peer = peer;
        this.address = address;
        this.length = length;
        this.host = host;
        this.keys = keys;
    }

    /** The {@code ucp_rkey_h} of one worker's lane. */
    long key(int worker) {
        return keys[worker];
    }

    boolean isHost() {
        return host;
    }

    /** Negative when the bytes do not lie in it; see {@link Ranges#slack}. */
    long slack(long start, long bytes) {
        return Ranges.slack(address, length, start, bytes);
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
