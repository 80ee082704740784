// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.gds;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.api.Operation;
import io.jnixl.api.Status;
import io.jnixl.backend.tck.Await;
import io.jnixl.backend.tck.Meters;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Posting and completing cost no garbage, and an idle backend no processor time; ABI tested on a stand-in. */
class GarbageTest {
    @TempDir
    Path folder;

    private static void postAndWait(Rig.Post post, int posts) {
        for (int i = 0; i < posts; i++) {
            int before = post.ends.count();
            post.start();
            while (post.ends.count() == before) {
                Thread.onSpinWait();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"GDS, 1, 20000, 20000", "GDS, 256, 500, 500", "GDS_MT, 1, 20000, 20000", "GDS_MT, 256, 500, 500"})
    void postingAndCompletingAllocateNothing(String backend, int descriptors, int warmUp, int posts) {
        Map<String, String> few = backend.equals("GDS") ? Map.of("batch_pool_size", "2") : Map.of("thread_count", "2");
        try (Rig rig = new Rig(backend, few)) {
            MemorySegment memory = rig.memory(1 << 16);
            Rig.Post post = rig.post(
                    Operation.WRITE, rig.register(memory), rig.file("rw,create", folder.resolve("f")), descriptors);
            for (int i = 0; i < descriptors; i++) {
                post.add(memory.address() + 64L * i, 64L * (descriptors - 1 - i), 1 + i % 64);
            }
            postAndWait(post, warmUp);
            long poster = Thread.currentThread().threadId();
            long posterBytes = -1;
            long threadBytes = -1;
            // The compiler may change its mind during a run and bring objects to life that it had taken apart; what
            // allocates per post shows in every run.
            for (int run = 0; run < 4 && (posterBytes != 0 || threadBytes != 0); run++) {
                long before = Meters.allocatedBytes(poster);
                postAndWait(post, posts);
                posterBytes = Meters.allocatedBytes(poster) - before;
                long threadsBefore = Meters.allocatedBytes("jnixl-gds-a");
                postAndWait(post, posts);
                threadBytes = Meters.allocatedBytes("jnixl-gds-a") - threadsBefore;
            }
            assertThat(posterBytes).isZero();
            assertThat(threadBytes).isZero();
            assertThat(post.end()).isEqualTo(Status.SUCCESS);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GDS", "GDS_MT"})
    void anIdleBackendUsesNoProcessor(String backend) {
        try (Rig rig = new Rig(backend)) {
            MemorySegment memory = rig.memory(64);
            Rig.Post post =
                    rig.post(Operation.WRITE, rig.register(memory), rig.file("rw,create", folder.resolve("f")), 1);
            assertThat(post.add(memory.address(), 0, 64).run()).isEqualTo(Status.SUCCESS);
            long[] last = {-1};
            int[] still = {0};
            Await.until("rest", () -> {
                long now = Thread.getAllStackTraces().keySet().stream()
                        .filter(t -> t.getName().startsWith("jnixl-gds-a"))
                        .mapToLong(t -> Meters.cpuNanos(t.threadId()))
                        .sum();
                still[0] = now == last[0] ? still[0] + 1 : 0;
                last[0] = now;
                return still[0] == 100;
            });
        }
    }
}
