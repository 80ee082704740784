// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import io.jnixl.api.PeerEvent;
import io.jnixl.api.Subscription;
import java.util.function.Consumer;

/** Tells listeners what happens to peers, in order, on a thread of the agent's own. */
final class Events implements AutoCloseable {
    private final Listeners<PeerEvent> listeners = new Listeners<>();
    private final OwnThread thread;

    Events(String agentName) {
        thread = new OwnThread("jnixl-events-" + agentName);
    }

    Subscription subscribe(Consumer<PeerEvent> listener) {
        return listeners.add(listener, () -> {});
    }

    /** Does not block: whoever sees something happen may be in the middle of a post. */
    void publish(PeerEvent event) {
        if (!listeners.isEmpty()) {
            thread.execute(() -> listeners.tell(event));
        }
    }

    @Override
    public void close() {
        thread.close();
    }
}
