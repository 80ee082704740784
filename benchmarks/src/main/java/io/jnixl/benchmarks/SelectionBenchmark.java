// SPDX-License-Identifier: Apache-2.0
package io.jnixl.benchmarks;

import io.jnixl.agent.AgentAssembly;
import io.jnixl.api.Agent;
import io.jnixl.api.Config;
import io.jnixl.api.DescriptorList;
import io.jnixl.api.Operation;
import io.jnixl.api.Prepared;
import io.jnixl.api.Transfer;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
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

/** What ten selection rules add to making and closing a transfer of one descriptor: compare with none. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 10, time = 1)
@Fork(value = 2, jvmArgsAppend = "-Xmx1g")
@SuppressWarnings("NullAway.Init") // JMH calls setUp before anything else
public class SelectionBenchmark {
    /**
     * The rules: none; ten for other peers and kinds, which are looked at once per peer; ten for other sizes, the last of
     * which matches and which are looked at each time.
     */
    @Param({"none", "others", "sizes"})
    public String rules;

    private Path file;
    private Agent agent;
    private Arena arena;
    private Prepared local;
    private Prepared remote;
    private int[] first;

    /** Writes the rules and prepares lists. */
    @Setup
    @SuppressWarnings("MustBeClosedChecker") // tearDown closes it
    public void setUp() throws IOException {
        file = Files.createTempFile("selection", ".toml");
        Files.writeString(file, toml());
        agent = AgentAssembly.of(Config.of(file).with("agent.backends", InlineBackend.NAME))
                .name("bench")
                .backend(new InlineBackend())
                .build();
        arena = Arena.ofShared();
        MemorySegment memory = arena.allocate(1 << 16, 4096);
        agent.register(memory);
        DescriptorList blocks = DescriptorList.blocks(memory, Bench.BLOCK);
        local = agent.prepare(blocks);
        remote = agent.prepare(agent.self(), blocks);
        first = new int[] {1};
    }

    private String toml() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < (rules.equals("none") ? 0 : 10); i++) {
            String when = rules.equals("others")
                    ? (i % 2 == 0 ? "local = 'VRAM'" : "peer = 'decode-" + i + "*'")
                    : "min_bytes = " + (i == 9 ? 1 : 1000 * (10 - i)) + ", min_descriptors = 1";
            text.append("[[selection]]\nwhen = { ").append(when).append(" }\nuse = ['INLINE']\n");
        }
        return text.toString();
    }

    /** Frees all. */
    @TearDown
    public void tearDown() throws IOException {
        agent.close();
        arena.close();
        Files.delete(file);
    }

    /** Makes and closes one. */
    @Benchmark
    public int create() {
        try (Transfer transfer = agent.transfer(Operation.WRITE, local, remote)
                .select(first, first, 1)
                .prepare()) {
            return transfer.selected();
        }
    }
}
