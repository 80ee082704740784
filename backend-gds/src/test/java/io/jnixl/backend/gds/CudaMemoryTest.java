// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.gds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.spi.DeviceMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Memory of GPUs as agents use it; ABI tested on a stand-in. */
@Tag(StandIn.TAG)
class CudaMemoryTest {
    private final DeviceMemory memory = new GdsBackendProvider().deviceMemory().orElseThrow();
    private final Arena arena = Arena.ofShared();

    @BeforeEach
    void noFaults() {
        StandIn.ready();
    }

    @AfterEach
    void nothingIsLeft() {
        StandIn.reset();
        arena.close();
        assertThat(StandIn.count("allocations")).isZero();
        assertThat(StandIn.count("contexts")).isZero();
    }

    @Test
    void bytesGoToAnAddressAndBack() {
        MemorySegment from = arena.allocate(100).fill((byte) 7);
        MemorySegment to = arena.allocate(100);
        try (DeviceMemory.Block block = memory.allocate(1, 4096)) {
            memory.copy(from, 1, block.address() + 3996);
            memory.copy(1, block.address() + 3996, to);
            memory.copy(arena.allocate(0), 1, block.address() + 4096);
        }
        assertThat(to.mismatch(from)).isEqualTo(-1);
    }

    @Test
    void ordinalsThatDoNotExistAreRefused() {
        MemorySegment host = arena.allocate(8);
        for (long ordinal : new long[] {2, -1, 1L << 40}) {
            refused(() -> memory.allocate(ordinal, 8)).withMessageContaining("there are 2: Stand-in A, Stand-in B");
            refused(() -> memory.copy(host, ordinal, 4096)).withMessageContaining("CUDA_ERROR_INVALID_DEVICE");
        }
    }

    @Test
    void hostPointersAndOtherGpusMemoryAreRefused() {
        MemorySegment host = arena.allocate(100);
        refused(() -> memory.copy(host, 0, host.address())).withMessageContaining("is not memory of a GPU");
        refused(() -> memory.copy(0, host.address(), host)).withMessageContaining("is not memory of a GPU");
        try (DeviceMemory.Block block = memory.allocate(1, 4096)) {
            refused(() -> memory.copy(host, 0, block.address())).withMessageContaining("is memory of GPU 1");
            refused(() -> memory.copy(1, block.address() + 4000, host)).withMessageContaining("the end of 100 B");
        }
    }

    @Test
    void cudasErrorsAreTold() {
        StandIn.fault("cuMemAlloc", 0, 1, 1, 2);
        assertThatExceptionOfType(NixlException.class)
                .isThrownBy(() -> memory.allocate(0, 64))
                .withMessageContaining("CUDA_ERROR_OUT_OF_MEMORY");
    }

    private static ThrowableAssertAlternative<NixlException> refused(ThrowingCallable call) {
        return assertThatExceptionOfType(NixlException.class)
                .isThrownBy(call)
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_PARAM));
    }
}
