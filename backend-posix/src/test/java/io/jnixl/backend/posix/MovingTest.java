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
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes arrive where they should, by either engine. */
@NeedsNative(Native.URING)
@ParameterizedClass
@ValueSource(strings = {"io_uring", "io_uring,thread", "libaio", "pool"})
class MovingTest {
    private static final int MANY = 100_000;

    @Parameter
    String engine;

    /** Not the temporary folder of the system, which may be a tmpfs. */
    @TempDir(factory = TargetFolder.class)
    Path folder;

    private final SplittableRandom random = Bytes.random();
    private final Arena arena = Arena.ofShared();
    private TestAgent a;

    @BeforeEach
    void start() {
        a = agent(ProgressPolicy.PARK);
        assertThat(a.backend().engine().word()).isEqualTo(options().get("engine"));
    }

    /** The engine, and for io_uring who leads the ring. */
    private Map<String, String> options() {
        String[] words = engine.split(",", -1);
        Map<String, String> options = new HashMap<>(Map.of("engine", words[0]));
        if (words.length > 1) {
            options.put("completion", words[1]);
        }
        return options;
    }

    private TestAgent agent(ProgressPolicy policy, String... more) {
        Map<String, String> options = options();
        for (int i = 0; i < more.length; i += 2) {
            options.put(more[i], more[i + 1]);
        }
        return new TestAgent(options, policy);
    }

    @AfterEach
    void close() {
        a.close();
        arena.close();
    }

    private void roundTrip(String options, long size) throws IOException {
        Path path = folder.resolve("f" + size);
        MemorySegment out = Bytes.random(arena, size, random);
        MemorySegment in = Bytes.zeros(arena, size);
        RegisteredMemory file = a.file(options, path);
        Xfer write = a.xfer(Operation.WRITE, a.register(out), file, 1).add(out.address(), 0, size);
        assertThat(write.post().end()).as(write.outcome.toString()).isEqualTo(Status.SUCCESS);
        try (FileChannel channel = FileChannel.open(path);
                Arena mapping = Arena.ofConfined()) {
            assertThat(channel.size()).isEqualTo(size);
            assertThat(channel.map(FileChannel.MapMode.READ_ONLY, 0, size, mapping)
                            .mismatch(out))
                    .isEqualTo(-1);
        }
        Xfer read = a.xfer(Operation.READ, a.register(in), file, 1).add(in.address(), 0, size);
        assertThat(read.post().end()).as(read.outcome.toString()).isEqualTo(Status.SUCCESS);
        assertThat(in.mismatch(out)).isEqualTo(-1);
    }

    @Test
    void filesOfManySizes() throws IOException {
        for (long size : new long[] {1, 4095, 4096, 4097, (1 << 20) - 1, (1 << 20) + 5, 64 << 20}) {
            roundTrip("rw,create", size);
        }
    }

    @Test
    void pastThePageCache() throws IOException {
        for (long size : new long[] {4096, 1 << 20, (1 << 20) + 4096, 16 << 20}) {
            roundTrip("rw,create,direct", size);
        }
    }

    @Test
    void withSyncAndWithoutAccessTimes() throws IOException {
        roundTrip("rw,create,sync,noatime", 5000);
    }

    @Test
    @Tag("soak")
    void aGibibyte() throws IOException {
        roundTrip("rw,create", 1 << 30);
        Files.delete(folder.resolve("f" + (1 << 30)));
        roundTrip("rw,create,direct", 1 << 30);
    }

    @Test
    void oneHundredThousandDescriptors() throws IOException {
        moveMany();
    }

    private void moveMany() throws IOException {
        long block = 64;
        Path path = folder.resolve("many");
        MemorySegment out = Bytes.random(arena, MANY * block, random);
        MemorySegment in = Bytes.zeros(arena, MANY * block);
        RegisteredMemory file = a.file("rw,create", path);
        Xfer write = a.xfer(Operation.WRITE, a.register(out), file, MANY);
        Xfer read = a.xfer(Operation.READ, a.register(in), file, MANY);
        for (int i = 0; i < MANY; i++) {
            long there = (MANY - 1 - i) * block; // back to front
            write.add(out.address() + i * block, there, block);
            read.add(in.address() + i * block, there, block);
        }
        assertThat(write.post().end()).isEqualTo(Status.SUCCESS);
        assertThat(Files.size(path)).isEqualTo(MANY * block);
        assertThat(read.post().end()).isEqualTo(Status.SUCCESS);
        assertThat(in.mismatch(out)).isEqualTo(-1);
    }

