// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import io.jnixl.api.PeerEvent;
import io.jnixl.api.Subscription;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The agent's own thread for what happens to peers: there only while there is something to do. */
final class Events implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("io.jnixl.agent");

    private final Listeners<PeerEvent> listeners = new Listeners<>();
    private final ThreadPoolExecutor thread;

    Events(String agentName) {
        thread = new ThreadPoolExecutor(
                1,
                1,
                1,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                Thread.ofPlatform().daemon().name("jnixl-events-" + agentName).factory());
        thread.allowCoreThreadTimeOut(true);
    }

    Subscription subscribe(Consumer<PeerEvent> listener) {
        return listeners.add(listener, () -> {});
    }

    void publish(PeerEvent event) {
        if (!listeners.isEmpty()) {
            execute(() -> listeners.tell(event));
        }
    }

    void execute(Runnable task) {
        try {
            thread.execute(task);
        } catch (RejectedExecutionException e) {
            LOG.log(System.Logger.Level.DEBUG, "the agent is closed; nobody hears of it");
        }
    }

    @Override
    public void close() {
        thread.shutdown();
    }
}
