// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.tck;

import io.jnixl.spi.BackendPeer;
import io.jnixl.spi.RegionHandle;
import io.jnixl.spi.RegisteredMemory;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** What an agent has to close, each once and in order. Thread-safe but for {@link #close()}. */
final class Holdings {
    final Queue<Xfer> transfers = new ConcurrentLinkedQueue<>();
    final Queue<BackendPeer> peers = new ConcurrentLinkedQueue<>();
    final Queue<RegionHandle> handles = new ConcurrentLinkedQueue<>();
    final Queue<RegisteredMemory> memories = new ConcurrentLinkedQueue<>();

    void release(AutoCloseable thing) {
        if (peers.removeIf(p -> isSame(p, thing))
                || handles.removeIf(h -> isSame(h, thing))
                || memories.removeIf(m -> isSame(m, thing))) {
            closeNow(thing);
        }
    }

    /** Two registrations of the same memory may well be equal. */
    @SuppressWarnings("ReferenceEquality")
    static boolean isSame(AutoCloseable one, AutoCloseable other) {
        return one == other;
    }

    void close() {
        transfers.forEach(Xfer::close);
        // Ends that were told twice show here at the latest.
        transfers.forEach(Xfer::verifyEnds);
        peers.forEach(Holdings::closeNow);
        handles.forEach(Holdings::closeNow);
        memories.forEach(Holdings::closeNow);
    }

    private static void closeNow(AutoCloseable thing) {
        try {
            thing.close();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new AssertionError("close threw a checked exception", e);
        }
    }
}
