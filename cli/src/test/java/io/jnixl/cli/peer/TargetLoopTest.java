// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.jnixl.api.Agent;
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
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The target's answers, to an initiator that is this test; in one process, through the backend for that. */
class TargetLoopTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Config MEMORY = Config.empty().with("agent.backends", "MEMORY");
    private static final int SIZE = 4096;

    private final StringWriter log = new StringWriter();
    private final Console console = new Console(new PrintWriter(log), new PrintWriter(log), false);
    private Endpoint target;
    private Agent initiator;
    private Peer peer;

    @BeforeEach
    void start() {
        target = Endpoint.open("target", MEMORY, SIZE, Allocator.ARENA);
        initiator = Agent.builder("initiator").config(MEMORY).build();
        peer = initiator.loadPeer(target.metadata());
    }

    @AfterEach
    void end() {
        initiator.close();
        target.close();
    }

    private TargetLoop loop(Duration timeout) {
        Peer partner = target.agent().loadPeer(initiator.metadata());
        return new TargetLoop(
                target.memory(), new Mailbox(target.agent(), partner, console, () -> false), console, timeout);
    }

    private FutureTask<Integer> serve() {
        FutureTask<Integer> serving = new FutureTask<>(loop(LIMIT)::serve);
        Thread.ofPlatform().start(serving);
        return serving;
    }

    private void tell(String... messages) {
        for (String message : messages) {
            initiator.sendNotification(peer, message);
        }
    }

    private String ask(String message) {
        tell(message);
        return initiator.awaitNotification("target", LIMIT).text();
    }

    @Test
    void aWholeRun() throws Exception {
        FutureTask<Integer> serving = serve();
        assertThat(ask("PING")).isEqualTo("PONG");
        assertThat(ask("FILL 7 4093")).isEqualTo("FILLED");
        assertThat(Pattern.firstWrong(target.memory().asSlice(0, 4093), 7, 0)).isEqualTo(-1);
        assertThat(target.memory().asSlice(4093, 3).toArray(ValueLayout.JAVA_BYTE))
                .containsOnly(0);
        tell("it:0", "it:1");
        assertThat(ask("CHK 7 4093 2")).isEqualTo("OK");
        assertThat(ask("CHK 7 4093 0")).as("the count was reset").isEqualTo("OK");
        assertThat(ask("FIN")).isEqualTo("BYE");
        assertThat(serving.get()).isEqualTo(Exit.OK);
    }

    @Test
    void aCheckWaitsForTheNotificationsOfTransfers() throws Exception {
        FutureTask<Integer> serving = serve();
        assertThat(ask("FILL 7 8")).isEqualTo("FILLED");
        tell("it:0", "CHK 7 8 3", "it:1");
        assertThat(initiator.drainNotifications()).isEmpty();
        assertThat(ask("it:2")).isEqualTo("OK");
        assertThat(ask("FIN")).isEqualTo("BYE");
        assertThat(serving.get()).isEqualTo(Exit.OK);
    }

    @Test
    void aFlippedByteIsFoundAndRemembered() throws Exception {
        FutureTask<Integer> serving = serve();
        assertThat(ask("FILL 7 4096")).isEqualTo("FILLED");
        byte there = target.memory().get(ValueLayout.JAVA_BYTE, 1234);
        target.memory().set(ValueLayout.JAVA_BYTE, 1234, (byte) (there ^ 1));
        assertThat(ask("CHK 7 4096 0")).isEqualTo("BAD offset 1234 notifs 0");
        assertThat(ask("FILL 7 4096")).isEqualTo("FILLED");
        assertThat(ask("CHK 7 4096 0")).isEqualTo("OK");
        assertThat(ask("FIN")).isEqualTo("BYE");
        assertThat(serving.get()).isEqualTo(Exit.WRONG);
        assertThat(log.toString()).contains("wrong from offset 1234", "2 checks, 1 failed");
    }

    @Test
    void tooManyNotificationsAreWrong() throws Exception {
        FutureTask<Integer> serving = serve();
        assertThat(ask("FILL 7 8")).isEqualTo("FILLED");
        tell("it:0", "it:1");
        assertThat(ask("CHK 7 8 1")).isEqualTo("BAD offset -1 notifs 2");
        assertThat(ask("FIN")).isEqualTo("BYE");
        assertThat(serving.get()).isEqualTo(Exit.WRONG);
    }

    @Test
    void tooFewNotificationsAreToldWhenTheTimeIsOver() {
        tell("FILL 7 8", "it:0", "CHK 7 8 2");
        TargetLoop loop = loop(Duration.ofSeconds(1));
        assertThatExceptionOfType(RunFailure.class)
                .isThrownBy(loop::serve)
                .withMessageContaining("no notification of the last transfers from initiator")
                .matches(e -> e.status() == Exit.TIMEOUT);
        assertThat(initiator.awaitNotification(LIMIT).text()).isEqualTo("FILLED");
        assertThat(initiator.awaitNotification(LIMIT).text()).isEqualTo("BAD offset -1 notifs 1");
    }

    @Test
    void sizesAboveTheBufferAreRefused() throws Exception {
        FutureTask<Integer> serving = serve();
        assertThat(ask("FILL 7 4097")).isEqualTo("BAD size");
        assertThat(ask("FILL 7 18446744073709551615")).isEqualTo("BAD size");
        assertThat(ask("CHK 7 4097 0")).isEqualTo("BAD size");
        assertThat(ask("FIN")).isEqualTo("BYE");
        assertThat(serving.get()).as("what was not verified is no success").isEqualTo(Exit.WRONG);
    }

    @Test
    void nonsenseIsAnsweredAndReported() throws Exception {
        FutureTask<Integer> serving = serve();
        assertThat(ask("NONSENSE " + "x".repeat(10_000))).isEqualTo("BAD command");
        assertThat(ask("FIN")).isEqualTo("BYE");
        assertThat(serving.get()).isEqualTo(Exit.OK);
        assertThat(log.toString()).contains("NONSENSE xxx").hasSizeLessThan(1_000);
    }

    @Test
    void strangersAreReportedAndNotObeyed() throws Exception {
        FutureTask<Integer> serving = serve();
        try (Agent stranger = Agent.builder("stranger").config(MEMORY).build()) {
            Peer victim = stranger.loadPeer(target.metadata());
            for (int i = 0; i < 100; i++) {
                stranger.sendNotification(victim, "FIN");
            }
            assertThat(ask("PING")).isEqualTo("PONG");
        }
        assertThat(ask("FIN")).isEqualTo("BYE");
        assertThat(serving.get()).isEqualTo(Exit.OK);
        assertThat(log.toString().lines().filter(line -> line.contains("from stranger, who is not the partner: FIN")))
                .hasSize(10);
    }

    @Test
    void anInitiatorThatIsGoneIsNotWaitedFor() {
        TargetLoop loop = loop(LIMIT);
        target.agent().invalidatePeer("initiator");
        assertThatExceptionOfType(RunFailure.class)
                .isThrownBy(loop::serve)
                .withMessageContaining("initiator is gone")
                .matches(e -> e.status() == Exit.TIMEOUT);
    }
}