    @Test
    void theFileMayBeTheLocalSide() throws IOException {
        Path path = folder.resolve("local");
        MemorySegment out = Bytes.random(arena, 10_000, random);
        MemorySegment in = Bytes.zeros(arena, 10_000);
        RegisteredMemory file = a.file("rw,create", path);
        Xfer toFile = a.xfer(Operation.READ, file, a.register(out), 1).add(5, out.address(), 10_000);
        assertThat(toFile.post().end()).isEqualTo(Status.SUCCESS);
        Xfer fromFile = a.xfer(Operation.WRITE, file, a.register(in), 1).add(5, in.address(), 10_000);
        assertThat(fromFile.post().end()).isEqualTo(Status.SUCCESS);
        assertThat(in.mismatch(out)).isEqualTo(-1);
        assertThat(Files.size(path)).isEqualTo(10_005);
    }

    @Test
    void descriptorsWithoutBytes() throws IOException {
        MemorySegment memory = Bytes.zeros(arena, 100);
        RegisteredMemory file = a.file("rw,create", folder.resolve("empty"));
        Xfer x = a.xfer(Operation.WRITE, a.register(memory), file, 3);
        assertThat(x.transfer.post()).as("nothing to do").isEqualTo(Status.SUCCESS);
        x.add(memory.address(), 0, 0).add(memory.address(), 7, 10).add(memory.address(), 0, 0);
        assertThat(x.post().end()).isEqualTo(Status.SUCCESS);
        assertThat(Files.size(folder.resolve("empty"))).isEqualTo(17);
    }

