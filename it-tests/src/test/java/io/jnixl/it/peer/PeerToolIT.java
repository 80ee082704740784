// SPDX-License-Identifier: Apache-2.0
package io.jnixl.it.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.api.Agent;
import io.jnixl.api.Config;
import io.jnixl.api.Peer;
import io.jnixl.api.Status;
import io.jnixl.api.Transfer;
import io.jnixl.it.CliProcess;
import io.jnixl.testsupport.NeedsNative;
import io.jnixl.testsupport.NeedsNative.Native;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code jnixl peer} as its users run it: two processes; and one process with a partner that does not behave, this test. */
@NeedsNative(Native.UCX)
class PeerToolIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String ALL_CASES =
            "8x1,4096x1,4096x64,4096x1024,65536x1,65536x64,1048576x1,1048576x64,16777216x1";

    /** What UCX may use. */
    enum Way {
        DEFAULT,
        TCP,
        SHARED_MEMORY;

        Map<String, String> variables() {
            return switch (this) {
                case DEFAULT -> Map.of();
                case TCP -> Map.of("UCX_TLS", "tcp,self");
                case SHARED_MEMORY -> Map.of("UCX_TLS", "posix,sysv,cma,self", "UCX_MM_ERROR_HANDLING", "y");
            };
        }
    }

    @TempDir
    Path folder;

    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void end() throws Exception {
        for (AutoCloseable each : open.reversed()) {
            each.close();
        }
    }

    private CliProcess start(Way way, String role, String... more) throws IOException {
        boolean target = role.equals("target");
        List<String> arguments = new ArrayList<>(List.of("peer", role));
        arguments.addAll(List.of("--md", file(target ? "T.md" : "I.md").toString()));
        arguments.addAll(List.of("--peer-md=" + file(target ? "I.md" : "T.md")));
        arguments.addAll(List.of(more));
        CliProcess process = new CliProcess(folder, way.variables(), arguments);
        open.add(process);
        return process;
    }

    private Path file(String name) {
        return folder.resolve(name);
    }

    @ParameterizedTest
    @EnumSource
    void twoProcessesVerifyAll(Way way) throws Exception {
        CliProcess target = start(way, "target", "--size=1048576");
        CliProcess initiator = start(
                way,
                "initiator",
                "--size=1048576",
                "--cases=8x1,4096x64,65536x1,1000x7",
                "--budget=10000",
                "--pings=100",
                "--label=" + way);

        List<String> results = initiator.expect(0).results();
        target.expect(0);

        assertThat(results).hasSize(1 + 2 * 4);
        assertThat(results.getFirst()).startsWith("RESULT mode=" + way + " op=notif_rtt n=100 first_us=");
        assertThat(results.subList(1, results.size())).allMatch(line -> line.endsWith(" verify=OK"));
        assertThat(target.log()).contains("8 checks, 0 failed");
        assertThat(target.results()).as("standard output is for results").isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void allSizesAreVerified(Way way) throws Exception {
        String[] both = {"--size", "67108864", "--alloc", "agent", "--err", "peer", "--quiet=1"};
        CliProcess target = start(way, "target", both);
        CliProcess initiator = start(
                way,
                "initiator",
                Stream.concat(
                                Stream.of(both),
                                Stream.of("--cases", ALL_CASES, "--iters", "2", "--warmup", "1", "--pings", "0"))
                        .toArray(String[]::new));

        assertThat(initiator.expect(0).results()).hasSize(2 * 9).allMatch(line -> line.endsWith(" verify=OK"));
        target.expect(0);
    }

    @Test
    void theOtherOptions() throws Exception {
        CliProcess target = start(Way.DEFAULT, "target", "--size", "8192", "--name", "left", "--prog", "1");
        CliProcess initiator = start(
                Way.DEFAULT,
                "initiator",
                "--size=8192 --name=right --cases=1000x8 --op=read --iters=10 --scatter=0 --connect=1 --pings=1"
                        .concat(" --seed=18446744073709551615")
                        .split(" "));

        assertThat(initiator.expect(0).results()).hasSize(2);
        target.expect(0);
        assertThat(target.log()).contains("left serves right");
    }

    /** This test as the other side: an agent with a buffer, whose files lie where a process looks for them. */
    private Agent pretend(String role, long bytes) throws IOException {
        Agent agent = Agent.builder(role)
                .config(Config.empty().with("agent.backends", "UCX"))
                .build();
        open.add(agent);
        MemorySegment memory = agent.allocate(bytes).segment();
        Path metadata = file(role.equals("target") ? "T.md" : "I.md");
        Path fresh = file("fresh");
        Files.writeString(
                metadata.resolveSibling(metadata.getFileName() + ".desc"),
                role + " " + memory.address() + " " + bytes + " 0\n");
        Files.write(fresh, agent.metadata());
        Files.move(fresh, metadata, StandardCopyOption.ATOMIC_MOVE);
        return agent;
    }

    private static String ask(Agent agent, Peer peer, String message) {
        agent.sendNotification(peer, message);
        return agent.awaitNotification(peer.name(), LIMIT).text();
    }

    @Test
    void aWrongByteFailsTheTarget() throws Exception {
        CliProcess target = start(Way.DEFAULT, "target", "--size", "4096");
        Agent initiator = pretend("initiator", 4096);
        target.awaitLog("target serves initiator");
        Peer peer = initiator.loadPeer(Files.readAllBytes(file("T.md")));

        assertThat(ask(initiator, peer, "FILL 7 4096")).isEqualTo("FILLED");
        try (var one = initiator.allocate(8);
                Transfer wrong = initiator
                        .write(one.segment().asSlice(0, 1))
                        .to(peer.region(0).slice(1000, 1))
                        .withNotifications()
                        .prepare()) {
            MemorySegment byteThere = one.segment().asSlice(0, 1);
            try (Transfer look = initiator
                    .read(peer.region(0).slice(1000, 1))
                    .into(byteThere)
                    .prepare()) {
                look.post();
                assertThat(look.await(LIMIT)).isEqualTo(Status.SUCCESS);
            }
            byteThere.set(ValueLayout.JAVA_BYTE, 0, (byte) ~byteThere.get(ValueLayout.JAVA_BYTE, 0));
            wrong.post("it:0");
            assertThat(wrong.await(LIMIT)).isEqualTo(Status.SUCCESS);
        }
        assertThat(ask(initiator, peer, "CHK 7 4096 1")).isEqualTo("BAD offset 1000 notifs 1");
        assertThat(ask(initiator, peer, "FIN")).isEqualTo("BYE");
        target.expect(1);
    }

    @Test
    void wrongBytesFailTheInitiator() throws Exception {
        Agent target = pretend("target", 4096);
        CliProcess initiator = start(
                Way.DEFAULT,
                "initiator",
                "--size",
                "4096",
                "--cases",
                "4096x1",
                "--op",
                "read",
                "--iters",
                "1",
                "--warmup",
                "0",
                "--pings",
                "0");
        initiator.awaitLog("initiator has found target");
        Peer peer = target.loadPeer(Files.readAllBytes(file("I.md")));

        for (String answer : List.of("FILLED", "it", "OK", "BYE")) { // it says so, and has filled nothing
            String message = target.awaitNotification("initiator", LIMIT).text();
            if (!message.startsWith("it:")) {
                target.sendNotification(peer, answer);
            }
        }
        assertThat(initiator.expect(1).results())
                .singleElement()
                .asString()
                .contains("op=READ block=4096 count=1 iters=1 ")
                .endsWith(" verify=BAD");
        assertThat(initiator.log()).contains("wrong from local offset 0");
    }

    @Test
    void aPartnerThatDoesNotComeOrAnswerIsATimeout() throws Exception {
        CliProcess alone = start(Way.DEFAULT, "target", "--size", "4096", "--timeout", "1");
        alone.expect(3);
        assertThat(alone.log()).contains("has not published " + file("I.md"));

        pretend("target", 4096);
        CliProcess initiator = start(Way.DEFAULT, "initiator", "--size", "4096", "--cases", "8x1", "--timeout", "1");
        assertThat(initiator.expect(3).results()).isEmpty();
        assertThat(initiator.log()).contains("no answer to PING from target within 1 s");
    }

    @ParameterizedTest
    @ValueSource(strings = {"target", "initiator"})
    void aPartnerThatDiesIsNoticed(String victim) throws Exception {
        CliProcess target = start(Way.TCP, "target", "--size", "4096");
        CliProcess initiator = start(Way.TCP, "initiator", "--size", "4096", "--cases", "8x1", "--pings", "10000000");
        initiator.awaitLog("initiator has found target");
        target.awaitLog("target serves initiator");
        boolean targetDies = victim.equals("target");
        (targetDies ? target : initiator).kill();
        CliProcess survivor = (targetDies ? initiator : target).expect(3);
        assertThat(survivor.log()).containsAnyOf(victim + " is gone", "from " + victim + " within");
    }

    @Test
    void misuseAndForeignFilesAreErrors() throws Exception {
        CliProcess misused = start(Way.DEFAULT, "target", "--size", "4096", "--speed", "9");
        assertThat(misused.expect(2).results()).isEmpty();
        assertThat(misused.log()).contains("--speed", "Try: jnixl peer target --help");

        Files.write(file("T.md.desc"), "target 4096 4096 0\n".getBytes(StandardCharsets.UTF_8));
        Files.write(file("T.md"), new byte[] {1, 2, 3});
        CliProcess misled = start(Way.DEFAULT, "initiator", "--size", "4096", "--cases", "8x1");
        assertThat(misled.expect(2).results()).isEmpty();
        assertThat(misled.log()).contains("MISMATCH");
    }
}
