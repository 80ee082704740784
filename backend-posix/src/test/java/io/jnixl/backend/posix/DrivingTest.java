// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.api.Operation;
import io.jnixl.api.Status;
import io.jnixl.spi.ProgressPolicy;
import io.jnixl.spi.RegisteredMemory;
import io.jnixl.testsupport.NeedsNative;
import io.jnixl.testsupport.NeedsNative.Native;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who leads a ring: callers where they can, its own thread otherwise. */
@NeedsNative(Native.URING)
class DrivingTest {
    private static final int UNIT = 4096;
    private static final int COUNT = 2000;

    @TempDir(factory = TargetFolder.class)
    Path folder;

    private final SplittableRandom random = Bytes.random();
    private final Arena arena = Arena.ofShared();
    private TestAgent a;
    private MemorySegment memory;
    private RegisteredMemory local;
    private RegisteredMemory file;

    @BeforeEach
    void start() throws IOException {
        a = new TestAgent("io_uring");
        memory = Bytes.zeros(arena, (long) COUNT * UNIT);
        local = a.register(memory);
        Files.write(
                folder.resolve("f"),
                Bytes.random(arena, (long) COUNT * UNIT, random).toArray(ValueLayout.JAVA_BYTE));
        file = a.file("rw,direct", folder.resolve("f"));
    }

    @AfterEach
    void close() {
        a.close();
        arena.close();
    }

    private Xfer reads(int count) {
        Xfer x = a.xfer(Operation.READ, local, file, count);
        for (int i = 0; i < count; i++) {
            long at = (count - 1L - i) * UNIT;
            x.add(memory.address() + at, at, UNIT);
        }
        return x;
    }

    private void assertRead(int count) throws IOException {
        long bytes = (long) count * UNIT;
        byte[] expected = new byte[(int) bytes];
        try (var in = Files.newInputStream(folder.resolve("f"))) {
            assertThat(in.readNBytes(expected, 0, expected.length)).isEqualTo(expected.length);
        }
        assertThat(memory.asSlice(0, bytes).toArray(ValueLayout.JAVA_BYTE)).isEqualTo(expected);
    }

    @Test
    void whoWaitsByDrivingIsToldOnItsOwnThread() throws IOException {
        Xfer x = reads(COUNT);
        for (int i = 0; i < 20; i++) {
            assertThat(x.post().drive()).isEqualTo(Status.SUCCESS);
            assertThat(x.outcome.threadId()).isEqualTo(Thread.currentThread().threadId());
        }
        assertRead(COUNT);
    }

    @Test
    void whoPollsDrivesToo() throws IOException {
        Xfer x = reads(COUNT).post();
        Await.until("the end", () -> {
            x.transfer.poll();
            return x.outcome.ends() == 1;
        });
        assertThat(x.end()).isEqualTo(Status.SUCCESS);
        assertRead(COUNT);
    }

    @Test
    void whoOnlyPostsIsServedByTheRingsThread() throws IOException {
        Xfer x = reads(COUNT);
        for (int i = 0; i < 20; i++) {
            assertThat(x.post().end()).isEqualTo(Status.SUCCESS);
            assertThat(x.outcome.threadId()).isNotEqualTo(Thread.currentThread().threadId());
        }
        assertRead(COUNT);
    }

    @Test
    void aThreadThatEndsAfterItsPostTakesNothingWithIt() throws Exception {
        Xfer x = reads(COUNT);
        for (int i = 0; i < 50; i++) {
            Thread.ofPlatform().start(x::post).join();
            assertThat(x.end()).as(x.outcome.toString()).isEqualTo(Status.SUCCESS);
        }
        assertRead(COUNT);
    }

    @Test
    void virtualThreadsNeverLead() throws Exception {
        Xfer x = reads(16);
        AtomicBoolean virtual = new AtomicBoolean();
        x.outcome.onEnd(() -> virtual.set(Thread.currentThread().isVirtual()));
        Thread.ofVirtual()
                .start(() -> {
                    x.post();
                    x.transfer.poll();
                    x.drive();
                })
                .join();
        assertThat(x.end()).isEqualTo(Status.SUCCESS);
        assertThat(virtual).isFalse();
    }

    @Test
    void aCallbackMayDriveAnotherTransfer() {
        Xfer first = reads(8);
        Xfer second = reads(8);
        AtomicInteger inner = new AtomicInteger();
        first.outcome.onEnd(() -> {
            if (second.post().drive() == Status.SUCCESS) {
                inner.incrementAndGet();
            }
        });
        for (int i = 1; i <= 20; i++) {
            assertThat(first.post().drive()).isEqualTo(Status.SUCCESS);
            int posts = i;
            Await.until("the inner one", () -> inner.get() == posts);
        }
    }

    @Test
    void aSmallPostToThePageCacheEndsWithinTheCall() throws IOException {
        RegisteredMemory cached = a.file("rw", folder.resolve("f"));
        Xfer x = a.xfer(Operation.READ, local, cached, 1).add(memory.address(), 0, UNIT);
        assertThat(x.post().end()).isEqualTo(Status.SUCCESS); // from now on it is in the page cache
        int within = 0;
        for (int i = 0; i < 100; i++) {
            x.transfer.poll();
            within += x.transfer.post() == Status.SUCCESS ? 1 : 0;
            Await.until("rest", () -> !x.posix().moving);
        }
        assertThat(within).isGreaterThan(50);
        assertRead(1);
    }

    @Test
    void anInterruptedThreadStopsDriving() {
        Xfer x = reads(COUNT);
        Thread.currentThread().interrupt();
        x.post();
        x.transfer.drive(Long.MAX_VALUE);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(x.end()).isEqualTo(Status.SUCCESS);
    }

    /** Some drive, some only wait, some are virtual; the bytes are each one's own. */
    @ParameterizedTest
    @CsvSource({"1, caller", "3, caller", "2, thread"})
    void sixteenThreadsOfAllKinds(String rings, String completion) throws Exception {
        int threads = 16;
        try (TestAgent many = new TestAgent(
                Map.of("engine", "io_uring", "rings", rings, "completion", completion), ProgressPolicy.PARK)) {
            RegisteredMemory mine = many.register(memory);
            RegisteredMemory direct = many.file("ro,direct", folder.resolve("f"));
            RegisteredMemory cached = many.file("ro", folder.resolve("f"));
            List<Thread> running = new ArrayList<>();
            AtomicInteger good = new AtomicInteger();
            int each = COUNT / threads;
            for (int t = 0; t < threads; t++) {
                Xfer x = many.xfer(Operation.READ, mine, t % 4 == 0 ? cached : direct, each);
                boolean drives = t % 3 == 0;
                for (int i = 0; i < each; i++) {
                    long at = ((long) t * each + i) * UNIT;
                    x.add(memory.address() + at, at, UNIT);
                }
                Runnable code = () -> {
                    for (int i = 0; i < 50; i++) {
                        x.post();
                        good.addAndGet((drives ? x.drive() : x.end()) == Status.SUCCESS ? 1 : 0);
                    }
                };
                running.add(
                        t % 2 == 0
                                ? Thread.ofPlatform().start(code)
                                : Thread.ofVirtual().start(code));
            }
            for (Thread thread : running) {
                thread.join();
            }
            assertThat(good).hasValue(threads * 50);
        }
        assertRead(COUNT / threads * threads);
    }
}
