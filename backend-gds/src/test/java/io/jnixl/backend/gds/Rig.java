// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.gds;

import io.jnixl.api.MemoryKind;
import io.jnixl.api.MemoryRegion;
import io.jnixl.api.Operation;
import io.jnixl.api.Status;
import io.jnixl.backend.tck.Bytes;
import io.jnixl.backend.tck.Message;
import io.jnixl.backend.tck.TestAgent;
import io.jnixl.spi.BackendProvider;
import io.jnixl.spi.ProgressPolicy;
import io.jnixl.spi.RegisteredMemory;
import io.jnixl.spi.TransferColumns;
import io.jnixl.spi.TransferRequest;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** An agent with one of the two backends on the stand-in, without faults at first. */
final class Rig implements AutoCloseable {
    private final TestAgent agent;
    private final Arena arena = Arena.ofShared();

    Rig(String backend, Map<String, String> options) {
        StandIn.ready();
        agent = new TestAgent(provider(backend), "a", ProgressPolicy.PARK, options);
    }

    Rig(String backend) {
        this(backend, Map.of());
    }

    static BackendProvider provider(String backend) {
        return backend.equals("GDS") ? new GdsBackendProvider() : new GdsMtBackendProvider();
    }

    GdsBackend backend() {
        return (GdsBackend) agent.backend();
    }

    Arena arena() {
        return arena;
    }

    MemorySegment memory(long bytes) {
        return arena.allocate(bytes, 4096);
    }

    /** Memory with contents that can be recognised; the seed is printed. */
    MemorySegment random(int bytes) {
        byte[] content = Bytes.random(bytes, Bytes.random());
        MemorySegment memory = memory(bytes);
        MemorySegment.copy(content, 0, memory, ValueLayout.JAVA_BYTE, 0, bytes);
        return memory;
    }

    RegisteredMemory register(MemorySegment memory) {
        return agent.register(memory);
    }

    RegisteredMemory register(MemoryRegion region) {
        return agent.register(region);
    }

    /** A file by path mode, such as {@code rw,create}. */
    RegisteredMemory file(String mode, Path path) {
        return agent.file(mode + ":" + path);
    }

    RegisteredMemory descriptor(long fd) {
        return agent.register(MemoryRegion.storage(MemoryKind.FILE, fd, 0, 0, new byte[0]));
    }

    /** A transfer between one region of either side. */
    Post post(Operation operation, RegisteredMemory local, RegisteredMemory remote, int capacity) {
        return new Post(operation, List.of(local), List.of(remote), capacity);
    }

    @Override
    public void close() {
        StandIn.reset();
        agent.close();
        arena.close();
    }

    /** A transfer with all that the agent would own of it. */
    final class Post implements AutoCloseable {
        final TransferColumns columns;
        final Ends ends = new Ends();
        final GdsTransfer transfer;
        private int posts;

        Post(Operation operation, List<RegisteredMemory> local, List<RegisteredMemory> remote, int capacity) {
            columns = new TransferColumns(capacity);
            transfer = (GdsTransfer) backend()
                    .prepare(new TransferRequest(
                            operation, columns, local, List.copyOf(remote), null, new Message(), ends, Map.of()));
        }

        /** Adds a descriptor. */
        Post add(long local, long remote, long bytes) {
            columns.add(local, 0, remote, 0, bytes, columns.count(), false);
            return this;
        }

        /** Posts and does not wait. */
        Post start() {
            posts++;
            Status status = transfer.post();
            if (status == Status.SUCCESS) {
                ends.complete(status); // as the agent does
            } else if (status != Status.IN_PROGRESS) {
                throw new AssertionError("post answered " + status);
            }
            return this;
        }

        /** Waits for the end of the last post. */
        Status end() {
            Status status = ends.await(posts);
            if (ends.count() != posts) {
                throw new AssertionError(ends.count() + " ends of " + posts + " posts");
            }
            return status;
        }

        Status run() {
            return start().end();
        }

        @Override
        public void close() {
            transfer.close();
        }
    }
}
