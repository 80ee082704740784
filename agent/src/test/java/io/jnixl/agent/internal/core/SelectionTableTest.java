// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.jnixl.agent.AgentAssembly;
import io.jnixl.api.Agent;
import io.jnixl.api.Config;
import io.jnixl.api.CostEstimate;
import io.jnixl.api.DescriptorList;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.Explanation;
import io.jnixl.api.MemoryKind;
import io.jnixl.api.MemoryRegion;
import io.jnixl.api.NixlException;
import io.jnixl.api.Operation;
import io.jnixl.api.Peer;
import io.jnixl.api.Transfer;
import io.jnixl.api.TransferBuilder;
import io.jnixl.spi.Capabilities;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Situations, with the backend that is chosen, what decides, and one verdict. Four backends run, in this order: NET (DRAM and
 * VRAM, to peers too, notifies), DISK (DRAM and FILE), FAST (all three kinds, writes only), LOW (DRAM).
 */
final class SelectionTableTest {
    private static final long SPACE = 1L << 32;

    private static final Map<String, String> RULES = Map.ofEntries(
            Map.entry("none", ""),
            Map.entry("kinds", """
                    [[selection]]
                    when = { local = "DRAM", remote = "FILE" }
                    use = ["FAST", "DISK"]
                    [[selection]]
                    when = { local = "VRAM" }
                    use = ["FAST"]
                    """),
            Map.entry("peers", """
                    [[selection]]
                    when = { peer = "decode-?" }
                    use = ["NET"]
                    [[selection]]
                    when = { peer = "m*" }
                    use = ["LOW", "DISK"]
                    """),
            Map.entry("sizes", """
                    [[selection]]
                    when = { max_bytes = "64K" }
                    use = ["LOW"]
                    [[selection]]
                    when = { min_bytes = 65537, max_bytes = "1M" }
                    use = ["DISK"]
                    [[selection]]
                    when = { min_bytes = "16M" }
                    use = ["FAST"]
                    """),
            Map.entry("counts", """
                    [[selection]]
                    when = { min_descriptors = 100 }
                    use = ["DISK"]
                    [[selection]]
                    when = { min_descriptors = 10, max_descriptors = 50, min_bytes = "1M" }
                    use = ["FAST"]
                    """),
            Map.entry("operations", """
                    [[selection]]
                    when = { operation = "read" }
                    use = ["FAST", "LOW"]
                    [[selection]]
                    when = { operation = "WRITE", local = "DRAM" }
                    use = ["FAST"]
                    """),
            Map.entry("lists", """
                    [[selection]]
                    when = { remote = "DRAM" }
                    deny = ["NET", "DISK"]
                    [[selection]]
                    when = { remote = "VRAM" }
                    allow = ["FAST"]
                    [[selection]]
                    when = { remote = "FILE" }
                    use = ["FAST", "DISK"]
                    deny = ["FAST"]
                    """),
            Map.entry("cost", """
                    [[selection]]
                    by = "cost"
                    """),
            Map.entry("costOfSome", """
                    [[selection]]
                    use = ["LOW", "DISK", "NET"]
                    by = "cost"
                    """),
            Map.entry("measured", """
                    [[selection]]
                    when = { operation = "write" }
                    by = "measured"
                    [[selection]]
                    use = ["LOW", "NET"]
                    by = "measured"
                    failover = true
                    """),
            Map.entry("failover", """
                    [[selection]]
                    use = ["NET", "DISK", "LOW"]
                    failover = true
                    """),
            Map.entry("failoverByCost", """
                    [[selection]]
                    by = "cost"
                    failover = true
                    """),
            Map.entry("mixed", """
                    [[selection]]
                    when = { peer = "decode-*", max_bytes = "4K" }
                    use = ["LOW"]
                    [[selection]]
                    when = { peer = "decode-*" }
                    use = ["NET"]
                    [[selection]]
                    when = { operation = "write", min_descriptors = 8 }
                    use = ["GONE", "LOW"]
                    [[selection]]
                    when = { max_bytes = "1K" }
                    use = ["GONE"]
                    """));