    @Test
    void manyThreadsPostAtOnce() throws Exception {
        int threads = 16;
        int posts = 200;
        Path path = folder.resolve("shared");
        MemorySegment memory = Bytes.random(arena, threads * 8192L, random);
        RegisteredMemory local = a.register(memory);
        RegisteredMemory file = a.file("rw,create", path);
        List<Thread> running = new ArrayList<>();
        AtomicInteger good = new AtomicInteger();
        for (int t = 0; t < threads; t++) {
            long at = t * 8192L;
            Xfer x = a.xfer(Operation.WRITE, local, file, 2)
                    .add(memory.address() + at, at, 4096)
                    .add(memory.address() + at + 4096, at + 4096, 4096);
            Runnable code = () -> {
                for (int i = 0; i < posts; i++) {
                    if (x.post().end() == Status.SUCCESS) {
                        good.incrementAndGet();
                    }
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
        assertThat(good).hasValue(threads * posts);
        assertThat(Files.readAllBytes(path)).isEqualTo(memory.toArray(ValueLayout.JAVA_BYTE));
    }

    @Test
    void aSmallTransferDoesNotWaitForALargeOne() throws IOException {
        MemorySegment memory = Bytes.zeros(arena, 1 << 20);
        RegisteredMemory local = a.register(memory);
        RegisteredMemory file = a.file("rw,create", folder.resolve("fair"));
        Xfer large = a.xfer(Operation.WRITE, local, file, MANY);
        for (int i = 0; i < MANY; i++) {
            large.add(memory.address(), 0, 4096);
        }
        Xfer small = a.xfer(Operation.WRITE, local, file, 1).add(memory.address(), 0, 10);
        AtomicBoolean first = new AtomicBoolean();
        small.outcome.onEnd(() -> first.set(large.outcome.ends() == 0));
        large.post();
        assertThat(small.post().end()).isEqualTo(Status.SUCCESS);
        assertThat(large.end()).isEqualTo(Status.SUCCESS);
        assertThat(first).isTrue();
    }

    @Test
    void aCallbackMayPostAgain() throws IOException {
        MemorySegment memory = Bytes.zeros(arena, 4096);
        RegisteredMemory file = a.file("rw,create", folder.resolve("again"));
        Xfer x = a.xfer(Operation.WRITE, a.register(memory), file, 1).add(memory.address(), 0, 4096);
        int posts = 1000;
        AtomicInteger inline = new AtomicInteger();
        x.outcome.onEnd(() -> {
            while (x.outcome.ends() + inline.get() < posts) {
                if (x.transfer.post() == Status.IN_PROGRESS) {
                    return;
                }
                inline.incrementAndGet();
            }
        });
        x.post();
        Await.until("all posts", () -> x.outcome.ends() + inline.get() == posts);
        assertThat(x.outcome.status()).isEqualTo(Status.SUCCESS);
    }

    @Test
    void aCancelledPostEndsOnceAndCanBeRepeated() throws IOException {
        MemorySegment memory = Bytes.zeros(arena, 4096);
        RegisteredMemory file = a.file("rw,create", folder.resolve("cancel"));
        Xfer x = a.xfer(Operation.WRITE, a.register(memory), file, MANY);
        for (int i = 0; i < MANY; i++) {
            x.add(memory.address(), 0, 4096);
        }
        x.transfer.cancel(); // without a post: nothing
        for (int i = 0; i < 5; i++) {
            x.post();
            x.transfer.cancel();
            assertThat(x.end()).isEqualTo(Status.CANCELED);
            assertThat(x.posix().why(MANY - 1)).isEqualTo(Fault.CUT_SHORT);
            assertThat(x.posix().bytesDone(MANY - 1)).isZero();
        }
        assertThat(x.post().end()).isEqualTo(Status.SUCCESS);
    }

    @Test
    void closingTheBackendEndsWhatIsLeft() throws IOException {
        MemorySegment memory = Bytes.zeros(arena, 4096);
        RegisteredMemory file = a.file("rw,create", folder.resolve("close"));
        Xfer x = a.xfer(Operation.WRITE, a.register(memory), file, MANY);
        for (int i = 0; i < MANY; i++) {
            x.add(memory.address(), 0, 4096);
        }
        x.post();
        a.backend().engine().close();
        assertThat(x.end()).isEqualTo(Status.CANCELED);
        assertThat(x.post().end()).as("a late post").isEqualTo(Status.CANCELED);
    }

    @Test
    void aThreadThatDiesFailsWhatIsOutstanding() throws Exception {
        MemorySegment memory = Bytes.zeros(arena, 4096);
        RegisteredMemory local = a.register(memory);
        RegisteredMemory file = a.file("rw,create", folder.resolve("dies"));
        Xfer large = a.xfer(Operation.WRITE, local, file, MANY);
        for (int i = 0; i < MANY; i++) {
            large.add(memory.address(), 0, 4096);
        }
        Xfer fatal = a.xfer(Operation.WRITE, local, file, 1).add(memory.address(), 0, 1);
        fatal.outcome.onEnd(() -> {
            throw new StackOverflowError("thrown on purpose by a test");
        });
        large.post();
        Thread.ofVirtual().start(fatal::post).join(); // which does not end it itself
        assertThat(fatal.end()).isEqualTo(Status.SUCCESS);
        assertThat(large.end()).isEqualTo(Status.BACKEND);
        assertThat(large.outcome.message()).contains("jnixl-posix-a", "died", "StackOverflowError");
        assertThat(large.post().end()).isEqualTo(Status.BACKEND);
        assertThat(large.outcome.remedy()).contains("make a new one");
    }

    @Test
    void aWindowOfSixteenIsEnough() throws IOException {
        a.close();
        a = agent(ProgressPolicy.PARK, "kernel_queue_size", "1", "pool_threads", "1");
        moveMany();
    }

    @Test
    void aSpinningThreadWorksToo() throws IOException {
        a.close();
        a = agent(ProgressPolicy.SPIN);
        roundTrip("rw,create", 3 << 20);
    }
}
