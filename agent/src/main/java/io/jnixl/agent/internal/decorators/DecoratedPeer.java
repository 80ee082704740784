// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.decorators;

import io.jnixl.api.MemoryRegion;
import io.jnixl.api.Status;
import io.jnixl.spi.BackendPeer;
import io.jnixl.spi.RegionHandle;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicBoolean;

/** A peer with an interceptor around it. */
final class DecoratedPeer implements BackendPeer {
    private final BackendPeer inner;
    private final Interceptor interceptor;
    private final DecoratedContext context;
    private final AtomicBoolean dead = new AtomicBoolean();

    DecoratedPeer(BackendPeer inner, Interceptor interceptor, DecoratedContext context) {
        this.inner = inner;
        this.interceptor = interceptor;
        this.context = context;
    }

    BackendPeer inner() {
        return inner;
    }

    boolean isDead() {
        return dead.get();
    }

    /** Declares it dead: the agent hears of it once, and all that it does from now on ends accordingly. */
    void die(Throwable why) {
        if (dead.compareAndSet(false, true)) {
            context.declareLost(this, why);
        }
    }

    @Override
    public RegionHandle load(MemoryRegion region, byte[] publicData) {
        return interceptor.around(Call.LOAD, () -> inner.load(region, publicData));
    }

    @Override
    public void connect() {
        Object _ = interceptor.around(Call.CONNECT, () -> {
            inner.connect();
            return this;
        });
    }

    @Override
    public Status send(MemorySegment message) {
        return isDead() ? Status.REMOTE_DISCONNECT : interceptor.around(Call.SEND, () -> inner.send(message));
    }

    @Override
    public void close() {
        context.forget(inner);
        inner.close();
    }

    @Override
    public String toString() {
        return inner.toString();
    }
}
