// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.meeting;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.Listener;
import io.jnixl.api.NixlException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Native agents and strangers at the listener: sockets in the test's hands. */
final class ListeningTest extends DoorFixture {
    private static final String M = Frames.MARKER;
    private static final String MINE = M + "LOADmetadata of me";

    private Wire visit(Door door) {
        return Wire.to(addressOf(listen(door)));
    }

    // ---- the three commands

    @Test
    @DisplayName("G: send, as listener: full and partial LOADs are taken one after the other")
    void load() {
        try (Wire wire = visit(door())) {
            wire.say(M + "LOADfirst")
                    .say(M + "LOADpartial\0" + "|")
                    .say(M + "LOADbad")
                    .say(M + "LOADlast");
            assertThat(event()).isEqualTo("load first");
            assertThat(event()).isEqualTo("load partial\0|");
            assertThat(event()).isEqualTo("load bad");
            assertThat(event()).isEqualTo("load last");
        }
        assertThat(log)
                .singleElement()
                .asString()
                .contains("127.0.0.1", "malformed metadata")
                .doesNotContain("\n");
    }

    @Test
    @DisplayName("G: fetch, as listener: SEND is answered on the same socket, each time with what there is")
    void fetch() {
        try (Wire wire = visit(door())) {
            assertThat(wire.say(M + "SEND").text()).isEqualTo(MINE);
            metadata = "more".getBytes(ISO_8859_1);
            assertThat(wire.say(M + "SEND").text()).isEqualTo(M + "LOADmore");
        }
    }

    @Test
    @DisplayName("G: fetch when this side has nothing to export: LOAD and nothing")
    void fetchOfNothing() {
        metadata = new byte[0];
        try (Wire wire = visit(door())) {
            assertThat(wire.say(M + "SEND").text()).isEqualTo(M + "LOAD");
            assertThat(wire.say(M + "LOAD").say(M + "LOADx")).isNotNull();
            assertThat(event())
                    .as("an empty LOAD that nobody asked for is passed over")
                    .isEqualTo("load x");
        }
        assertThat(log).isEmpty();
    }

    @Test
    @DisplayName("G: invalidate, as listener: unknown names do no harm")
    void invalidate() {
        try (Wire wire = visit(door())) {
            wire.say(M + "INVLknown").say(M + "INVLother").say(M + "INVL");
            assertThat(event()).isEqualTo("forget known");
            assertThat(event()).isEqualTo("forget other");
            assertThat(event()).isEqualTo("forget ");
            assertThat(wire.say(M + "SEND").text()).isEqualTo(MINE);
        }
        assertThat(log).isEmpty();
    }

    @Test
    @DisplayName("G: two commands in one frame, and INVL followed by LOAD")
    void severalCommands() {
        try (Wire wire = visit(door())) {
            wire.say(M + "INVLknown" + M + "LOADnew");
            assertThat(event()).isEqualTo("forget known");
            assertThat(event()).isEqualTo("load new");
            assertThat(wire.say(M + "SEND" + M + "LOADx").text()).isEqualTo(MINE);
            assertThat(event()).isEqualTo("load x");
        }
    }

    @Test
    @DisplayName("G: a blob containing NIXLCOMM: is loaded whole")
    void marker() {
        try (Wire wire = visit(door())) {
            wire.say(M + "LOADx" + M + "SEND");
            assertThat(event()).isEqualTo("load x" + M + "SEND");
        }
    }

    @Test
    @DisplayName("G: fragmented writes, one byte at a time")
    void oneByteAtATime() {
        try (Wire wire = visit(door())) {
            for (byte b : Frames.joined(Frames.frame(M + "LOADx"), Frames.frame(M + "SEND"))) {
                wire.write(new byte[] {b});
            }
            assertThat(event()).isEqualTo("load x");
            assertThat(wire.text()).isEqualTo(MINE);
        }
    }

