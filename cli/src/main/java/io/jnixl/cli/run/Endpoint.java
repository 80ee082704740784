// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.run;

import io.jnixl.api.Agent;
import io.jnixl.api.Allocation;
import io.jnixl.api.Config;
import io.jnixl.api.DeviceAllocation;
import io.jnixl.api.MemoryKind;
import io.jnixl.api.MemoryRegion;
import io.jnixl.api.Registration;
import io.jnixl.spi.wire.WireDescriptors;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One side: an agent with one buffer, which is registered. A buffer of a GPU has a twin in host memory, which is filled and
 * compared in its place.
 */
public final class Endpoint implements AutoCloseable {
    private static final long PAGE = 4096;

    private final Arena arena = Arena.ofShared();
    private final Agent agent;
    private final @Nullable Allocation allocation;
    private final @Nullable DeviceAllocation gpu;
    private final MemorySegment memory;
    private final Registration registration;

    private Endpoint(Agent agent, long bytes, Allocator allocator, @Nullable Integer ordinal) {
        this.agent = agent;
        if (ordinal != null) {
            allocation = null;
            memory = arena.allocate(bytes, PAGE);
            gpu = agent.allocate(MemoryKind.VRAM, ordinal, bytes);
            registration = gpu.registration();
        } else if (allocator == Allocator.AGENT) {
            allocation = agent.allocate(bytes);
            gpu = null;
            memory = allocation.segment();
            registration = allocation.registration();
        } else {
            allocation = null;
            gpu = null;
            memory = arena.allocate(bytes, PAGE);
            registration = agent.register(memory);
        }
    }

    /** With host memory. */
    public static Endpoint open(String name, Config config, long bytes, Allocator allocator) {
        return open(name, config, bytes, allocator, null);
    }

    /**
     * With memory of a GPU.
     *
     * @param ordinal of the GPU; null for host memory
     */
    public static Endpoint open(
            String name, Config config, long bytes, Allocator allocator, @Nullable Integer ordinal) {
        Agent agent = Agent.builder(name).config(config).build();
        try {
            return new Endpoint(agent, bytes, allocator, ordinal);
        } catch (OutOfMemoryError | IllegalArgumentException e) {
            agent.close();
            throw RunFailure.error("no memory for a buffer of " + bytes + " bytes: " + e.getMessage(), e);
        } catch (RuntimeException e) {
            agent.close();
            throw e;
        }
    }

    public Agent agent() {
        return agent;
    }

    /** The buffer, or its twin in host memory. */
    public MemorySegment memory() {
        return memory;
    }

    /** The buffer. */
    public MemoryRegion region() {
        return gpu == null ? MemoryRegion.of(memory) : gpu.region();
    }

    /** A part of the buffer, to be registered once more. */
    public MemoryRegion part(long offset, long bytes) {
        return gpu == null
                ? MemoryRegion.of(memory.asSlice(offset, bytes))
                : MemoryRegion.raw(
                        MemoryKind.VRAM, gpu.region().device(), gpu.region().address() + offset, bytes);
    }

    /** Makes the buffer what {@link #memory()} is. */
    public void store() {
        if (gpu != null) {
            gpu.copyFrom(memory, 0);
        }
    }

    /** Makes {@link #memory()} what the buffer is. */
    public void fetch() {
        if (gpu != null) {
            gpu.copyTo(memory, 0);
        }
    }

    public BufferDescription description() {
        return new BufferDescription(agent.name(), region().address(), memory.byteSize());
    }

    public byte[] metadata() {
        return agent.metadata();
    }

    public byte[] connectionInfo() {
        return agent.partialMetadata(List.of(), true, List.of());
    }

    public byte[] transferList() {
        return WireDescriptors.encode(registration.descriptors());
    }

    /** The agent first: a registration must not outlive its memory. Memory that a transfer may still touch stays. */
    @Override
    public void close() {
        boolean inUse = !registration.holders().isEmpty();
        agent.close();
        if (inUse) {
            return;
        }
        if (allocation != null) {
            allocation.close();
        }
        if (gpu != null) {
            gpu.close();
        }
        arena.close();
    }
}
