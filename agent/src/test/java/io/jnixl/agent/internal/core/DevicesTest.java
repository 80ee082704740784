// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.api.Agent;
import io.jnixl.api.DescriptorList;
import io.jnixl.api.DeviceAllocation;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.MemoryKind;
import io.jnixl.api.MemoryRegion;
import io.jnixl.api.Operation;
import io.jnixl.api.Transfer;
import io.jnixl.spi.Availability;
import io.jnixl.spi.DeviceMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Memory of GPUs through the agent; the GPU is host memory behind invented addresses. */
class DevicesTest extends CoreFixture {
    private final FakeDevice device = new FakeDevice();

    @Test
    void isAllocatedRegisteredCopiedAndFreed() {
        provider.kinds(MemoryKind.DRAM, MemoryKind.VRAM).devices(device);
        start();
        MemorySegment host = near.segment().asSlice(0, 100).fill((byte) 7);
        MemorySegment back = far.segment().asSlice(0, 100);
        DeviceAllocation gpu = agent.allocate(MemoryKind.VRAM, 3, 4096);
        assertThat(gpu.region().kind()).isEqualTo(MemoryKind.VRAM);
        assertThat(gpu.region().device()).isEqualTo(3);
        assertThat(gpu.registration().outcomes().getFirst().accepted()).isTrue();
        gpu.copyFrom(host, 3996);
        gpu.copyTo(back, 3996);
        assertThat(back.mismatch(host)).isEqualTo(-1);
        MemoryRegion raw = MemoryRegion.raw(MemoryKind.VRAM, 3, gpu.region().address() + 8, 100);
        agent.copy(host.fill((byte) 9), raw);
        agent.copy(raw, back);
        assertThat(back.mismatch(host)).isEqualTo(-1);
        DescriptorList blocks = gpu.blocks(1000);
        assertThat(blocks.size()).isEqualTo(4);
        assertThat(blocks.device(1)).isEqualTo(3);
        assertThat(blocks.address(1)).isEqualTo(gpu.region().address() + 1000);
        gpu.close();
        gpu.close();
        assertThat(gpu.registration().isOpen()).isFalse();
        assertThat(device.blocks).isEmpty();
        assertNixl(ErrorCode.NOT_ALLOWED, () -> gpu.copyTo(back, 0)).withMessageContaining("is freed");
    }

    @Test
    void isNotFreedWhileATransferUsesIt() {
        provider.kinds(MemoryKind.DRAM, MemoryKind.VRAM).devices(device);
        start();
        DeviceAllocation gpu = agent.allocate(MemoryKind.VRAM, 0, 4096);
        Transfer transfer = agent.transfer(Operation.WRITE, gpu.blocks(4096), agent.self(), range(far, 0, 4096))
                .label("busy")
                .prepare();
        assertNixl(ErrorCode.NOT_ALLOWED, gpu::close).withMessageContaining("busy");
        assertThat(device.blocks).hasSize(1);
        transfer.close();
        gpu.close();
        assertThat(device.blocks).isEmpty();
    }

    @Test
    void outlivesTheAgent() {
        provider.kinds(MemoryKind.DRAM, MemoryKind.VRAM).devices(device);
        start();
        DeviceAllocation gpu = agent.allocate(MemoryKind.VRAM, 0, 4096);
        agent.close();
        assertThat(device.blocks).hasSize(1);
        gpu.close();
        assertThat(device.blocks).isEmpty();
    }

    @Test
    void isFreedAgainWhenNobodyTakesIt() {
        provider.devices(device);
        start();
        assertNixl(ErrorCode.NOT_FOUND, () -> agent.allocate(MemoryKind.VRAM, 0, 4096))
                .withMessageContaining("no backend takes VRAM");
        assertThat(device.blocks).isEmpty();
    }

    @Test
    void providersThatCannotRunKnowDevicesToo() {
        ScriptedProvider other = new ScriptedProvider("OFF")
                .availability(Availability.unavailable("no library", "install it"))
                .devices(device);
        Agent two = agent("two", List.of(new ScriptedProvider("ONE").kinds(MemoryKind.VRAM), other));
        two.allocate(MemoryKind.VRAM, 0, 64).close();
        assertThat(device.blocks).isEmpty();
    }

