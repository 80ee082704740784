// SPDX-License-Identifier: Apache-2.0
package io.jnixl.examples.programs;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jnixl.api.Adapters;
import io.jnixl.api.Agent;
import io.jnixl.api.Allocation;
import io.jnixl.api.Config;
import io.jnixl.api.DescriptorList;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.MemoryKind;
import io.jnixl.api.MemoryRegion;
import io.jnixl.api.NixlException;
import io.jnixl.api.Registration;
import io.jnixl.api.Status;
import io.jnixl.api.Transfer;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The table "What each kind of segment does" of docs/user-guide.md. */
class ArenaKindsTest {
    private static final int BYTES = 8192;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    private final Agent agent = Agent.builder("arenas")
            .config(Config.empty().with("agent.backends", "MEMORY"))
            .build();

    @AfterEach
    void close() {
        agent.close();
    }

    private static Status run(Transfer transfer) {
        Status status = transfer.post();
        return status == Status.IN_PROGRESS ? transfer.await(PATIENCE) : status;
    }

    private Transfer copy(MemorySegment from, MemorySegment to) {
        return agent.write(from).to(agent.self(), DescriptorList.of(to)).prepare();
    }

    /** Registers the segment and moves bytes out of it and into it. */
    private void assertUsable(MemorySegment segment) {
        segment.fill((byte) 7);
        try (Allocation other = agent.allocate(BYTES);
                Registration mine = agent.register(segment);
                Transfer out = copy(segment, other.segment());
                Transfer in = copy(other.segment(), segment)) {
            assertThat(mine.outcomes()).allMatch(Registration.Outcome::accepted);
            assertThat(run(out)).isEqualTo(Status.SUCCESS);
            assertThat(other.segment().get(JAVA_BYTE, BYTES - 1)).isEqualTo((byte) 7);
            other.segment().fill((byte) 8);
            assertThat(run(in)).isEqualTo(Status.SUCCESS);
            assertThat(segment.get(JAVA_BYTE, BYTES - 1)).isEqualTo((byte) 8);
        }
    }

    private static void assertRefused(ThrowingCallable registering, String why) {
        assertThatThrownBy(registering)
                .isInstanceOfSatisfying(
                        NixlException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_PARAM))
                .hasMessageContaining(why);
    }

    @Test
    void allocatedByTheAgent() {
        try (Allocation one = agent.allocate(BYTES);
                Allocation other = agent.allocate(BYTES);
                Transfer copy = copy(one.segment(), other.segment())) {
            assertThat(one.segment().address() % 4096).isZero();
            assertThat(one.segment().mismatch(MemorySegment.ofArray(new byte[BYTES])))
                    .isEqualTo(-1);
            assertThat(run(copy)).isEqualTo(Status.SUCCESS);
            assertThatThrownBy(one::close)
                    .isInstanceOfSatisfying(
                            NixlException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_ALLOWED))
                    .hasMessageContaining(copy.label());
            assertThat(one.segment().scope().isAlive()).isTrue();
        }
    }

    @Test
    void shared() {
        try (Arena arena = Arena.ofShared()) {
            assertUsable(arena.allocate(BYTES));
        }
    }

    @Test
    @SuppressWarnings("MustBeClosedChecker") // closed in the middle, which is the point
    void sharedAndClosedTooEarly() {
        Arena arena = Arena.ofShared();
        MemorySegment segment = arena.allocate(BYTES);
        try (Allocation other = agent.allocate(BYTES);
                Registration mine = agent.register(segment);
                Transfer copy = copy(other.segment(), segment)) {
            assertThat(run(copy)).isEqualTo(Status.SUCCESS);
            arena.close();
            assertThat(copy.post()).isEqualTo(Status.NOT_FOUND);
            assertThat(copy.failure().message()).contains("its arena is closed");
            assertThatThrownBy(() -> copy(other.segment(), segment))
                    .isInstanceOfSatisfying(
                            NixlException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_FOUND));
            assertThat(mine.isOpen()).isTrue();
        }
    }

    @Test
    void automatic() {
        assertUsable(Arena.ofAuto().allocate(BYTES));
    }

    /** Two segments that nobody else holds: the collector takes the one that is not registered, and only that. */
    @Test
    void automaticAndForgotten() {
        WeakReference<MemorySegment> forgotten =
                new WeakReference<>(Arena.ofAuto().allocate(BYTES));
        WeakReference<MemorySegment> registered = registerAndForget();
        long start = System.nanoTime();
        while (forgotten.get() != null && System.nanoTime() - start < PATIENCE.toNanos()) {
            System.gc();
            LockSupport.parkNanos(1_000_000);
        }
        assertThat(forgotten.get()).as("not registered").isNull();
        assertThat(registered.get()).as("registered").isNotNull();
    }

    private WeakReference<MemorySegment> registerAndForget() {
        MemorySegment segment = Arena.ofAuto().allocate(BYTES);
        agent.register(segment);
        return new WeakReference<>(segment);
    }

    @Test
    void global() {
        assertUsable(Arena.global().allocate(BYTES));
    }

    @Test
    void mapped() throws IOException {
        Path file = Files.write(folder.resolve("mapped"), new byte[BYTES]);
        try (Arena arena = Arena.ofShared();
                FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            assertUsable(Adapters.map(channel, MapMode.READ_WRITE, 0, BYTES, arena));
        }
        assertThat(Files.readAllBytes(file)).endsWith(8);
    }

    @Test
    void mappedReadOnly() throws IOException {
        Path file = Files.write(folder.resolve("mapped"), new byte[BYTES]);
        try (Arena arena = Arena.ofShared();
                FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            MemorySegment segment = Adapters.map(channel, MapMode.READ_ONLY, 0, BYTES, arena);
            assertRefused(() -> agent.register(segment), "it is read-only");
        }
    }

    @Test
    void directBuffer() {
        assertUsable(Adapters.segment(ByteBuffer.allocateDirect(BYTES)));
    }

    @Test
    void confined() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment segment = arena.allocate(BYTES);
            assertRefused(() -> agent.register(segment), "it belongs to a confined arena");
        }
    }

    @Test
    void onTheHeap() {
        assertRefused(() -> agent.register(MemorySegment.ofArray(new byte[BYTES])), "lies on the Java heap");
        assertRefused(() -> Adapters.segment(ByteBuffer.allocate(BYTES)), "lies on the Java heap");
    }

    @Test
    void readOnly() {
        assertRefused(() -> agent.register(Arena.ofAuto().allocate(BYTES).asReadOnly()), "it is read-only");
    }

    @Test
    void closed() {
        MemorySegment segment;
        try (Arena arena = Arena.ofShared()) {
            segment = arena.allocate(BYTES);
        }
        assertRefused(() -> agent.register(segment), "its arena is closed");
    }

    @Test
    void rawAddress() {
        try (Allocation memory = agent.allocate(BYTES)) {
            MemoryRegion raw =
                    MemoryRegion.raw(MemoryKind.DRAM, 0, memory.segment().address(), BYTES);
            assertThatThrownBy(() -> agent.register(raw))
                    .isInstanceOfSatisfying(
                            NixlException.class, e -> assertThat(e.backend()).isEqualTo("MEMORY"))
                    .hasMessageContaining("is a raw address");
        }
    }
}
