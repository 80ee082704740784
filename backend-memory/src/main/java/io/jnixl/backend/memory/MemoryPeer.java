// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.memory;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.MemoryKind;
import io.jnixl.api.MemoryRegion;
import io.jnixl.api.NixlException;
import io.jnixl.api.Status;
import io.jnixl.spi.BackendPeer;
import io.jnixl.spi.RegionHandle;
import java.lang.foreign.MemorySegment;

/** Another backend of this process, or this one, as a peer. */
final class MemoryPeer implements BackendPeer {
    private final MemoryBackend owner;
    private final MemoryBackend target;
    private final Lane lane = new Lane();
    private volatile boolean closed;

    MemoryPeer(MemoryBackend owner, MemoryBackend target) {
        this.owner = owner;
        this.target = target;
    }

    MemoryBackend owner() {
        return owner;
    }

    MemoryBackend target() {
        return target;
    }

    /** Its transfers that wait for room in its sink; guarded by the owner's outbox. */
    Lane lane() {
        return lane;
    }

    String name() {
        return target.agentName();
    }

    /** Whether transfers to it end with REMOTE_DISCONNECT. */
    boolean isGone() {
        return closed || target.isClosing();
    }

    @Override
    public RegionHandle load(MemoryRegion region, byte[] publicData) {
        if (isGone()) {
            throw refused("the peer is gone", "load the peer's metadata again");
        }
        if (region.kind() != MemoryKind.DRAM) {
            throw refused(region + " is not host memory, and only that is published", "take another backend for it");
        }
        long id = RegionKey.decode(name(), publicData).id();
        DramRegion found = target.published(id);
        if (found == null) {
            throw refused(region + " is not registered (any more) as number " + id, "load the peer's metadata again");
        }
        if (found.address() != region.address() || found.segment().byteSize() != region.length()) {
            throw refused(region + " is not the range that was registered: " + found, "load the peer's own metadata");
        }
        return new LoadedRegion(this, found);
    }

    private NixlException refused(String message, String remedy) {
        return NixlException.of(ErrorCode.BACKEND, message)
                .backend(MemoryBackendProvider.NAME)
                .peer(name())
                .remedy(remedy)
                .build();
    }

    @Override
    public void connect() {
        if (isGone()) {
            throw NixlException.of(ErrorCode.REMOTE_DISCONNECT, "the peer is gone")
                    .backend(MemoryBackendProvider.NAME)
                    .peer(name())
                    .remedy("load the peer's metadata again")
                    .build();
        }
    }

    @Override
    public Status send(MemorySegment message) {
        if (message.byteSize() > MemoryBackend.MAX_MESSAGE) {
            throw NixlException.of(
                            ErrorCode.INVALID_PARAM,
                            "a notification of " + message.byteSize() + " bytes is longer than "
                                    + MemoryBackend.MAX_MESSAGE)
                    .backend(MemoryBackendProvider.NAME)
                    .peer(name())
                    .remedy("send the bytes as a transfer, and a short notification with it")
                    .build();
        }
        return offer(message);
    }

    /** Hands a message to the target: SUCCESS, NOT_ALLOWED when it has no room, REMOTE_DISCONNECT when it is gone. */
    Status offer(MemorySegment message) {
        return closed ? Status.REMOTE_DISCONNECT : target.receive(owner.agentName(), message);
    }

    /** Tells the owner's agent that the target is gone, unless it has let go itself. */
    void lost() {
        if (!closed) {
            owner.peerLost(this);
        }
    }

    /** Posts in flight see it before their next chunk, at the latest; those waiting for room within a millisecond. */
    @Override
    public void close() {
        closed = true;
        target.unwatch(this);
    }

    @Override
    public String toString() {
        return "peer \"" + name() + "\"";
    }
}