    @Test
    void aProviderThatThrowsDoesNotStandInTheWay() {
        ScriptedProvider broken = new ScriptedProvider("BROKEN").devices(null);
        ScriptedProvider good =
                new ScriptedProvider("GOOD").kinds(MemoryKind.VRAM).devices(device);
        Agent two = agent("two", List.of(broken, good));
        two.allocate(MemoryKind.VRAM, 0, 64).close();
        assertThat(device.blocks).isEmpty();
    }

    @Test
    void refusesWhatCannotBe() {
        provider.kinds(MemoryKind.DRAM, MemoryKind.VRAM).devices(device);
        start();
        MemorySegment host = near.segment().asSlice(0, 100);
        MemorySegment heap = MemorySegment.ofArray(new byte[100]);
        DeviceAllocation gpu = agent.allocate(MemoryKind.VRAM, 0, 4096);
        closing.addFirst(gpu);
        MemoryRegion raw = MemoryRegion.raw(MemoryKind.VRAM, 0, gpu.region().address(), 99);
        assertNixl(ErrorCode.INVALID_PARAM, () -> agent.allocate(MemoryKind.VRAM, 0, 0))
                .withMessageContaining("positive length");
        assertNixl(ErrorCode.INVALID_PARAM, () -> agent.allocate(MemoryKind.DRAM, 0, 8))
                .withMessageContaining("DRAM is not memory of a GPU");
        assertNixl(ErrorCode.INVALID_PARAM, () -> agent.copy(host, MemoryRegion.of(host)));
        assertNixl(ErrorCode.INVALID_PARAM, () -> agent.copy(host, raw)).withMessageContaining("not as long");
        assertNixl(ErrorCode.INVALID_PARAM, () -> agent.copy(raw, heap.asSlice(0, 99)))
                .withMessageContaining("heap");
        assertNixl(ErrorCode.INVALID_PARAM, () -> gpu.copyFrom(heap, 0)).withMessageContaining("heap");
        assertNixl(
                        ErrorCode.INVALID_PARAM,
                        () -> agent.copy(raw, host.asSlice(0, 99).asReadOnly()))
                .withMessageContaining("read-only");
        assertNixl(ErrorCode.INVALID_PARAM, () -> gpu.copyTo(host.asReadOnly(), 0))
                .withMessageContaining("read-only");
        gpu.copyFrom(host.asReadOnly(), 0);
        for (long offset : new long[] {-1, 3997, Long.MAX_VALUE}) {
            assertNixl(ErrorCode.INVALID_PARAM, () -> gpu.copyFrom(host, offset))
                    .withMessageContaining("not within");
        }
    }

    @Test
    void withoutTheModuleTheRemedyNamesIt() {
        start();
        assertNixl(ErrorCode.NOT_SUPPORTED, () -> agent.allocate(MemoryKind.VRAM, 0, 8))
                .satisfies(e -> assertThat(e.remedy()).contains("jnixl-backend-gds"));
    }

    /** Any number of GPUs. */
    private static final class FakeDevice implements DeviceMemory {
        final Map<Long, MemorySegment> blocks = new HashMap<>();
        private long next = 1L << 40;

        @Override
        public Block allocate(long ordinal, long bytes) {
            long address = next;
            next += bytes + 4096;
            blocks.put(address, Arena.ofAuto().allocate(bytes));
            return new Block() {
                @Override
                public long address() {
                    return address;
                }

                @Override
                public void close() {
                    blocks.remove(address);
                }
            };
        }

        @Override
        public void copy(MemorySegment from, long ordinal, long address) {
            at(address, from.byteSize()).copyFrom(from);
        }

        @Override
        public void copy(long ordinal, long address, MemorySegment to) {
            to.copyFrom(at(address, to.byteSize()));
        }

        private MemorySegment at(long address, long bytes) {
            Map.Entry<Long, MemorySegment> block = blocks.entrySet().stream()
                    .filter(e -> e.getKey() <= address
                            && address < e.getKey() + e.getValue().byteSize())
                    .findFirst()
                    .orElseThrow();
            return block.getValue().asSlice(address - block.getKey(), bytes);
        }
    }
}