    @Test
    void manyFramesAtOnce() {
        List<byte[]> frames = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            frames.add(Frames.frame(M + "SEND"));
        }
        try (Wire wire = visit(door())) {
            wire.write(Frames.joined(frames.toArray(byte[][]::new)));
            for (int i = 0; i < 100; i++) {
                assertThat(wire.text()).isEqualTo(MINE);
            }
        }
    }

    @Test
    void largeMetadataBothWays() {
        metadata = new byte[20 << 20];
        metadata[metadata.length - 1] = 7;
        byte[] theirs = "y".repeat(20 << 20).getBytes(ISO_8859_1);
        try (Wire wire = visit(door())) {
            wire.say(M + "SEND"); // answered while the next frame comes in, though nobody reads the answer yet
            wire.write(Frames.load(theirs));
            assertThat(event()).hasSize("load ".length() + theirs.length);
            assertThat(Frames.metadataOf(wire.payload())).isEqualTo(metadata);
        }
    }

    // ---- what is wrong

    @Test
    @DisplayName("G: a frame of more than 1 GiB is refused, its connection closed, in one line of the log")
    void tooLarge() {
        try (Wire wire = visit(door())) {
            wire.write(Frames.head((1L << 30) + 1));
            wire.assertGone();
        }
        eventually(() -> !log.isEmpty());
        assertThat(log).singleElement().asString().contains("a frame of 1073741825 bytes");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 8, 12})
    @DisplayName("G: a peer that stalls inside a frame is dropped, one that is idle between frames is not")
    void stall(int bytes) {
        Door door = door(new Limits(1L << 30, SHORT, LONG, LONG, LONG));
        Listener listener = listen(door);
        try (Wire idle = Wire.to(addressOf(listener));
                Wire wire = Wire.to(addressOf(listener))) {
            assertThat(idle.say(M + "SEND").text()).isEqualTo(MINE);
            wire.write(Arrays.copyOf(Frames.frame(M + "SEND"), bytes));
            wire.assertGone();
            assertThat(idle.say(M + "SEND").text()).isEqualTo(MINE);
        }
        assertThat(log).singleElement().asString().contains("does not go on");
    }

    @Test
    void aFrameThatTakesTooLong() {
        Door door = door(new Limits(1L << 30, LONG, SHORT, LONG, LONG));
        try (Wire wire = visit(door)) {
            wire.write(Frames.head(1 << 20));
            eventually(() -> {
                try {
                    wire.write(new byte[1]);
                    return false;
                } catch (UncheckedIOException e) {
                    return true;
                }
            });
        }
        assertThat(log).isNotEmpty();
    }

    @Test
    void onlyWhoReadsIsAnswered() {
        metadata = new byte[64 << 20];
        Door door = door(new Limits(1L << 30, SHORT, LONG, LONG, LONG));
        try (Wire wire = visit(door)) {
            wire.say(M + "SEND");
            eventually(() -> log.stream().anyMatch(line -> line.contains("it does not read")));
            eventually(() -> door.connections() == 0);
        }
    }

    @Test
    @DisplayName("G: peer closing, between frames and inside one")
    void closing() {
        Door door = door();
        Listener listener = listen(door);
        try (Wire wire = Wire.to(addressOf(listener))) {
            assertThat(wire.say(M + "SEND").text()).isEqualTo(MINE);
        }
        eventually(() -> door.connections() == 0);
        try (Wire wire = Wire.to(addressOf(listener))) {
            wire.write(Frames.head(100));
        }
        eventually(() -> door.connections() == 0);
        try (Wire wire = Wire.to(addressOf(listener))) {
            wire.say(M + "SEND").shutdownOutput();
            assertThat(wire.text())
                    .as("who has no more to say still gets its answer")
                    .isEqualTo(MINE);
            wire.assertGone();
        }
        Wire killed = Wire.to(addressOf(listener));
        killed.say(M + "SEND").text();
        killed.reset();
        eventually(() -> door.connections() == 0);
        assertThat(log).isEmpty();
    }

    @Test
    @DisplayName("G: an unknown command is logged on one line, and the connection stays")
    void unknown() {
        try (Wire wire = visit(door())) {
            assertThat(wire.say(M + "\n\033[3xyz").say(M + "SEND").text()).isEqualTo(MINE);
        }
        assertThat(log).singleElement().asString().contains("no command").doesNotContain("\n", "\033");
    }

    @Test
    void tooManyCommandsInAFrame() {
        try (Wire wire = visit(door())) {
            wire.say((M + "INVLx").repeat(1000));
            wire.assertGone();
        }
        assertThat(events).isEmpty();
    }

    // ---- who may what

    @Test
    @DisplayName("listen_commands: what is not allowed is refused and logged, and the connection stays")
    void permissions() {
        Door door = door(PATIENT, EnumSet.noneOf(Permission.class), null, 10);
        try (Wire wire = visit(door)) {
            wire.say(M + "LOADx").say(M + "INVLknown").say(M + "LOADy");
            assertThat(wire.say(M + "SEND").text()).startsWith(M + "DENY").contains("agent.listen_commands");
        }
        assertThat(events).isEmpty();
        assertThat(log)
                .hasSize(3)
                .anyMatch(line -> line.contains("asks to fetch"))
                .anyMatch(line -> line.contains("asks to load"))
                .anyMatch(line -> line.contains("asks to invalidate"));
        try (Wire wire = visit(door(PATIENT, Set.of(Permission.LOAD), null, 10))) {
            assertThat(wire.say(M + "LOADx").say(M + "INVLx").say(M + "SEND").text())
                    .startsWith(M + "DENY");
            assertThat(events).containsExactly("load x");
        }
    }

    @Test
    void wordsOfThePermissions() {
        assertThat(Permission.of(List.of("fetch", "LOAD", "fetch")))
                .containsExactlyInAnyOrder(Permission.FETCH, Permission.LOAD);
        assertThat(Permission.of(List.of())).isEmpty();
        assertThatExceptionOfType(NixlException.class)
                .isThrownBy(() -> Permission.of(List.of("fetsch")))
                .withMessageContaining("did you mean fetch?")
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_PARAM));
    }

    @Test
    @DisplayName("listen_connections: one more is closed at once, and room is found again")
    void connectionLimit() {
        Door door = door(PATIENT, EnumSet.allOf(Permission.class), null, 2);
        Listener listener = listen(door);
        try (Wire first = Wire.to(addressOf(listener));
                Wire second = Wire.to(addressOf(listener))) {
            assertThat(first.say(M + "SEND").text()).isEqualTo(MINE);
            assertThat(second.say(M + "SEND").text()).isEqualTo(MINE);
            for (int i = 0; i < 5; i++) {
                try (Wire more = Wire.to(addressOf(listener))) {
                    more.assertGone();
                }
            }
            assertThat(log).singleElement().asString().contains("there are 2 connections");
            first.shutdownOutput();
            eventually(() -> door.connections() == 1);
            try (Wire again = Wire.to(addressOf(listener))) {
                assertThat(again.say(M + "SEND").text()).isEqualTo(MINE);
            }
        }
    }

    @Test
    @DisplayName("listen_connections: when all are taken, who has been silent for long has to go")
    void silentVisitorsMakeRoom() {
        Door door = door(new Limits(1L << 30, SHORT, LONG, LONG, LONG), EnumSet.allOf(Permission.class), null, 2);
        Listener listener = listen(door);
        try (Wire _ = Wire.to(addressOf(listener));
                Wire _ = Wire.to(addressOf(listener))) {
            eventually(() -> door.connections() == 2);
            eventually(() -> isAnswered(listener));
            assertThat(door.connections()).isLessThanOrEqualTo(3);
        }
    }

    private static boolean isAnswered(Listener listener) {
        try (Wire wire = Wire.to(addressOf(listener))) {
            return wire.say(M + "SEND").text().equals(MINE);
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    // ---- the secret

    @Test
    @DisplayName("secret: a native agent is told what is wanted, and nothing it says is done")
    void nativeAgentAtASecretDoor() {
        Door door = door(PATIENT, EnumSet.allOf(Permission.class), "swordfish", 10);
        Listener listener = listen(door);
        for (byte[] first : List.of(
                Frames.frame(M + "SEND"),
                Frames.frame(M + "INVLknown" + M + "LOADx"),
                Frames.load(new byte[100_000]),
                Frames.frame("hello"))) {
            try (Wire wire = Wire.to(addressOf(listener))) {
                assertThat(wire.write(first).text()).startsWith(M + "DENY").contains("agent.listen_secret");
                wire.assertGone();
            }
        }
        assertThat(events).isEmpty();
        assertThat(log).singleElement().asString().contains("does not prove");
    }

    @Test
    void aSilentVisitorAtASecretDoor() {
        Limits limits = new Limits(1L << 30, LONG, LONG, SHORT, LONG);
        try (Wire wire = visit(door(limits, EnumSet.allOf(Permission.class), "swordfish", 10))) {
            wire.assertGone();
        }
        assertThat(log).singleElement().asString().contains("the proof does not come");
    }

    @Test
    void aProofWhereNoneIsAskedFor() {
        try (Wire wire = visit(door())) {
            assertThat(wire.say(M + "JNXA1 hello 00").text())
                    .startsWith(M + "DENY")
                    .contains("has no secret");
            assertThat(wire.say(M + "SEND").text()).isEqualTo(MINE);
        }
    }

    // ---- binding

    @Test
    @DisplayName("G: port 0, IPv4 and IPv6")
    void addresses() {
        Door door = door();
        List<String> hosts = new ArrayList<>(List.of("127.0.0.1", "localhost", "0.0.0.0"));
        if (hasIpv6()) {
            hosts.addAll(List.of("::1", "[::1]", "::"));
        }
        for (String host : hosts) {
            try (Listener listener = door.listen(host, 0)) {
                assertThat(listener.port()).isPositive();
                String to = switch (host) {
                    case "0.0.0.0" -> "127.0.0.1";
                    case "::" -> "::1";
                    default -> host;
                };
                byte[] fetched = result(start(() -> door().fetch(new Endpoint(to, listener.port()))));
                assertThat(fetched).as(host).isEqualTo(metadata);
            }
        }
    }

    private static boolean hasIpv6() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getAllByName("::1")[0])) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void whereNobodyCanListen() throws IOException {
        Door door = door();
        try (ServerSocket taken = Wire.server()) {
            assertThatExceptionOfType(NixlException.class)
                    .isThrownBy(() -> door.listen("127.0.0.1", taken.getLocalPort()))
                    .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.BACKEND));
        }
        for (String host : List.of("", "192.0.2.1", "no such host")) {
            assertThatExceptionOfType(NixlException.class)
                    .isThrownBy(() -> door.listen(host, 0))
                    .satisfies(e -> assertThat(e.code()).as(host).isEqualTo(ErrorCode.INVALID_PARAM));
        }
        assertThatExceptionOfType(NixlException.class).isThrownBy(() -> door.listen("127.0.0.1", 65536));
        assertThatExceptionOfType(NixlException.class).isThrownBy(() -> door.listen("127.0.0.1", -1));
    }

    // ---- the end

    @Test
    void closingTheListenerEndsItsConnections() {
        Door door = door();
        Listener listener = listen(door);
        Listener other = listen(door);
        try (Wire wire = Wire.to(addressOf(listener));
                Wire elsewhere = Wire.to(addressOf(other))) {
            wire.say(M + "SEND").text();
            elsewhere.say(M + "SEND").text();
            listener.close();
            listener.close();
            wire.assertGone();
            assertThat(elsewhere.say(M + "SEND").text()).isEqualTo(MINE);
            eventually(() -> isRefused(listener)); // the JDK closes when the thread that accepts has left
        }
    }

    private static boolean isRefused(Listener listener) {
        try {
            Wire.to(addressOf(listener)).close();
            return false;
        } catch (UncheckedIOException e) {
            return true;
        }
    }

    @Test
    @DisplayName("no threads and no descriptors are left after 200 connections")
    void nothingIsLeft() {
        Door door = door();
        Listener listener = listen(door);
        visitAndLeave(listener);
        eventually(() -> door.connections() == 0);
        long before = descriptors();
        for (int i = 0; i < 200; i++) {
            visitAndLeave(listener);
        }
        eventually(() -> door.connections() == 0);
        eventually(() -> descriptors() <= before + 5);
    }

    private static void visitAndLeave(Listener listener) {
        try (Wire wire = Wire.to(addressOf(listener))) {
            assertThat(wire.say(M + "SEND").text()).isEqualTo(MINE);
        }
    }
}
