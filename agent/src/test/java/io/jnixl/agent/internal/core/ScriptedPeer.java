// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import io.jnixl.api.MemoryRegion;
import io.jnixl.api.Status;
import io.jnixl.spi.BackendPeer;
import io.jnixl.spi.RegionHandle;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;

/** A peer as the scripted backend knows it; messages go straight into the target's queue. */
final class ScriptedPeer implements BackendPeer {
    final String name;
    final AtomicInteger connects = new AtomicInteger();
    private final ScriptedBackend backend;
    private final String info;
    private final AtomicInteger inside = new AtomicInteger();
    private volatile boolean closed;

    ScriptedPeer(ScriptedBackend backend, String name, String info) {
        this.backend = backend;
        this.name = name;
        this.info = info;
    }

    boolean isClosed() {
        return closed;
    }

    @Override
    public RegionHandle load(MemoryRegion region, byte[] publicData) {
        return backend.load(region);
    }

    @Override
    public void connect() {
        connects.incrementAndGet();
    }

    @Override
    public Status send(MemorySegment message) {
        inside.incrementAndGet();
        try {
            if (closed) {
                backend.defects.add("send to " + name + " after close");
            }
            Status scripted = backend.onSend.apply(this);
            ScriptedBackend target = ScriptedBackend.find(info);
            if (scripted != Status.SUCCESS || target == null) {
                return scripted;
            }
            boolean taken = target.context.notifications().offer(backend.context.agentName(), message);
            return taken ? Status.SUCCESS : Status.NOT_ALLOWED;
        } finally {
            inside.decrementAndGet();
        }
    }

    @Override
    public void close() {
        if (closed) {
            backend.defects.add("peer " + name + " closed again");
        }
        if (inside.get() > 0) {
            backend.defects.add("peer " + name + " closed during send");
        }
        backend.onClosePeer.accept(this);
        if (backend.isClosed()) {
            backend.defects.add("peer " + name + " closed after the backend");
        }
        closed = true;
        backend.openPeers.decrementAndGet();
    }
}
