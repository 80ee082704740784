// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.gds;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jnixl.api.MemoryKind;
import io.jnixl.api.NixlException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Memory of GPUs; ABI tested on a stand-in. */
@Tag(StandIn.TAG)
class GpuMemoryTest {
    @BeforeEach
    void noFaults() {
        StandIn.ready();
    }

    @Test
    void bytesGoThereAndBack() {
        try (Arena arena = Arena.ofConfined();
                GpuMemory gpu = GpuMemory.allocate(1, 4096)) {
            MemorySegment from = arena.allocate(100).fill((byte) 7);
            MemorySegment to = arena.allocate(100);
            gpu.copyFrom(from, 3996);
            gpu.copyTo(to, 3996);
            assertThat(to.mismatch(from)).isEqualTo(-1);
            assertThat(gpu.region().kind()).isEqualTo(MemoryKind.VRAM);
            assertThat(gpu.region().device()).isEqualTo(1);
            assertThat(gpu.region().length()).isEqualTo(4096);
            assertThatThrownBy(() -> gpu.copyFrom(from, 3997))
                    .isInstanceOf(NixlException.class)
                    .hasMessageContaining("100 bytes at 3997 are not within");
            assertThatThrownBy(() -> gpu.copyTo(MemorySegment.ofArray(new byte[1]), 0))
                    .isInstanceOf(NixlException.class)
                    .hasMessageContaining("heap");
            assertThatThrownBy(() -> gpu.copyTo(from.asReadOnly(), 0))
                    .isInstanceOf(NixlException.class)
                    .hasMessageContaining("read-only");
        }
        assertThat(StandIn.count("allocations")).isZero();
        assertThat(StandIn.count("contexts")).isZero();
    }

    @Test
    void whatIsClosedIsNotUsed() {
        GpuMemory gpu = GpuMemory.allocate(0, 64);
        gpu.close();
        gpu.close();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment to = arena.allocate(64);
            assertThatThrownBy(() -> gpu.copyTo(to, 0)).hasMessageContaining("is closed");
        }
        assertThat(StandIn.count("contexts")).isZero();
    }

    @Test
    void theCallersContextIsPutBack() {
        int device = Cuda.device("test", 0);
        long own = Cuda.retain("test", device);
        assertThat(CudaNative.setCurrent(own)).isZero();
        try (GpuMemory gpu = GpuMemory.allocate(1, 64);
                Arena arena = Arena.ofConfined()) {
            gpu.copyFrom(arena.allocate(64), 0);
            MemorySegment current = arena.allocate(JAVA_LONG);
            assertThat(CudaNative.current(current)).isZero();
            assertThat(current.get(JAVA_LONG, 0)).isEqualTo(own);
        } finally {
            assertThat(CudaNative.setCurrent(0)).isZero();
            assertThat(Cuda.release(device)).isZero();
        }
    }

    @Test
    void gpusHaveNames() {
        assertThat(GpuMemory.gpus()).containsExactly("Stand-in A", "Stand-in B");
        assertThatThrownBy(() -> GpuMemory.allocate(0, 0)).hasMessageContaining("positive size");
    }
}
