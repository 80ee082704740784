// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import io.jnixl.api.Allocation;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.api.Registration;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Cleaner;
import java.util.concurrent.atomic.AtomicBoolean;

/** Registered memory in an arena of its own. */
final class AllocationImpl implements Allocation {
    private static final System.Logger LOG = System.getLogger("io.jnixl.agent");
    private static final Cleaner CLEANER = Cleaner.create();

    private final Arena arena;
    private final MemorySegment segment;
    private final Registration registration;
    private final LeakReport leak;

    AllocationImpl(Arena arena, MemorySegment segment, Registration registration) {
        this.arena = arena;
        this.segment = segment;
        this.registration = registration;
        this.leak = new LeakReport(segment.byteSize());
        CLEANER.register(this, leak);
    }

    @Override
    public MemorySegment segment() {
        return segment;
    }

    @Override
    public Registration registration() {
        return registration;
    }

    @Override
    public synchronized void close() {
        registration.close();
        if (!leak.closed.get()) {
            freeMemory();
            leak.closed.set(true);
        }
    }

    private void freeMemory() {
        try {
            arena.close();
        } catch (IllegalStateException e) {
            throw NixlException.of(
                            ErrorCode.NOT_ALLOWED, segment.byteSize() + " bytes cannot be freed: " + e.getMessage())
                    .remedy("let native calls and I/O on the segment end, then close again")
                    .cause(e)
                    .build();
        }
    }

    /** Says where memory was allocated that nobody closed. It frees nothing: a transfer may be using the memory. */
    private static final class LeakReport implements Runnable {
        private final long bytes;
        private final Throwable place = new Throwable("allocated here");
        private final AtomicBoolean closed = new AtomicBoolean();

        LeakReport(long bytes) {
            this.bytes = bytes;
        }

        @Override
        public void run() {
            if (!closed.get()) {
                LOG.log(System.Logger.Level.WARNING, bytes + " bytes of Agent.allocate were never closed", place);
            }
        }
    }
}
