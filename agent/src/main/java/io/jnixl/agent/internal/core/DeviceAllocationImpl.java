// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import io.jnixl.api.DescriptorList;
import io.jnixl.api.DeviceAllocation;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.MemoryRegion;
import io.jnixl.api.NixlException;
import io.jnixl.api.Registration;
import io.jnixl.spi.DeviceMemory;
import java.lang.foreign.MemorySegment;

/** Registered memory of a GPU. Closing waits for copies under way. */
final class DeviceAllocationImpl implements DeviceAllocation {
    private final DeviceMemory devices;
    private final DeviceMemory.Block block;
    private final MemoryRegion region;
    private final Registration registration;
    private final LeakReport leak;

    DeviceAllocationImpl(
            DeviceMemory devices, DeviceMemory.Block block, MemoryRegion region, Registration registration) {
        this.devices = devices;
        this.block = block;
        this.region = region;
        this.registration = registration;
        this.leak = LeakReport.watch(this, region.length() + " bytes of Agent.allocate on device " + region.device());
    }

    @Override
    public MemoryRegion region() {
        return region;
    }

    @Override
    public Registration registration() {
        return registration;
    }

    @Override
    public DescriptorList blocks(long blockBytes) {
        return DescriptorList.blocks(
                region.kind(), region.device(), region.address(), region.length(), blockBytes, null);
    }

    @Override
    public synchronized void copyFrom(MemorySegment from, long offset) {
        check(from, offset);
        devices.copy(from, region.device(), region.address() + offset);
    }

    @Override
    public synchronized void copyTo(MemorySegment to, long offset) {
        check(to, offset);
        Devices.requireWritable(to);
        devices.copy(region.device(), region.address() + offset, to);
    }

    private void check(MemorySegment host, long offset) {
        if (leak.isClosed()) {
            throw new NixlException(ErrorCode.NOT_ALLOWED, region + " is freed");
        }
        Devices.requireNative(host);
        if (offset < 0 || offset > region.length() - host.byteSize()) {
            throw new NixlException(
                    ErrorCode.INVALID_PARAM, host.byteSize() + " bytes at " + offset + " are not within " + region);
        }
    }

    @Override
    public synchronized void close() {
        registration.close();
        if (!leak.isClosed()) {
            leak.close(); // what cannot be freed now never can be
            block.close();
        }
    }

    @Override
    public String toString() {
        return region.toString();
    }
}