    @TempDir
    Path folder;

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                // the order of the backends
                "none | write DRAM DRAM 4K/1 me               | NET  | the order of backends | DISK: comes after NET",
                "none | write VRAM VRAM 4K/1 me               | NET  | the order of backends | DISK: comes after NET",
                "none | write DRAM FILE 4K/1 me               | DISK | the order of backends | NET: does not take FILE",
                "none | write VRAM FILE 4K/1 me               | FAST | the order of backends | DISK: does not take VRAM",
                "none | read  DRAM FILE 4K/1 me               | DISK | the order of backends | FAST: comes after DISK",
                "none | read  VRAM FILE 4K/1 me               | -    | the order of backends | FAST: does no READ between VRAM and FILE",
                "none | write DRAM DRAM 4K/1 decode-1         | NET  | the order of backends | LOW: comes after NET",
                "none | write DRAM DRAM 4K/1 me notify        | NET  | the order of backends | FAST: comes after NET",
                "none | write DRAM FILE 4K/1 me notify        | -    | the order of backends | DISK: sends no notifications",
                // the caller
                "none | write DRAM DRAM 4K/1 me via=LOW+NET   | LOW  | the caller | NET: comes after LOW",
                "none | write DRAM DRAM 4K/1 me via=LOW       | LOW  | the caller | NET: not named by the caller",
                "none | write DRAM FILE 4K/1 me via=LOW+FAST  | FAST | the caller | LOW: does not take FILE",
                "kinds | write DRAM FILE 4K/1 me via=DISK     | DISK | the caller | FAST: not named by the caller",
                "none | write DRAM DRAM 4K/1 decode-1 via=LOW | -    | the caller | LOW: peer decode-1 does not have it",
                // kinds
                "kinds | write DRAM FILE 4K/1 me              | FAST | rule 1 | DISK: comes after FAST",
                "kinds | read  DRAM FILE 4K/1 me              | DISK | rule 1 | FAST: does no READ between DRAM and FILE",
                "kinds | write VRAM FILE 4K/1 me              | FAST | rule 2 | NET: not named by rule 2",
                "kinds | write VRAM VRAM 4K/1 me              | FAST | rule 2 | LOW: not named by rule 2",
                "kinds | read  VRAM DRAM 4K/1 me              | -    | rule 2 | FAST: does no READ between VRAM and DRAM",
                "kinds | write DRAM DRAM 4K/1 me              | NET  | the order of backends | LOW: comes after NET",
                // peers
                "peers | write DRAM DRAM 4K/1 decode-1        | NET  | rule 1 | LOW: not named by rule 1",
                "peers | write DRAM DRAM 4K/1 me              | LOW  | rule 2 | DISK: comes after LOW",
                "peers | write DRAM FILE 4K/1 me              | DISK | rule 2 | LOW: does not take FILE",
                "peers | write DRAM DRAM 4K/1 decode-10       | NET  | the order of backends | LOW: comes after NET",
                // bytes
                "sizes | write DRAM DRAM 64K/1 me             | LOW  | rule 1 | NET: not named by rule 1",
                "sizes | write DRAM DRAM 65537/1 me           | DISK | rule 2 | LOW: not named by rule 2",
                "sizes | write DRAM DRAM 1M/1 me              | DISK | rule 2 | LOW: not named by rule 2",
                "sizes | write DRAM DRAM 1M/16 me             | DISK | rule 2 | LOW: not named by rule 2",
                "sizes | write DRAM DRAM 2M/1 me              | NET  | the order of backends | LOW: comes after NET",
                "sizes | write DRAM DRAM 16M/2 me             | FAST | rule 3 | NET: not named by rule 3",
                "sizes | read  DRAM DRAM 16M/2 me             | -    | rule 3 | FAST: does no READ between DRAM and DRAM",
                // what is chosen by index later counts as the most that it can be, at once as it is
                "sizes | write DRAM DRAM 1M/16 me pick=1      | LOW  | rule 1 | NET: not named by rule 1",
                "sizes | write DRAM DRAM 1M/16 me pick=2      | DISK | rule 2 | NET: not named by rule 2",
                "sizes | write DRAM DRAM 1M/16 me room=1      | LOW  | rule 1 | NET: not named by rule 1",
                "sizes | write DRAM DRAM 1M/16 me room=17     | NET  | the order of backends | LOW: comes after NET",
                "sizes | write DRAM DRAM 1M/16 me room=256    | FAST | rule 3 | NET: not named by rule 3",
                // descriptors
                "counts | write DRAM DRAM 400K/100 me         | DISK | rule 1 | NET: not named by rule 1",
                "counts | write DRAM DRAM 396K/99 me          | NET  | the order of backends | DISK: comes after NET",
                "counts | write DRAM DRAM 1M/16 me            | FAST | rule 2 | NET: not named by rule 2",
                "counts | write DRAM DRAM 512K/16 me          | NET  | the order of backends | FAST: comes after NET",
                "counts | write DRAM DRAM 1M/8 me             | NET  | the order of backends | FAST: comes after NET",
                "counts | write DRAM DRAM 1M/16 me room=100   | DISK | rule 1 | NET: not named by rule 1",
                // operations
                "operations | read  DRAM DRAM 4K/1 me         | LOW  | rule 1 | FAST: does no READ between DRAM and DRAM",
                "operations | write DRAM DRAM 4K/1 me         | FAST | rule 2 | LOW: not named by rule 2",
                "operations | write VRAM DRAM 4K/1 me         | NET  | the order of backends | FAST: comes after NET",
                "operations | read  VRAM FILE 4K/1 me         | -    | rule 1 | LOW: does not take VRAM",
                // allow and deny
                "lists | write DRAM DRAM 4K/1 me              | FAST | rule 1 | NET: denied by rule 1",
                "lists | read  DRAM DRAM 4K/1 me              | LOW  | rule 1 | DISK: denied by rule 1",
                "lists | write DRAM VRAM 4K/1 me              | FAST | rule 2 | NET: not allowed by rule 2",
                "lists | write DRAM FILE 4K/1 me              | DISK | rule 3 | FAST: denied by rule 3",
                "none | write DRAM DRAM 4K/1 me deny=NET      | DISK | the order of backends | NET: denied by agent.selection_deny",
                "none | write DRAM DRAM 4K/1 me allow=LOW     | LOW  | the order of backends | NET: not allowed by agent.selection_allow",
                "none | write DRAM DRAM 4K/1 me allow=LOW+NET deny=NET | LOW | the order of backends | NET: denied by agent.selection_deny",
                "none | write DRAM DRAM 4K/1 me via=NET+LOW deny=NET   | LOW | the caller | NET: denied by agent.selection_deny",
                "none | write DRAM DRAM 4K/1 me via=NET deny=NET       | -   | the caller | NET: denied by agent.selection_deny",
                "kinds | write DRAM FILE 4K/1 me deny=FAST    | DISK | rule 1 | FAST: denied by agent.selection_deny",
                "kinds | write VRAM FILE 4K/1 me deny=FAST    | -    | rule 2 | FAST: denied by agent.selection_deny",
                "lists | write DRAM DRAM 4K/1 me deny=FAST    | LOW  | rule 1 | FAST: denied by agent.selection_deny",
                // cost
                "cost | write DRAM DRAM 4K/1 me cost=NET:30+LOW:10     | LOW  | rule 1 | NET: comes after LOW; expected to take 30.0 us",
                "cost | write DRAM DRAM 4K/1 me cost=NET:10+LOW:10     | NET  | rule 1 | LOW: comes after NET; expected to take 10.0 us",
                "cost | write DRAM DRAM 4K/1 me cost=LOW:9             | LOW  | rule 1 | NET: comes after LOW; cannot tell how long it would take",
                "cost | write DRAM DRAM 4K/1 me                        | NET  | rule 1 | NET: chosen by rule 1",
                "cost | write DRAM FILE 4K/1 me cost=LOW:1+FAST:5      | FAST | rule 1 | LOW: does not take FILE",
                "cost | write DRAM DRAM 1M/16 me room=4 cost=NET:30+DISK:10 | DISK | rule 1 | DISK: chosen by rule 1",
                "cost | write DRAM DRAM 4K/1 me cost=NET:1 fails=NET   | -    | boom | boom",
                "costOfSome | write DRAM DRAM 4K/1 me cost=NET:30+LOW:40+FAST:1 | NET  | rule 1 | FAST: not named by rule 1",
                "costOfSome | write DRAM DRAM 4K/1 me                  | LOW  | rule 1 | DISK: comes after LOW; cannot tell",
                "costOfSome | write DRAM DRAM 4K/1 me notify cost=LOW:1 | NET | rule 1 | LOW: sends no notifications",
                // measurement, of which there is none yet; MeasurementTest has the rest
                "measured | write DRAM DRAM 4K/1 me           | NET  | rule 1 | by measurement; not yet measured: 0 of 16 posts",
                "measured | write DRAM DRAM 4K/1 me cost=NET:30+LOW:10 | NET | rule 1 | LOW: comes after NET; not yet measured: 0 of 16 posts",
                "measured | write DRAM FILE 4K/1 me           | DISK | rule 1 | NET: does not take FILE",
                "measured | write DRAM DRAM 4K/1 me deny=NET  | DISK | rule 1 | NET: denied by agent.selection_deny",
                "measured | write DRAM DRAM 4K/1 me via=LOW   | LOW  | the caller | NET: not named by the caller",
                "measured | write DRAM DRAM 4K/1 me fails=NET | -    | boom | boom",
                "measured | read  DRAM DRAM 4K/1 me           | LOW  | rule 2 | NET: comes after LOW and would take over; not yet measured",
                "measured | read  DRAM DRAM 4K/1 me fails=LOW | NET  | rule 2 | LOW: failed at prepare: BACKEND: boom",
                "measured | read  DRAM DRAM 4K/1 decode-1     | NET  | rule 2 | LOW: peer decode-1 does not have it",
                // failover when the transfer is made
                "failover | write DRAM DRAM 4K/1 me                    | NET  | rule 1 | DISK: comes after NET and would take over",
                "failover | write DRAM DRAM 4K/1 me fails=NET          | DISK | rule 1 | NET: failed at prepare: BACKEND: boom",
                "failover | write DRAM DRAM 4K/1 me fails=NET+DISK     | LOW  | rule 1 | DISK: failed at prepare: BACKEND: boom",
                "failover | write DRAM DRAM 4K/1 me fails=NET+DISK+LOW | -    | rule 1 | LOW: failed at prepare: BACKEND: boom",
                "failover | write DRAM DRAM 4K/1 me fails=NET notify   | -    | rule 1 | DISK: sends no notifications",
                "failover | write DRAM DRAM 4K/1 me via=NET+LOW fails=NET | - | boom | boom",
                "none | write DRAM DRAM 4K/1 me fails=NET              | -    | boom | boom",
                "failoverByCost | write DRAM DRAM 4K/1 me cost=NET:3+FAST:1+LOW:2 fails=FAST | LOW | rule 1 | FAST: comes after LOW and would take over; cannot tell how long it would take: BACKEND: boom",
                "failoverByCost | write DRAM DRAM 4K/1 me cost=NET:3+LOW:2 | LOW | rule 1 | NET: comes after LOW and would take over; expected to take 3.0 us",
                // several rules, and names that are not there
                "mixed | write DRAM DRAM 4K/1 decode-1        | -    | rule 1 | LOW: peer decode-1 does not have it",
                "mixed | write DRAM DRAM 8K/1 decode-1        | NET  | rule 2 | LOW: not named by rule 2",
                "mixed | write DRAM DRAM 8K/8 me              | LOW  | rule 3 | NET: not named by rule 3",
                "mixed | read  DRAM DRAM 8K/8 me              | NET  | the order of backends | LOW: comes after NET",
                "mixed | read  DRAM DRAM 1K/1 me              | -    | rule 4 | LOW: not named by rule 4",
            })
    void situations(String rules, String question, String choice, String rule, String verdict) throws IOException {
        Situation situation = new Situation(question.split("\\s+", -1));
        try (Agent agent = situation.agent("me", RULES.get(rules));
                Agent decode = situation.agent(situation.peer.equals("me") ? "decode-1" : situation.peer, "")) {
            Peer peer = situation.peer.equals("me") ? agent.self() : agent.loadPeer(decode.metadata());
            situation.failPrepare();
            if (choice.equals("-")) {
                NixlException error = catchThrowableOfType(
                        NixlException.class, () -> situation.ask(agent, peer).prepare());
                assertThat(error).as("an error").isNotNull();
                assertThat(error).hasMessageContaining(rule).hasMessageContaining(verdict);
                return;
            }
            try (Transfer first = situation.ask(agent, peer).prepare();
                    Transfer again = situation.ask(agent, peer).prepare()) {
                Explanation why = agent.explain(first);
                assertThat(first.backend()).isEqualTo(choice);
                assertThat(why.chosen()).isEqualTo(choice);
                assertThat(why.rule()).startsWith(rule);
                assertThat(why.toString()).contains(verdict);
                assertThat(agent.explain(again)).as("asked again").isEqualTo(why);
            }
        }
        assertThat(situation.open()).as("transfers left open").isZero();
    }

    /** A question in words: operation, kinds, bytes/descriptors, peer, and more. */
    private final class Situation {
        private final Operation operation;
        private final MemoryKind local;
        private final MemoryKind remote;
        private final long bytes;
        private final int descriptors;
        final String peer;
        private final List<String> more;
        private final List<ScriptedProvider> providers = List.of(
                new ScriptedProvider("NET")
                        .kinds(MemoryKind.DRAM, MemoryKind.VRAM)
                        .preference(50),
                new ScriptedProvider("DISK")
                        .kinds(MemoryKind.DRAM, MemoryKind.FILE)
                        .capabilities(Capabilities.localOnly())
                        .preference(40),
                new ScriptedProvider("FAST")
                        .kinds(MemoryKind.DRAM, MemoryKind.VRAM, MemoryKind.FILE)
                        .capabilities(Capabilities.localOnly())
                        .whenMade(b -> b.onMoves = o -> o == Operation.WRITE)
                        .preference(30),
                new ScriptedProvider("LOW")
                        .capabilities(Capabilities.localOnly())
                        .preference(-10));

        Situation(String[] words) {
            operation = words[0].equals("read") ? Operation.READ : Operation.WRITE;
            local = MemoryKind.valueOf(words[1]);
            remote = MemoryKind.valueOf(words[2]);
            String[] amount = words[3].split("/", -1);
            bytes = bytes(amount[0]);
            descriptors = Integer.parseInt(amount[1]);
            peer = words[4];
            more = List.of(words).subList(5, words.length);
        }

        private static long bytes(String text) {
            long unit = text.endsWith("K") ? 1 << 10 : text.endsWith("M") ? 1 << 20 : 1;
            return unit * Long.parseLong(text.replaceAll("[KM]", ""));
        }

        /** The words of {@code key=word+word}; none when the key is not there. */
        private Stream<String> words(String key) {
            return more.stream()
                    .filter(one -> one.startsWith(key + "="))
                    .flatMap(one -> Stream.of(one.substring(key.length() + 1).split("\\+", -1)));
        }

        private int number(String key) {
            return words(key).mapToInt(Integer::parseInt).findFirst().orElse(-1);
        }

        Agent agent(String name, String rules) throws IOException {
            Path file = folder.resolve(name + ".toml");
            Files.writeString(file, rules);
            Config config = Config.of(file)
                    .with(
                            "agent.selection_allow",
                            String.join(",", words("allow").toList()))
                    .with("agent.selection_deny", String.join(",", words("deny").toList()));
            AgentAssembly assembly = AgentAssembly.of(config).name(name);
            providers.forEach(assembly::backend);
            Agent agent = assembly.build();
            agent.register(List.of(MemoryRegion.raw(MemoryKind.DRAM, 0, SPACE, SPACE)), List.of());
            agent.register(List.of(MemoryRegion.raw(MemoryKind.VRAM, 0, SPACE, SPACE)), List.of());
            agent.register(List.of(MemoryRegion.storage(MemoryKind.FILE, 7, 0, 2 * SPACE, new byte[0])), List.of());
            words("cost").forEach(this::setCost);
            return agent;
        }

        private void setCost(String cost) {
            String[] parts = cost.split(":", -1);
            CostEstimate estimate = new CostEstimate(
                    Duration.ofNanos(1000 * Long.parseLong(parts[1])),
                    Duration.ZERO,
                    CostEstimate.Method.ANALYTICAL_BACKEND);
            backend(parts[0]).onEstimate = t -> estimate;
        }

        void failPrepare() {
            words("fails")
                    .forEach(name -> providers.stream()
                            .filter(p -> p.name().equals(name))
                            .flatMap(p -> p.backends().stream())
                            .forEach(backend -> backend.onPrepare = r -> {
                                throw new NixlException(ErrorCode.BACKEND, "boom");
                            }));
        }

        private ScriptedBackend backend(String name) {
            return providers.stream()
                    .filter(p -> p.name().equals(name))
                    .findFirst()
                    .orElseThrow()
                    .backend();
        }

        int open() {
            return providers.stream()
                    .flatMap(p -> p.backends().stream())
                    .mapToInt(b -> b.openTransfers.get())
                    .sum();
        }

        TransferBuilder ask(Agent agent, Peer far) {
            TransferBuilder builder = start(agent, far);
            List<String> hints = words("via").toList();
            if (!hints.isEmpty()) {
                builder.backends(hints.toArray(String[]::new));
            }
            return more.contains("notify") ? builder.notifying("x") : builder;
        }

        private TransferBuilder start(Agent agent, Peer far) {
            int picked = number("pick");
            int room = number("room");
            if (picked < 0 && room < 0) {
                return agent.transfer(operation, list(local), far, list(remote));
            }
            TransferBuilder builder =
                    agent.transfer(operation, agent.prepare(list(local)), agent.prepare(far, list(remote)));
            int[] indices = IntStream.range(0, Math.max(0, picked)).toArray();
            return room >= 0 ? builder.capacity(room) : builder.select(indices, indices, picked);
        }

        private DescriptorList list(MemoryKind kind) {
            long length = bytes / descriptors;
            long device = kind == MemoryKind.FILE ? 7 : 0;
            return DescriptorList.strided(kind, device, SPACE, length, 2 * length, descriptors);
        }
    }
}
