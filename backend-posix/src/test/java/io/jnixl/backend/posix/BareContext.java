// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

import io.jnixl.spi.BackendContext;
import io.jnixl.spi.BackendPeer;
import io.jnixl.spi.NotificationSink;
import io.jnixl.spi.ProgressPolicy;

/** An agent that only has a name. */
record BareContext(ProgressPolicy progress) implements BackendContext {
    BareContext() {
        this(ProgressPolicy.PARK);
    }

    @Override
    public String agentName() {
        return "a";
    }

    @Override
    public NotificationSink notifications() {
        return (from, memory, offset, length) -> true;
    }

    @Override
    public void peerLost(BackendPeer peer, Throwable why) {}
}
