// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.run;

import io.jnixl.api.Agent;
import io.jnixl.api.Allocation;
import io.jnixl.api.Config;
import io.jnixl.api.Registration;
import io.jnixl.spi.wire.WireDescriptors;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One side: an agent with one buffer, which is registered. */
public final class Endpoint implements AutoCloseable {
    private static final long PAGE = 4096;

    private final Arena arena = Arena.ofShared();
    private final Agent agent;
    private final @Nullable Allocation allocation;
    private final MemorySegment memory;
    private final Registration registration;

    private Endpoint(Agent agent, long bytes, Allocator allocator) {
        this.agent = agent;
        if (allocator == Allocator.AGENT) {
            allocation = agent.allocate(bytes);
            memory = allocation.segment();
            registration = allocation.registration();
        } else {
            allocation = null;
            memory = arena.allocate(bytes, PAGE);
            registration = agent.register(memory);
        }
    }

    public static Endpoint open(String name, Config config, long bytes, Allocator allocator) {
        Agent agent = Agent.builder(name).config(config).build();
        try {
            return new Endpoint(agent, bytes, allocator);
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

    public MemorySegment memory() {
        return memory;
    }

    public BufferDescription description() {
        return new BufferDescription(agent.name(), memory.address(), memory.byteSize());
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
        arena.close();
    }
}
