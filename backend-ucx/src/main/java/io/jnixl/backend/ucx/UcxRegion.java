// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import io.jnixl.spi.RegionHandle;

/** A peer's memory, with the remote key unpacked for the endpoint to it. */
final class UcxRegion implements RegionHandle {
    private final UcxPeer peer;
    private final long address;
    private final long length;
    private final long key;

    UcxRegion(UcxPeer peer, long address, long length, long key) {
        this.peer = peer;
        this.address = address;
        this.length = length;
        this.key = key;
    }

    UcxPeer peer() {
        return peer;
    }

    /** The {@code ucp_rkey_h}. */
    long key() {
        return key;
    }

    boolean contains(long start, long bytes) {
        return Ranges.contains(address, length, start, bytes);
    }

    @Override
    public void close() {
        peer.destroy(key);
    }

    @Override
    public String toString() {
        return length + " B at 0x" + Long.toHexString(address) + " of " + peer;
    }
}
