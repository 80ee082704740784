// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jnixl.api.Agent;
import io.jnixl.api.Config;
import io.jnixl.api.Peer;
import io.jnixl.cli.run.BufferDescription;
import io.jnixl.cli.run.Console;
import io.jnixl.cli.run.RunFailure;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two sides that meet by TCP, and those who have no business there. */
class MeetingTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final StringWriter err = new StringWriter();
    private final Console console = new Console(new PrintWriter(err), new PrintWriter(err), false);
    private final List<Agent> agents = new CopyOnWriteArrayList<>();
    private Door door;
    private FutureTask<Meeting> first;

    private Meeting.Self self(Role role, String group, String token, String agent) {
        BufferDescription buffer = new BufferDescription(agent, 4096, 8192);
        Agent made = Agent.builder(agent)
                .config(Config.empty().with("agent.backends", "MEMORY"))
                .build();
        agents.add(made);
        Hello hello = new Hello(role, group, token, "--num_iter=1", buffer);
        return new Meeting.Self() {
            @Override
            public Hello hello() {
                return hello;
            }

            @Override
            public byte[] metadata() {
                return made.metadata();
            }

            @Override
            public Peer load(byte[] metadata) {
                return made.loadPeer(metadata);
            }
        };
    }

    @BeforeEach
    void open() throws IOException {
        door = Door.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), console);
        Meeting.Self one = self(Role.AUTO, "g", "t", "one");
        first = new FutureTask<>(() -> door.await(one, LIMIT, () -> {}));
        Thread.ofPlatform().daemon().start(first);
    }

    @AfterEach
    void close() {
        door.close();
        agents.forEach(Agent::close);
    }

    private Meeting join(Meeting.Self self) {
        return new TcpRendezvous("127.0.0.1", door.port(), self, console, Duration.ofSeconds(2)).connect();
    }

    private void expectMeeting() throws Exception {
        try (Meeting other = join(self(Role.AUTO, "g", "t", "two"));
                Meeting one = first.get()) {
            assertThat(one.role()).isEqualTo(Role.INITIATOR);
            assertThat(other.role()).isEqualTo(Role.TARGET);
            assertThat(one.partner().agent()).isEqualTo("two");
            assertThat(one.peer().name()).isEqualTo("two");
            assertThat(other.peer().name()).isEqualTo("one");
            one.channel().send("FILL 1");
            assertThat(other.channel().receive(LIMIT, "command")).isEqualTo("FILL 1");
        }
    }

    @Test
    void theFirstIsTheInitiator() throws Exception {
        expectMeeting();
    }

    @Test
    void whoGoesIsMissed() throws Exception {
        try (Meeting other = join(self(Role.TARGET, "g", "t", "two"))) {
            first.get().close();
            assertThatThrownBy(() -> other.channel().receive(LIMIT, "command"))
                    .isInstanceOf(RunFailure.class)
                    .hasMessageContainingAll("is gone", "waited for command");
        }
    }

    @Test
    void whoSaysNothingIsNotWaitedForForEver() throws Exception {
        try (Meeting other = join(self(Role.TARGET, "g", "t", "two"))) {
            assertThatThrownBy(() -> other.channel().receive(Duration.ofMillis(50), "command"))
                    .isInstanceOf(RunFailure.class)
                    .hasMessageContaining("no command from");
            first.get().close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET / HTTP/1.1\r\n\r\n", "", "jnixl-bench 2\n", "jnixl-bench 1\n"})
    void strangersAreTurnedAway(String words) throws Exception {
        stranger(words.getBytes(StandardCharsets.US_ASCII));
        expectMeeting();
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, Integer.MAX_VALUE, Hello.LONGEST + 1})
    void lengthsAreNotBelieved(int length) throws Exception {
        byte[] version = Link.VERSION.getBytes(StandardCharsets.US_ASCII);
        stranger(ByteBuffer.allocate(version.length + 4)
                .put(version)
                .putInt(length)
                .array());
        expectMeeting();
        assertThat(err.toString()).contains("where at most " + Hello.LONGEST);
    }

    /** Sends something and goes. */
    private void stranger(byte[] bytes) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), door.port())) {
            socket.getOutputStream().write(bytes);
            socket.shutdownOutput();
            DataInputStream in = new DataInputStream(socket.getInputStream());
            in.readNBytes(Link.VERSION.length());
            while (in.read() >= 0) {
                // what it answers, until it closes
            }
        } catch (SocketException _) {
            // reset by who turns away
        }
    }

    @Test
    void theOtherGroupIsRefusedWithTheReason() throws Exception {
        assertThatThrownBy(() -> join(self(Role.TARGET, "h", "t", "two")))
                .isInstanceOf(RunFailure.class)
                .hasMessageContaining("the groups are g and h");
        expectMeeting();
    }

    @Test
    void theWrongTokenIsRefused() throws Exception {
        assertThatThrownBy(() -> join(self(Role.TARGET, "g", "-", "two")))
                .isInstanceOf(RunFailure.class)
                .hasMessageContaining("this run belongs to another process");
        expectMeeting();
    }

    @Test
    void waitingEndsWhenItIsNoUse() throws IOException {
        try (Door other = Door.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), console)) {
            assertThatThrownBy(() -> other.await(self(Role.AUTO, "g", "t", "x"), Duration.ofMillis(10), () -> {}))
                    .isInstanceOf(RunFailure.class)
                    .hasMessageContaining("no partner came to");
            assertThatThrownBy(() -> other.await(self(Role.AUTO, "g", "t", "y"), LIMIT, () -> {
                        throw RunFailure.error("dead");
                    }))
                    .hasMessage("dead");
        }
    }

    @Test
    void rolesAreSettled() throws ExecutionException, InterruptedException {
        assertThat(Role.AUTO.settle(Role.AUTO, false)).isEqualTo(Role.TARGET);
        assertThat(Role.AUTO.settle(Role.INITIATOR, true)).isEqualTo(Role.TARGET);
        assertThat(Role.TARGET.settle(Role.AUTO, true)).isEqualTo(Role.TARGET);
        assertThatThrownBy(() -> Role.TARGET.settle(Role.TARGET, true)).hasMessageContaining("both");
        join(self(Role.INITIATOR, "g", "t", "two")).close();
        assertThat(first.get().role()).isEqualTo(Role.TARGET);
        first.get().close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "AUTO",
                "AUTO\ng\nt\ns",
                "BOSS\ng\nt\ns\nx 1 1 0\n",
                "AUTO\n\nt\ns\nx 1 1 0\n",
                "AUTO\ng\nt\ns\nx 1 0 0\n"
            })
    void greetingsAreChecked(String text) {
        assertThatThrownBy(() -> Hello.decode(text.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
