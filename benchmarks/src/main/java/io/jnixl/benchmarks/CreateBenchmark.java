// SPDX-License-Identifier: Apache-2.0
package io.jnixl.benchmarks;

import io.jnixl.api.Agent;
import io.jnixl.api.DescriptorList;
import io.jnixl.api.Operation;
import io.jnixl.api.Prepared;
import io.jnixl.api.Registration;
import io.jnixl.api.Transfer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What it costs to prepare lists and to make transfers, by the number of descriptors: divide by it to see that it is linear.
 * The memory is registered as 64 regions, so that resolving has something to look for.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "-Xmx2g")
@SuppressWarnings("NullAway.Init") // JMH calls setUp before anything else
public class CreateBenchmark {
    private static final int REGIONS = 64;

    /** Descriptors. */
    @Param({"1000", "10000", "100000", "1000000"})
    public int count;

    private Agent agent;
    private Arena arena;
    private final List<Registration> registrations = new ArrayList<>();
    private DescriptorList scattered;
    private DescriptorList strided;
    private Prepared local;
    private Prepared remote;
    private int[] order;

    /** Registers memory and prepares lists. */
    @Setup
    @SuppressWarnings("MustBeClosedChecker") // tearDown closes it
    public void setUp() {
        agent = Bench.inlineAgent();
        arena = Arena.ofShared();
        // a multiple of the block in each region, so that no block spans two
        long part = ((2 * Bench.BLOCK * count / REGIONS) / (2 * Bench.BLOCK) + 1) * 2 * Bench.BLOCK;
        MemorySegment memory = arena.allocate(part * REGIONS, 4096);
        for (int i = 0; i < REGIONS; i++) {
            registrations.add(agent.register(memory.asSlice(i * part, part)));
        }
        scattered = Bench.scattered(memory.address(), count);
        MemorySegment whole = arena.allocate(Bench.BLOCK * count, 4096);
        registrations.add(agent.register(whole));
        strided = DescriptorList.blocks(whole, Bench.BLOCK);
        local = agent.prepare(scattered);
        remote = agent.prepare(agent.self(), scattered);
        order = Bench.shuffled(count);
    }

    /** Frees all. */
    @TearDown
    public void tearDown() {
        agent.close();
        arena.close();
    }

    /** Resolves random addresses. */
    @Benchmark
    public boolean prepareScattered() {
        try (Prepared prepared = agent.prepare(scattered)) {
            return prepared.isUsable();
        }
    }

    /** Resolves blocks of one region. */
    @Benchmark
    public boolean prepareStrided() {
        try (Prepared prepared = agent.prepare(strided)) {
            return prepared.isUsable();
        }
    }

    /** Makes a transfer from prepared lists, with indices. */
    @Benchmark
    public int createPrepared() {
        try (Transfer transfer = agent.transfer(Operation.WRITE, local, remote)
                .select(order, order, count)
                .prepare()) {
            return transfer.selected();
        }
    }

    /** Makes a transfer from plain lists in one step. */
    @Benchmark
    public int createOneStep() {
        try (Transfer transfer = agent.transfer(Operation.WRITE, scattered, agent.self(), scattered)
                .prepare()) {
            return transfer.selected();
        }
    }
}
