// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import io.jnixl.api.MemoryRegion;
import io.jnixl.spi.RegionHandle;
import io.jnixl.spi.RegisteredMemory;
import org.jspecify.annotations.Nullable;

/** One region as one backend knows it: registered here, or published by a peer. */
final class Region {
    final MemoryRegion range;
    final RegionHandle handle;

    /** What makes it the far side of a transfer: for a registration the backend's loop-back handle. */
    final RegionHandle remoteHandle;

    /** The registration it belongs to; null for a peer's region. */
    final @Nullable RegistrationImpl owner;

    /** What peers are told, or what the peer told; the same bytes for ever. */
    final byte[] publicData;

    /** Set once, when the registration is closed or the peer's region replaced. */
    private volatile boolean gone;

    private Region(
            MemoryRegion range,
            RegionHandle handle,
            RegionHandle remoteHandle,
            @Nullable RegistrationImpl owner,
            byte[] publicData) {
        this.range = range;
        this.handle = handle;
        this.remoteHandle = remoteHandle;
        this.owner = owner;
        this.publicData = publicData;
    }

    static Region local(MemoryRegion range, RegisteredMemory memory, RegionHandle loopback, RegistrationImpl owner) {
        return new Region(range, memory, loopback, owner, memory.publicData().clone());
    }

    static Region remote(MemoryRegion range, RegionHandle handle, byte[] publicData) {
        return new Region(range, handle, handle, null, publicData);
    }

    /** Whether bytes may still be moved from or to it: one volatile read, and one for the arena of foreign memory. */
    boolean isUsable() {
        return !gone && (range.segment() == null || range.segment().scope().isAlive());
    }

    /** Why bytes cannot be moved from or to it any more, for messages. */
    String whyUnusable() {
        if (!gone) {
            return "its arena is closed";
        }
        return owner != null ? "its registration is closed" : "the peer published it anew, with another key";
    }

    boolean isGone() {
        return gone;
    }

    void markGone() {
        gone = true;
    }

    /** Whether the range lies inside; all numbers unsigned. */
    boolean covers(long address, long length) {
        long offset = address - range.address();
        return Long.compareUnsigned(offset, range.length()) <= 0
                && Long.compareUnsigned(length, range.length() - offset) <= 0;
    }

    /** The last byte, unsigned; an end past 2^64 stops at the last address. */
    long last() {
        long last = range.address() + (range.length() - 1);
        return Long.compareUnsigned(last, range.address()) < 0 ? -1L : last;
    }

    @SuppressWarnings("ReferenceEquality") // one object is closed once
    void closeHandles() {
        if (remoteHandle != handle) {
            remoteHandle.close();
        }
        handle.close();
    }

    @Override
    public String toString() {
        return range.toString();
    }
}
