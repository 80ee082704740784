// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.api.Operation;
import io.jnixl.api.Status;
import io.jnixl.backend.tck.Bytes;
import io.jnixl.backend.tck.TestAgent;
import io.jnixl.backend.tck.Xfer;
import io.jnixl.spi.BackendPeer;
import io.jnixl.spi.ProgressPolicy;
import io.jnixl.spi.RegionHandle;
import io.jnixl.spi.RegisteredMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CopyTest {
    private final TestAgent a = Agents.start("a");
    private final TestAgent b = Agents.start("b");
    private final Arena arena = Arena.ofShared();
    private final SplittableRandom random = Bytes.random();

    @AfterEach
    void close() {
        a.closeBackend();
        b.closeBackend();
        arena.close();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 7, 8, 63, 64, 65, 4095, 4096, 65_535, 65_536, 65_537, 1 << 20, (5 << 20) + 3})
    void movesBothWaysWithinAnAgentAndBetweenTwo(long size) {
        for (TestAgent other : List.of(a, b)) {
            MemorySegment near = Bytes.random(arena, size, random);
            MemorySegment far = Bytes.zeros(arena, size);
            RegisteredMemory local = a.register(near);
            RegisteredMemory theirs = other.register(far);
            BackendPeer peer = a.load(other);
            RegionHandle remote = other == a ? a.backend().loopback(theirs) : a.load(peer, far, theirs);
            Xfer write = a.xfer(Operation.WRITE, local, peer, remote, 1).add(near.address(), far.address(), size);
            assertThat(write.post().end()).isEqualTo(Status.SUCCESS);
            assertThat(near.mismatch(far)).isEqualTo(-1);
            far.copyFrom(Bytes.random(arena, size, random));
            Xfer read = a.xfer(Operation.READ, local, peer, remote, 1).add(near.address(), far.address(), size);
            assertThat(read.post().end()).isEqualTo(Status.SUCCESS);
            assertThat(near.mismatch(far)).isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {-300_000, -65_537, -100, -1, 0, 1, 100, 65_536, 65_537, 300_000})
    void rangesThatOverlapAreMovedAsIfThroughACopy(int shift) {
        int length = 400_000;
        MemorySegment memory = Bytes.random(arena, 1_200_000, random);
        byte[] expected = memory.toArray(ValueLayout.JAVA_BYTE);
        System.arraycopy(expected, 400_000, expected, 400_000 + shift, length);
        RegisteredMemory registered = a.register(memory);
        long start = memory.address() + 400_000;
        Xfer write =
                a.xfer(Operation.WRITE, registered, a.self(), registered, 1).add(start, start + shift, length);
        assertThat(write.post().end()).isEqualTo(Status.SUCCESS);
        assertThat(memory.mismatch(MemorySegment.ofArray(expected))).isEqualTo(-1);
        System.arraycopy(expected, 400_000, expected, 400_000 - shift, length);
        Xfer read = a.xfer(Operation.READ, registered, a.self(), registered, 1).add(start - shift, start, length);
        assertThat(read.post().end()).isEqualTo(Status.SUCCESS);
        assertThat(memory.mismatch(MemorySegment.ofArray(expected))).isEqualTo(-1);
    }

    @Test
    void anEmptySelectionSucceedsAndNotifies() {
        RegisteredMemory memory = a.register(arena.allocate(8));
        Xfer x = a.xfer(Operation.WRITE, memory, a.self(), memory, 0).notifying("nothing");
        assertThat(x.post().end()).isEqualTo(Status.SUCCESS);
        assertThat(a.inbox().drain()).containsExactly("a:nothing");
    }

    @ParameterizedTest
    @EnumSource
    void aTransferIsPostedAgainAndAgain(ProgressPolicy policy) {
        try (TestAgent c = Agents.start("c", policy, Map.of())) {
            MemorySegment near = arena.allocate(8, 8);
            MemorySegment far = arena.allocate(8, 8);
            RegisteredMemory local = c.register(near);
            RegisteredMemory remote = c.register(far);
            Xfer x = c.xfer(Operation.WRITE, local, c.self(), remote, 1).add(near.address(), far.address(), 8);
            for (int i = 1; i <= 10_000; i++) {
                near.set(ValueLayout.JAVA_LONG, 0, i);
                x.post().end();
                if (far.get(ValueLayout.JAVA_LONG, 0) != i) {
                    throw new AssertionError("post " + i + " ended before its bytes had landed");
                }
            }
            assertThat(x.end()).isEqualTo(Status.SUCCESS);
        }
    }

    @Test
    void manyThreadsPostAtOnce() throws Exception {
        try (TestAgent c = Agents.start("c", ProgressPolicy.ADAPTIVE, Map.of("copy_threads", "3"))) {
            Thread[] posters = new Thread[6];
            Xfer[] transfers = new Xfer[posters.length];
            for (int t = 0; t < posters.length; t++) {
                MemorySegment memory = arena.allocate(128);
                RegisteredMemory registered = c.register(memory);
                Xfer x = c.xfer(Operation.WRITE, registered, c.self(), registered, 1)
                        .add(memory.address(), memory.address() + 64, 64);
                transfers[t] = x;
                Runnable post = () -> {
                    for (int i = 0; i < 2000; i++) {
                        x.post().end();
                    }
                };
                posters[t] = t % 2 == 0
                        ? Thread.ofVirtual().start(post)
                        : Thread.ofPlatform().start(post);
            }
            for (int t = 0; t < posters.length; t++) {
                posters[t].join();
                assertThat(transfers[t].outcome().ends()).isEqualTo(2000);
                assertThat(transfers[t].outcome().status()).isEqualTo(Status.SUCCESS);
            }
        }
    }

    @Test
    void readOnlyMemoryIsNotWritten() {
        RegisteredMemory locked = a.register(arena.allocate(64).asReadOnly());
        RegisteredMemory open = a.register(arena.allocate(64));
        assertThatThrownBy(() -> a.xfer(Operation.WRITE, open, a.self(), locked, 1))
                .isInstanceOfSatisfying(
                        NixlException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_ALLOWED))
                .hasMessageContaining("remote region 0");
        assertThatThrownBy(() -> a.xfer(Operation.READ, locked, a.self(), open, 1))
                .hasMessageContaining("local region 0");
        assertThat(a.xfer(Operation.READ, open, a.self(), locked, 1)).isNotNull();
    }

    @Test
    void handlesOfOthersAreRefused() {
        MemorySegment memory = arena.allocate(64);
        RegisteredMemory ofA = a.register(memory);
        RegisteredMemory ofB = b.register(memory);
        BackendPeer peer = a.load(b);
        RegionHandle loaded = a.load(peer, memory, ofB);
        assertThatThrownBy(() -> a.xfer(Operation.WRITE, ofB, peer, loaded, 1)).hasMessageContaining("local region 0");
        assertThatThrownBy(() -> a.xfer(Operation.WRITE, ofA, peer, ofB, 1)).hasMessageContaining("remote region 0");
        assertThatThrownBy(() -> a.xfer(Operation.WRITE, ofA, a.self(), loaded, 1))
                .hasMessageContaining("remote region 0");
        assertThatThrownBy(() -> a.xfer(Operation.WRITE, ofA, b.self(), ofA, 1)).hasMessageContaining("not loaded");
        assertThatThrownBy(() -> a.xfer(Operation.WRITE, ofA, null, ofA, 1)).hasMessageContaining("not loaded");
    }
}
