// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.MemoryKind;
import io.jnixl.api.MemoryRegion;
import io.jnixl.api.NixlException;
import io.jnixl.backend.tck.Bytes;
import io.jnixl.backend.tck.TestAgent;
import io.jnixl.spi.BackendPeer;
import io.jnixl.spi.RegisteredMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConnectionTest {
    private final TestAgent a = Agents.start("a");
    private final TestAgent b = Agents.start("b");
    private final Arena arena = Arena.ofShared();

    @AfterEach
    void close() {
        a.closeBackend();
        b.closeBackend();
        arena.close();
    }

    private static void assertRefused(ErrorCode code, String text, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(NixlException.class, e -> {
                    assertThat(e.code()).isEqualTo(code);
                    assertThat(e.backend()).isEqualTo("MEMORY");
                })
                .hasMessageContaining(text);
    }

    @Test
    void anotherProcessIsOutOfReach() {
        byte[] foreign = new ConnectionInfo(UUID.randomUUID(), 1).encode();
        assertRefused(ErrorCode.BACKEND, "another process", () -> a.backend().loadPeer("b", foreign));
    }

    @Test
    void aClosedBackendIsOutOfReach() {
        byte[] info = b.backend().connectionInfo();
        b.closeBackend();
        assertRefused(ErrorCode.BACKEND, "closed", () -> a.backend().loadPeer("b", info));
    }

    @Test
    void theNameMustBeTheOwners() {
        byte[] info = b.backend().connectionInfo();
        assertRefused(ErrorCode.BACKEND, "agent \"b\"", () -> a.backend().loadPeer("a", info));
    }

    @Test
    void malformedInformationIsRefusedWhateverItIs() {
        SplittableRandom random = Bytes.random();
        byte[] good = b.backend().connectionInfo();
        for (int i = 0; i < 20_000; i++) {
            byte[] bad = random.nextBoolean() ? Arrays.copyOf(good, random.nextInt(80)) : good.clone();
            if (bad.length > 0) {
                bad[random.nextInt(bad.length)] ^= (byte) (1 + random.nextInt(255));
            }
            assertRefused(ErrorCode.BACKEND, "", () -> a.backend().loadPeer("b", bad));
        }
    }

    @Test
    void malformedRegionKeysAreRefused() {
        MemorySegment memory = arena.allocate(64);
        byte[] good = b.register(memory).publicData();
        MemoryRegion range = MemoryRegion.raw(MemoryKind.DRAM, 0, memory.address(), 64);
        BackendPeer peer = a.load(b);
        for (int length = 0; length < 40; length++) {
            if (length != good.length) {
                byte[] bad = Arrays.copyOf(good, length);
                assertRefused(ErrorCode.BACKEND, "malformed", () -> peer.load(range, bad));
            }
        }
        for (int i = 0; i < good.length; i++) {
            byte[] bad = good.clone();
            bad[i] ^= 0x55;
            assertRefused(ErrorCode.BACKEND, "", () -> peer.load(range, bad));
        }
        assertThat(peer.load(range, good)).isNotNull();
    }

    @Test
    void onlyTheVeryRegistrationIsFound() {
        MemorySegment memory = arena.allocate(64);
        RegisteredMemory first = b.register(memory);
        BackendPeer peer = a.load(b);
        MemoryRegion longer = MemoryRegion.raw(MemoryKind.DRAM, 0, memory.address(), 65);
        MemoryRegion moved = MemoryRegion.raw(MemoryKind.DRAM, 0, memory.address() + 1, 64);
        assertRefused(ErrorCode.BACKEND, "not the range", () -> peer.load(longer, first.publicData()));
        assertRefused(ErrorCode.BACKEND, "not the range", () -> peer.load(moved, first.publicData()));
        first.close();
        RegisteredMemory second = b.register(memory);
        assertThat(second.publicData()).isNotEqualTo(first.publicData());
        assertRefused(ErrorCode.BACKEND, "not registered", () -> a.load(peer, memory, first));
        assertThat(a.load(peer, memory, second)).isNotNull();
    }

    @Test
    void anotherAgentsKeyIsNotTaken() {
        MemorySegment memory = arena.allocate(64);
        RegisteredMemory ofA = a.register(memory);
        assertRefused(ErrorCode.BACKEND, "not registered", () -> a.load(a.load(b), memory, ofA));
    }

    @Test
    void memoryThatPureJavaCannotReachIsRefused() {
        MemoryRegion raw = MemoryRegion.raw(MemoryKind.DRAM, 0, 4096, 64);
        assertRefused(ErrorCode.NOT_SUPPORTED, "raw address", () -> a.backend().register(raw));
        MemoryRegion gpu = MemoryRegion.raw(MemoryKind.VRAM, 0, 4096, 64);
        assertRefused(ErrorCode.NOT_SUPPORTED, "neither", () -> a.backend().register(gpu));
        try (Arena confined = Arena.ofConfined()) {
            MemorySegment memory = confined.allocate(64);
            assertRefused(ErrorCode.INVALID_PARAM, "confined", () -> a.register(memory));
        }
        MemorySegment memory = arena.allocate(64);
        MemoryRegion lying = new MemoryRegion(MemoryKind.DRAM, memory.address(), 65, 0, memory, new byte[0]);
        assertRefused(
                ErrorCode.INVALID_PARAM, "does not match", () -> a.backend().register(lying));
    }

    @Test
    void aClosedBackendTellsThoseWhoLoadedIt() {
        BackendPeer ofA = a.load(b);
        try (TestAgent c = Agents.start("c")) {
            BackendPeer ofC = c.load(b);
            BackendPeer letGo = c.load(b);
            letGo.close();
            b.closeBackend();
            assertThat(a.lost()).containsExactly(ofA);
            assertThat(c.lost()).containsExactly(ofC);
            assertThat(b.lost()).isEmpty();
            assertThatThrownBy(ofA::connect).hasMessageContaining("gone");
        }
    }
}
