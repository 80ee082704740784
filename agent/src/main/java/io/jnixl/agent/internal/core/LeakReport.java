// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import java.lang.ref.Cleaner;
import java.util.concurrent.atomic.AtomicBoolean;

/** Says where memory was allocated that nobody closed. It frees nothing: a transfer may be using the memory. */
final class LeakReport implements Runnable {
    private static final System.Logger LOG = System.getLogger("io.jnixl.agent");
    private static final Cleaner CLEANER = Cleaner.create();

    private final String what;
    private final Throwable place = new Throwable("allocated here");
    private final AtomicBoolean closed = new AtomicBoolean();

    private LeakReport(String what) {
        this.what = what;
    }

    static LeakReport watch(Object owner, String what) {
        LeakReport report = new LeakReport(what);
        CLEANER.register(owner, report);
        return report;
    }

    boolean isClosed() {
        return closed.get();
    }

    void close() {
        closed.set(true);
    }

    @Override
    public void run() {
        if (!closed.get()) {
            LOG.log(System.Logger.Level.WARNING, what + " were never closed", place);
        }
    }
}
