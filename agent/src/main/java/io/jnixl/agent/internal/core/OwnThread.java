// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** A thread of the agent's that does one thing after the other: there only while there is something to do. */
final class OwnThread implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("io.jnixl.agent");

    private final ThreadPoolExecutor thread;

    OwnThread(String name) {
        thread = new ThreadPoolExecutor(
                1,
                1,
                1,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                Thread.ofPlatform().daemon().name(name).factory());
        thread.allowCoreThreadTimeOut(true);
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
