// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.gds;

import io.jnixl.spi.DeviceMemory;
import java.lang.foreign.MemorySegment;

/** Memory of GPUs for agents, over the CUDA driver alone: cuFile need not be there. */
final class CudaMemory implements DeviceMemory {
    private static final String WHO = "CUDA";

    /** A copy, in the device's context; answers CUDA's result. */
    private interface Copy {
        int run();
    }

    @Override
    public Block allocate(long device, long bytes) {
        GpuMemory.start();
        var _ = Cuda.device(WHO, device); // which refuses what is no int
        return GpuMemory.allocate((int) device, bytes);
    }

    @Override
    public void copy(MemorySegment from, long device, long address) {
        copy(device, address, from.byteSize(), () -> GpuMemory.copyAndWait(address, from));
    }

    @Override
    public void copy(long device, long address, MemorySegment to) {
        copy(device, address, to.byteSize(), () -> CudaNative.copyToHost(to, address, to.byteSize()));
    }

    /** The address is the caller's word only: it is looked at before anything is written. */
    private static void copy(long ordinal, long address, long bytes, Copy copy) {
        GpuMemory.start();
        int device = Cuda.device(WHO, ordinal);
        if (bytes == 0) {
            return;
        }
        long context = Cuda.retain(WHO, device);
        try {
            String range = bytes + " B at 0x" + Long.toHexString(address) + " of GPU " + ordinal;
            Cuda.requireDeviceMemory(WHO, range, address, device, context);
            Cuda.requireDeviceMemory(WHO, "the end of " + range, address + bytes - 1, device, context);
            GpuMemory.require((int) Cuda.within(WHO, context, copy::run), range + " cannot be copied");
        } finally {
            var _ = Cuda.release(device);
        }
    }
}
