// SPDX-License-Identifier: Apache-2.0
package io.jnixl.benchmarks.gds;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.jnixl.api.Agent;
import io.jnixl.api.Config;
import io.jnixl.api.DescriptorList;
import io.jnixl.api.FileOption;
import io.jnixl.api.FileRegion;
import io.jnixl.api.MemoryRegion;
import io.jnixl.api.Operation;
import io.jnixl.api.Status;
import io.jnixl.api.Transfer;
import io.jnixl.backend.gds.GpuMemory;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The Java side of the comparison: an agent in a process of its own, which obeys the same commands as {@code gdstwin.c} on standard
 * input, one a line, and answers each with one line. The arguments are that program's, without the libraries.
 */
public final class GdsTwin {
    private static final int FILL = 0x5a;

    private final Agent agent;
    private final FileRegion file;
    private final MemoryRegion memory;
    private final @Nullable GpuMemory gpu;
    private @Nullable Transfer transfer;
    private long seed;

    private GdsTwin(Agent agent, FileRegion file, MemoryRegion memory, @Nullable GpuMemory gpu) {
        this.agent = agent;
        this.file = file;
        this.memory = memory;
        this.gpu = gpu;
    }

    /** Obeys until its input ends. */
    public static void main(String[] args) throws IOException {
        boolean onGpu = args[1].equals("vram");
        long bytes = Long.parseLong(args[4]);
        try (Agent agent = agent(args[0], args[6], args[7]);
                Arena arena = Arena.ofShared();
                GpuMemory gpu = onGpu ? GpuMemory.allocate(Integer.parseInt(args[2]), bytes) : null) {
            MemoryRegion memory = gpu == null ? MemoryRegion.of(arena.allocate(bytes, 4096)) : gpu.region();
            try (FileRegion file = agent.open(Path.of(args[3]), options(args[5]));
                    var _ = agent.register(memory)) {
                file.resize(bytes);
                new GdsTwin(agent, file, memory, gpu).serve();
            }
        }
    }

    private static Agent agent(String kind, String threads, String limit) {
        Config config = kind.equals("batch")
                ? Config.empty()
                        .with("agent.backends", "GDS")
                        .with("backends.GDS.batch_pool_size", threads)
                        .with("backends.GDS.batch_limit", limit)
                : Config.empty().with("agent.backends", "GDS_MT").with("backends.GDS_MT.thread_count", threads);
        return Agent.builder("twin").config(config).build();
    }

    private static FileOption[] options(String way) {
        Set<FileOption> options = EnumSet.of(FileOption.READ, FileOption.WRITE, FileOption.CREATE);
        if (way.equals("direct")) {
            options.add(FileOption.DIRECT);
        }
        return options.toArray(FileOption[]::new);
    }

    private void serve() throws IOException {
        long refused = agent.backendStatistics().getFirst().counters().getOrDefault("unregistered_buffers_total", 0L);
        System.out.println("ready " + (refused == 0 ? "registered" : "unregistered"));
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            System.out.println(("ok " + obey(line.split(" ", -1))).stripTrailing());
        }
        if (transfer != null) {
            transfer.close();
        }
    }

    private String obey(String[] words) {
        return switch (words[0]) {
            case "prepare" ->
                prepare(Operation.valueOf(words[1]), Long.parseLong(words[2]), Integer.parseInt(words[3]));
            case "run" -> Long.toString(run(Integer.parseInt(words[1])));
            default -> throw new IllegalArgumentException("no such command: " + words[0]);
        };
    }

    private String prepare(Operation operation, long block, int count) {
        if (transfer != null) {
            transfer.close();
        }
        verify(block, count);
        transfer = transfer(operation, block, count);
        return "";
    }

    private Transfer transfer(Operation operation, long block, int count) {
        DescriptorList near =
                DescriptorList.strided(memory.kind(), memory.device(), memory.address(), block, block, count);
        DescriptorList far = file.blocks(block).select(IntStream.range(0, count).toArray());
        return agent.transfer(operation, near, agent.self(), far).merging(false).prepare();
    }

    /** One round there and one back, with other contents each time, so that what is timed is known to move the bytes. */
    private void verify(long block, int count) {
        seed += 1L << 32;
        try (Arena arena = Arena.ofConfined();
                Transfer there = transfer(Operation.WRITE, block, count);
                Transfer back = transfer(Operation.READ, block, count)) {
            MemorySegment content = arena.allocate(block * count, Long.BYTES);
            for (long i = 0; i < content.byteSize() / Long.BYTES; i++) {
                content.setAtIndex(JAVA_LONG, i, (seed + i) * 0x9e3779b97f4a7c15L);
            }
            MemorySegment found = arena.allocate(content.byteSize(), Long.BYTES);
            put(content);
            post(there);
            put(found.fill((byte) FILL));
            post(back);
            get(found);
            if (found.mismatch(content) != -1) {
                throw new IllegalStateException("the bytes that came back are not those that were written");
            }
        }
    }

    private MemorySegment host(long bytes) {
        MemorySegment segment = memory.segment();
        if (segment == null) {
            throw new IllegalStateException("the memory is not the host's");
        }
        return segment.asSlice(0, bytes);
    }

    private void put(MemorySegment from) {
        if (gpu != null) {
            gpu.copyFrom(from, 0);
        } else {
            host(from.byteSize()).copyFrom(from);
        }
    }

    private void get(MemorySegment to) {
        if (gpu != null) {
            gpu.copyTo(to, 0);
        } else {
            to.copyFrom(host(to.byteSize()));
        }
    }

    private long run(int posts) {
        Transfer posted = transfer;
        if (posted == null) {
            throw new IllegalStateException("nothing prepared");
        }
        long start = System.nanoTime();
        for (int i = 0; i < posts; i++) {
            post(posted);
        }
        return System.nanoTime() - start;
    }

    private static void post(Transfer posted) {
        posted.post();
        if (posted.await() != Status.SUCCESS) {
            throw new IllegalStateException(posted.failure().toString());
        }
    }
}
