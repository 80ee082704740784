// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import io.jnixl.api.Allocation;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.api.Registration;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Registered memory in an arena of its own. */
final class AllocationImpl implements Allocation {
    private final Arena arena;
    private final MemorySegment segment;
    private final Registration registration;
    private final LeakReport leak;

    AllocationImpl(Arena arena, MemorySegment segment, Registration registration) {
        this.arena = arena;
        this.segment = segment;
        this.registration = registration;
        this.leak = LeakReport.watch(this, segment.byteSize() + " bytes of Agent.allocate");
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
        if (!leak.isClosed()) {
            freeMemory();
            leak.close();
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
}
