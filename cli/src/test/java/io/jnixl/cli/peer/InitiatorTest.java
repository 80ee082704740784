// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.jnixl.api.Config;
import io.jnixl.api.Peer;
import io.jnixl.cli.run.Allocator;
import io.jnixl.cli.run.Console;
import io.jnixl.cli.run.Endpoint;
import io.jnixl.cli.run.Exit;
import io.jnixl.cli.run.Pattern;
import io.jnixl.cli.run.RunFailure;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.concurrent.FutureTask;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** What the initiator makes of answers, from a target that is this test. */
class InitiatorTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Config MEMORY = Config.empty().with("agent.backends", "MEMORY");
    private static final int SIZE = 4096;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final Console console = new Console(new PrintWriter(out), new PrintWriter(err), false);
    private Endpoint target;
    private Endpoint initiator;

    @BeforeEach
    void start() {
        target = Endpoint.open("target", MEMORY, SIZE, Allocator.ARENA);
        initiator = Endpoint.open("initiator", MEMORY, 2 * SIZE, Allocator.AGENT);
    }

    @AfterEach
    void end() {
        initiator.close();
        target.close();
    }

    private Initiator initiator(Duration timeout, String... options) {
        Peer peer = initiator.agent().loadPeer(target.metadata());
        return new Initiator(
                initiator,
                target.description(),
                new Mailbox(initiator.agent(), peer, console, () -> false),
                CommandLine.populateCommand(new RunOptions(), options),
                console,
                timeout);
    }

    /** Answers each command until FIN, as a target would, but for what the test makes of the answer. */
    private FutureTask<Integer> serve(UnaryOperator<String> answer) {
        Peer partner = target.agent().loadPeer(initiator.metadata());
        FutureTask<Integer> serving = new FutureTask<>(() -> serve(partner, answer));
        Thread.ofPlatform().start(serving);
        return serving;
    }

    private int serve(Peer partner, UnaryOperator<String> answer) {
        int arrived = 0;
        while (true) {
            String message =
                    target.agent().awaitNotification("initiator", LIMIT).text();
            String right = switch (Command.parse(message)) {
                case Command.Ping _ -> "PONG";
                case Command.Fill fill -> {
                    Pattern.fill(target.memory().asSlice(0, fill.bytes()), fill.seed(), 0);
                    yield "FILLED";
                }
                case Command.Check _ -> "OK";
                case Command.Finish _ -> "BYE";
                default -> "";
            };
            arrived += right.isEmpty() ? 1 : 0;
            if (!right.isEmpty()) {
                target.agent().sendNotification(partner, answer.apply(right));
            }
            if (right.equals("BYE")) {
                return arrived;
            }
        }
    }

    @Test
    void aWholeRun() throws Exception {
        FutureTask<Integer> serving = serve(answer -> answer);
        int status = initiator(LIMIT, "--cases", "8x1,13x30,4096x1", "--iters", "7", "--warmup", "3", "--label", "x")
                .run(5);
        assertThat(status).as(err.toString()).isEqualTo(Exit.OK);
        assertThat(serving.get()).isEqualTo(3 * 2 * (7 + 3));
        assertThat(out.toString().lines()).hasSize(7).allMatch(line -> line.startsWith("RESULT mode=x op="));
        assertThat(out.toString().lines().skip(1)).allMatch(line -> line.endsWith(" verify=OK"));
        assertThat(out.toString().lines().toList().get(3)).contains("op=WRITE block=13 count=30 iters=7 ");
    }

    @Test
    void theTargetsVerdictCounts() throws Exception {
        FutureTask<Integer> serving = serve(answer -> answer.equals("OK") ? "BAD offset 5 notifs 15" : answer);
        assertThat(initiator(LIMIT, "--cases", "8x1", "--iters", "10", "--op", "WRITE")
                        .run(0))
                .isEqualTo(Exit.WRONG);
        assertThat(serving.get()).isEqualTo(15);
        assertThat(out.toString()).contains("op=WRITE").contains(" verify=BAD");
        assertThat(err.toString()).contains("BAD offset 5 notifs 15");
    }

    @Test
    void whatIsReadIsCompared() throws Exception {
        MemorySegment memory = target.memory();
        FutureTask<Integer> serving = serve(answer -> {
            if (answer.equals("FILLED")) {
                memory.set(ValueLayout.JAVA_BYTE, 17, (byte) ~memory.get(ValueLayout.JAVA_BYTE, 17));
            }
            return answer;
        });
        int status = initiator(LIMIT, "--cases", "4096x1", "--iters", "1", "--op", "READ")
                .run(0);
        assertThat(status).isEqualTo(Exit.WRONG);
        assertThat(serving.get()).isEqualTo(6);
        assertThat(out.toString()).contains("op=READ").contains(" verify=BAD");
        assertThat(err.toString()).contains("wrong from local offset 17");
    }

    @Test
    void anotherAnswerEndsTheRun() {
        FutureTask<Integer> serving = serve(answer -> "PONK");
        Initiator run = initiator(LIMIT, "--cases", "8x1");
        assertThatExceptionOfType(RunFailure.class)
                .isThrownBy(() -> run.run(1))
                .withMessageContaining("answers PONK to PING; expected PONG")
                .matches(e -> e.status() == Exit.WRONG);
        assertThat(serving).as("still waiting for FIN").isNotDone();
    }

    @Test
    void silenceIsATimeout() {
        Initiator run = initiator(Duration.ofMillis(1), "--cases", "8x1");
        assertThatExceptionOfType(RunFailure.class)
                .isThrownBy(() -> run.run(1))
                .withMessageContaining("no answer to PING from target")
                .matches(e -> e.status() == Exit.TIMEOUT);
    }

    @Test
    void casesMustFitTheTargetsBufferToo() {
        Initiator run = initiator(LIMIT, "--cases", "8x1,4097x1");
        assertThatExceptionOfType(RunFailure.class)
                .isThrownBy(() -> run.run(1))
                .withMessageContaining("--cases 4097x1 needs 4097 bytes, and the buffer of target has 4096")
                .matches(e -> e.status() == Exit.ERROR);
    }
}
