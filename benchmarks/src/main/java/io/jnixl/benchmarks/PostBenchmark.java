// SPDX-License-Identifier: Apache-2.0
package io.jnixl.benchmarks;

import io.jnixl.api.Agent;
import io.jnixl.api.Allocation;
import io.jnixl.api.DescriptorList;
import io.jnixl.api.Operation;
import io.jnixl.api.Prepared;
import io.jnixl.api.Status;
import io.jnixl.api.Transfer;
import io.jnixl.spi.BackendTransfer;
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

/** The agent's own share of a post, on a backend that does nothing; {@link #backendAlone} is what to take off. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH calls setUp before anything else
public class PostBenchmark {
    /** Descriptors that a select names. */
    @Param({"1", "16", "1024"})
    public int descriptors;

    private final BackendTransfer alone = new InlineBackend.Nothing();
    private final byte[] message = "layer 17 of request 4711".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    private Agent agent;
    private Allocation memory;
    private Transfer plain;
    private Transfer timed;
    private Transfer limited;
    private int[] order;

    /** Prepares transfers over 2048 blocks. */
    @Setup
    public void setUp() {
        agent = Bench.inlineAgent();
        memory = agent.allocate(2048 * Bench.BLOCK);
        DescriptorList blocks = DescriptorList.blocks(memory.segment(), Bench.BLOCK);
        order = Bench.shuffled(2048);
        try (Prepared local = agent.prepare(blocks);
                Prepared remote = agent.prepare(agent.self(), blocks)) {
            plain = agent.transfer(Operation.WRITE, local, remote)
                    .capacity(1024)
                    .withNotifications()
                    .prepare();
            timed = agent.transfer(Operation.WRITE, local, remote)
                    .capacity(1024)
                    .statistics(true)
                    .prepare();
            limited = agent.transfer(Operation.WRITE, local, remote)
                    .capacity(1024)
                    .deadline(java.time.Duration.ofSeconds(1))
                    .prepare();
        }
        plain.select(order, order, descriptors);
        timed.select(order, order, descriptors);
        limited.select(order, order, descriptors);
    }

    /** Frees all. */
    @TearDown
    public void tearDown() {
        plain.close();
        timed.close();
        limited.close();
        memory.close();
        agent.close();
    }

    /** The backend's post without an agent. */
    @Benchmark
    public Status backendAlone() {
        return alone.post();
    }

    /** A post. */
    @Benchmark
    public Status post() {
        return plain.post();
    }

    /** A post with a notification of 24 bytes. */
    @Benchmark
    public Status postWithNotification() {
        return plain.post(message);
    }

    /** A post that takes times. */
    @Benchmark
    public Status postWithStatistics() {
        return timed.post();
    }

    /** A post with a deadline. */
    @Benchmark
    public Status postWithDeadline() {
        return limited.post();
    }

    /** Other descriptors, and a post with a notification: what paged KV traffic does. */
    @Benchmark
    public Status selectAndPost() {
        plain.select(order, order, descriptors);
        return plain.post(message);
    }
}
