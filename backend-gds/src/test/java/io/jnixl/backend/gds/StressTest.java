// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.gds;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.api.Operation;
import io.jnixl.api.Status;
import io.jnixl.backend.tck.Bytes;
import io.jnixl.spi.RegisteredMemory;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several threads post and cancel while calls fail: each post ends once, and what succeeded has its bytes. On a stand-in. */
@Tag(StandIn.TAG)
class StressTest {
    private static final int THREADS = 6;
    private static final int ROUNDS = Boolean.getBoolean("jnixl.soak") ? 5000 : 300;
    private static final int BLOCK = 512;
    private static final int BLOCKS = 64;

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"GDS", "GDS_MT"})
    void everyPostEndsOnceAndSuccessMeansBytes(String backend) throws Exception {
        SplittableRandom random = Bytes.random();
        byte[] content = Bytes.random(BLOCK * BLOCKS, random);
        Path path = Files.write(folder.resolve("f"), content);
        Map<String, String> few = backend.equals("GDS")
                ? Map.of("batch_pool_size", "3", "batch_limit", "16", "max_request_size", "4096")
                : Map.of("thread_count", "3");
        Queue<Throwable> thrown = new ConcurrentLinkedQueue<>();
        try (Rig rig = new Rig(backend, few)) {
            RegisteredMemory file = rig.file("ro", path);
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                SplittableRandom own = random.split();
                threads.add(Thread.ofPlatform().daemon().start(() -> {
                    try {
                        reads(rig, file, content, own);
                    } catch (Throwable e) {
                        thrown.add(e);
                    }
                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
        }
        assertThat(thrown).isEmpty();
    }

    private static void reads(Rig rig, RegisteredMemory file, byte[] content, SplittableRandom random) {
        MemorySegment memory = rig.memory(content.length);
        Rig.Post post = rig.post(Operation.READ, rig.register(memory), file, BLOCKS);
        for (int round = 0; round < ROUNDS; round++) {
            disturb(random);
            memory.fill((byte) 0);
            post.columns.clear();
            int shift = random.nextInt(BLOCKS);
            int count = 1 + random.nextInt(BLOCKS);
            for (int i = 0; i < count; i++) {
                int block = (i + shift) % BLOCKS * BLOCK;
                post.add(memory.address() + (long) i * BLOCK, block, BLOCK);
            }
            post.start();
            if (random.nextInt(4) == 0) {
                post.transfer.cancel();
            }
            if (post.end() == Status.SUCCESS) {
                for (int i = 0; i < count; i++) {
                    MemorySegment there =
                            MemorySegment.ofArray(content).asSlice((i + shift) % BLOCKS * (long) BLOCK, BLOCK);
                    assertThat(memory.asSlice((long) i * BLOCK, BLOCK).mismatch(there))
                            .isEqualTo(-1);
                }
            }
        }
    }

    /** Lets something fail, or nothing any more. */
    private static void disturb(SplittableRandom random) {
        switch (random.nextInt(12)) {
            case 0 -> StandIn.fault("event", random.nextInt(50), 1, 5030, 0);
            case 1 -> StandIn.fault("read", random.nextInt(50), 1, 5, 0);
            case 2 -> StandIn.fault("status", random.nextInt(50), 1, CuFileNative.STATUS_TIMEOUT, 0);
            case 3 -> StandIn.fault("cuFileBatchIOSubmit", random.nextInt(5), 2, CuFileError.BATCH_FULL, 0);
            case 4 -> StandIn.fault("cuFileBatchIOSubmit", random.nextInt(5), 1, 5035, 0);
            case 5 -> StandIn.fault("cuFileBatchIOGetStatus", random.nextInt(5), 1, 5030, 0);
            case 6 -> StandIn.fault("cuFileBatchIOSetUp", 0, 1, 5030, 0);
            case 7 -> StandIn.shortBy(1 + random.nextInt(BLOCK));
            case 8 -> StandIn.delay(random.nextInt(300_000));
            default -> StandIn.reset();
        }
    }
}
