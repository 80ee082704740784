// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.api.Operation;
import io.jnixl.api.Status;
import io.jnixl.backend.tck.Meters;
import io.jnixl.spi.ProgressPolicy;
import io.jnixl.spi.RegisteredMemory;
import io.jnixl.testsupport.NeedsNative;
import io.jnixl.testsupport.NeedsNative.Native;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Posting and completing cost no garbage. */
@NeedsNative(Native.URING)
class GarbageTest {
    private static final int FACTOR = Boolean.getBoolean("jnixl.soak") ? 10 : 1;

    @TempDir(factory = TargetFolder.class)
    Path folder;

    private static void postAndWait(Xfer x, boolean drives, int posts) {
        for (int i = 0; i < posts; i++) {
            int before = x.outcome.ends();
            x.post();
            while (x.outcome.ends() == before) {
                if (drives) {
                    x.transfer.drive(Long.MAX_VALUE);
                }
                Thread.onSpinWait();
            }
        }
    }

    /** By the poster itself, by a caller that waits in the kernel, and by another thread. */
    @ParameterizedTest
    @CsvSource({
        "io_uring, caller, false, 1, 20000, 100000",
        "io_uring, caller, true, 1024, 50, 500",
        "io_uring, thread, false, 1, 20000, 100000",
        "io_uring, thread, false, 1024, 50, 500",
        "libaio, caller, false, 1, 20000, 100000",
        "libaio, caller, false, 1024, 50, 500",
        "pool, caller, false, 1, 20000, 100000",
        "pool, caller, false, 1024, 50, 500"
    })
    void postingAndCompletingAllocateNothing(
            String engine, String completion, boolean drives, int descriptors, int warmUp, int base) {
        int posts = FACTOR * base;
        try (Arena arena = Arena.ofShared();
                TestAgent a = new TestAgent(Map.of("engine", engine, "completion", completion), ProgressPolicy.PARK)) {
            MemorySegment memory = arena.allocate(1 << 16);
            RegisteredMemory file = a.file("rw,create", folder.resolve("f"));
            Xfer x = a.xfer(Operation.WRITE, a.register(memory), file, descriptors);
            for (int i = 0; i < descriptors; i++) {
                x.add(memory.address() + 64L * i, 64L * (descriptors - 1 - i), 1 + i % 64);
            }
            postAndWait(x, drives, warmUp);
            long poster = Thread.currentThread().threadId();
            long posterBytes = -1;
            long engineBytes = -1;
            // The compiler may change its mind during a run and bring objects to life that it had taken apart; what
            // allocates per post shows in every run.
            for (int run = 0; run < 4 && (posterBytes != 0 || engineBytes != 0); run++) {
                long posterBefore = Meters.allocatedBytes(poster);
                postAndWait(x, drives, posts);
                posterBytes = Meters.allocatedBytes(poster) - posterBefore;
                engineBytes = enginesBytesOf(x, drives, posts / 10);
            }
            assertThat(posterBytes).isZero();
            assertThat(engineBytes).isZero();
            boolean own = completion.equals("caller") && engine.equals("io_uring");
            if (!own) {
                assertThat(x.outcome.threadId()).isNotEqualTo(poster);
            }
            assertThat(x.outcome.status()).isEqualTo(Status.SUCCESS);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"io_uring", "libaio", "pool"})
    void whatGoesThroughABufferNeither(String engine) throws IOException {
        Path path = Files.write(folder.resolve("g"), new byte[1 << 20]);
        try (Arena arena = Arena.ofShared();
                TestAgent a = new TestAgent(Map.of("engine", engine, "bounce_buffer", "64K"), ProgressPolicy.PARK)) {
            MemorySegment memory = arena.allocate(1 << 20);
            Xfer x = a.bouncing(Operation.READ, a.register(memory), a.file("ro,direct", path), 8);
            for (int i = 0; i < 8; i++) {
                x.add(memory.address() + 1 + i * 20_000L, 3 + i * 50_000L, 20_000); // three rounds
            }
            boolean drives = engine.equals("io_uring");
            postAndWait(x, drives, 3000);
            long bytes = -1;
            for (int run = 0; run < 4 && bytes != 0; run++) {
                long before = Meters.allocatedBytes(Thread.currentThread().threadId());
                postAndWait(x, drives, FACTOR * 300);
                bytes = Meters.allocatedBytes(Thread.currentThread().threadId()) - before;
                bytes += enginesBytesOf(x, drives, 100);
            }
            assertThat(bytes).isZero();
            assertThat(x.outcome.status()).isEqualTo(Status.SUCCESS);
        }
    }

    /** Reading the meters of threads by name allocates, so apart from the poster's own. */
    private static long enginesBytesOf(Xfer x, boolean drives, int posts) {
        long before = Meters.allocatedBytes("jnixl-posix-a");
        postAndWait(x, drives, posts);
        return Meters.allocatedBytes("jnixl-posix-a") - before;
    }

    @ParameterizedTest
    @ValueSource(strings = {"io_uring", "libaio"})
    void anIdleBackendUsesNoProcessor(String engine) throws InterruptedException {
        try (Arena arena = Arena.ofShared();
                TestAgent a = new TestAgent(engine)) {
            MemorySegment memory = arena.allocate(64);
            RegisteredMemory file = a.file("rw,create", folder.resolve("f"));
            Xfer x = a.xfer(Operation.WRITE, a.register(memory), file, 1).add(memory.address(), 0, 64);
            Thread.ofVirtual().start(x::post).join(); // so that the backend's own thread has to
            assertThat(x.end()).isEqualTo(Status.SUCCESS);
            long worker = x.outcome.threadId();
            long[] last = {-1};
            int[] still = {0};
            Await.until("rest", () -> {
                long now = Meters.cpuNanos(worker);
                still[0] = now == last[0] ? still[0] + 1 : 0;
                last[0] = now;
                return still[0] == 1000;
            });
        }
    }
}
