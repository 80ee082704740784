// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.api.Operation;
import io.jnixl.api.Status;
import io.jnixl.backend.tck.Await;
import io.jnixl.backend.tck.Meters;
import io.jnixl.backend.tck.TestAgent;
import io.jnixl.backend.tck.Xfer;
import io.jnixl.spi.BackendPeer;
import io.jnixl.spi.NotificationSink;
import io.jnixl.spi.ProgressPolicy;
import io.jnixl.spi.RegisteredMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Posting costs no garbage, and idling no processor time. */
class GarbageTest {
    private static final int FACTOR = Boolean.getBoolean("jnixl.soak") ? 10 : 1;
    private static final int WARM_UP = 20_000;

    private final TestAgent a = Agents.start("a", ProgressPolicy.ADAPTIVE, Map.of());
    private final TestAgent b = Agents.start("b");
    private final Arena arena = Arena.ofShared();
    private final MemorySegment near = arena.allocate(1 << 16);
    private final MemorySegment far = arena.allocate(1 << 16);
    private final RegisteredMemory local = a.register(near);
    private final RegisteredMemory theirs = b.register(far);
    private final BackendPeer peer = a.load(b);

    @AfterEach
    void close() {
        a.closeBackend();
        b.closeBackend();
        arena.close();
    }

    /** Counts, and pretends to be full now and then. */
    private static final class CountingSink implements NotificationSink {
        private final int refuseEvery;
        private int calls;
        private volatile int taken;

        CountingSink(int refuseEvery) {
            this.refuseEvery = refuseEvery;
        }

        @Override
        public synchronized boolean offer(String from, MemorySegment memory, long offset, int length) {
            if (++calls % refuseEvery == 0) {
                return false;
            }
            taken++;
            return true;
        }
    }

    private Xfer xfer(int descriptors) {
        Xfer x = a.xfer(Operation.WRITE, local, peer, a.load(peer, far, theirs), descriptors);
        for (int i = 0; i < descriptors; i++) {
            x.add(near.address() + 64L * i, far.address() + 64L * (descriptors - 1 - i), 1 + i % 64);
        }
        return x;
    }

    private static void postAndWait(Xfer x, int posts) {
        for (int i = 0; i < posts; i++) {
            x.message().setLength(i & 31);
            int before = x.outcome().ends();
            if (x.post().answer() != Status.IN_PROGRESS) {
                throw new AssertionError("not accepted");
            }
            while (x.outcome().ends() == before) {
                Thread.onSpinWait();
            }
        }
    }

    /** A refusal costs a millisecond, hence fewer posts with those. */
    @ParameterizedTest
    @CsvSource({"1, 100000, 2147483647", "1024, 20000, 2147483647", "1, 5000, 50"})
    void postingAndCompletingAllocateNothing(int descriptors, int base, int refuseEvery) {
        int posts = FACTOR * base;
        CountingSink sink = new CountingSink(refuseEvery);
        b.notifications(sink);
        Xfer x = xfer(descriptors);
        postAndWait(x, WARM_UP);
        long poster = Thread.currentThread().threadId();
        long completer = x.outcome().threadId();
        long posterBytes = -1;
        long completerBytes = -1;
        int runs = 0;
        // The compiler may change its mind during a run and bring objects to life that it had taken apart; what
        // allocates per
        // post shows in every run.
        while (runs < 4 && (posterBytes != 0 || completerBytes != 0)) {
            runs++;
            // the poster's meter is read inside the completer's, so that no reading counts itself
            long completerBefore = Meters.allocatedBytes(completer);
            long posterBefore = Meters.allocatedBytes(poster);
            postAndWait(x, posts);
            posterBytes = Meters.allocatedBytes(poster) - posterBefore;
            completerBytes = Meters.allocatedBytes(completer) - completerBefore;
        }
        assertThat(posterBytes).isZero();
        assertThat(completerBytes).isZero();
        assertThat(x.outcome().threadId()).isEqualTo(completer).isNotEqualTo(poster);
        assertThat(x.outcome().status()).isEqualTo(Status.SUCCESS);
        assertThat(sink.taken).isEqualTo(WARM_UP + (long) runs * posts);
    }

    @Test
    void filesAllocateNothingEither(@TempDir Path folder) {
        RegisteredMemory file = a.file("rw,create:" + folder.resolve("f"));
        Xfer x = a.xfer(Operation.WRITE, local, a.self(), file, 2)
                .add(near.address(), 0, 4096)
                .add(near.address() + 4096, 8192, 100);
        a.notifications(new CountingSink(Integer.MAX_VALUE));
        postAndWait(x, WARM_UP);
        long before = Meters.allocatedBytes("jnixl-memory-a-file-");
        postAndWait(x, 5_000);
        assertThat(Meters.allocatedBytes("jnixl-memory-a-file-") - before).isZero();
        assertThat(x.outcome().status()).isEqualTo(Status.SUCCESS);
    }

    @Test
    void anIdleBackendUsesNoProcessor() {
        Xfer x = xfer(1);
        assertThat(x.notifying("n").post().end()).isEqualTo(Status.SUCCESS);
        long worker = x.outcome().threadId();
        // It settles after its last spin; then its clock must stand still.
        long[] last = {-1};
        Await.until("rest", () -> {
            long before = last[0];
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            last[0] = Meters.cpuNanos(worker);
            return last[0] == before;
        });
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(300);
        while (System.nanoTime() < deadline) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
        assertThat(Meters.cpuNanos(worker)).isEqualTo(last[0]).isPositive();
    }
}
