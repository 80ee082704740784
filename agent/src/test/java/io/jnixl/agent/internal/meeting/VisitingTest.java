// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.meeting;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.Listener;
import io.jnixl.api.NixlException;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** This side as the one who connects: to a socket in the test's hands, and to another door. */
final class VisitingTest extends DoorFixture {
    private static final String M = Frames.MARKER;

    private final ServerSocket server = Wire.server();
    private final Endpoint there = new Endpoint("127.0.0.1", server.getLocalPort());

    @AfterEach
    void closeServer() throws IOException {
        server.close();
    }

    private FutureTask<byte[]> fetch(Door door) {
        return start(() -> door.fetch(there));
    }

    private FutureTask<Boolean> say(Door door, Command command) {
        return start(() -> {
            door.say(there, command);
            return true;
        });
    }

    private static byte[] bytes(String text) {
        return text.getBytes(ISO_8859_1);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, ISO_8859_1);
    }

    // ---- the three commands

    @Test
    @DisplayName("G: send, fetch and invalidate, as contact, over one connection with one command in each frame")
    void commands() {
        Door door = door();
        FutureTask<byte[]> fetched = fetch(door);
        try (Wire wire = Wire.accept(server)) {
            assertThat(wire.text()).isEqualTo(M + "SEND");
            wire.say(M + "LOADtheirs");
            assertThat(result(fetched)).isEqualTo(bytes("theirs"));
            result(say(door, new Command.Load(bytes("mine"))));
            assertThat(wire.text()).isEqualTo(M + "LOADmine");
            result(say(door, new Command.Invalidate("me")));
            assertThat(wire.text()).isEqualTo(M + "INVLme");
            FutureTask<byte[]> again = fetch(door);
            assertThat(wire.text()).isEqualTo(M + "SEND");
            wire.say(M + "LOAD");
            assertThat(result(again)).as("nothing to export").isEmpty();
        }
    }

    @Test
    @DisplayName("G: native without listener: both directions of a connection that this side opened are used")
    void bothDirections() {
        Door door = door();
        FutureTask<Boolean> said = say(door, new Command.Load(bytes("mine")));
        try (Wire wire = Wire.accept(server)) {
            result(said);
            assertThat(wire.text()).isEqualTo(M + "LOADmine");
            wire.say(M + "LOADpushed").say(M + "INVLknown");
            assertThat(event()).isEqualTo("load pushed");
            assertThat(event()).isEqualTo("forget known");
            assertThat(wire.say(M + "SEND").text()).isEqualTo(M + "LOADmetadata of me");
        }
    }

    @Test
    void unaskedCommandsNeedPermissionHereToo() {
        Door door = door(PATIENT, EnumSet.noneOf(Permission.class), null, 10);
        FutureTask<byte[]> fetched = fetch(door);
        try (Wire wire = Wire.accept(server)) {
            wire.text();
            wire.say(M + "INVLknown").say(M + "LOADanswer").say(M + "LOADpushed");
            assertThat(result(fetched)).isEqualTo(bytes("answer"));
            assertThat(wire.say(M + "SEND").text()).startsWith(M + "DENY");
        }
        assertThat(events).isEmpty();
    }

    @Test
    void oneFetchAfterTheOther() {
        Door door = door();
        FutureTask<byte[]> first = fetch(door);
        try (Wire wire = Wire.accept(server)) {
            wire.text();
            List<FutureTask<byte[]>> more = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                more.add(fetch(door));
            }
            wire.say(M + "LOAD0");
            assertThat(result(first)).isEqualTo(bytes("0"));
            for (int i = 1; i <= 10; i++) {
                assertThat(wire.text()).isEqualTo(M + "SEND");
                wire.say(M + "LOAD" + i);
            }
            List<String> answers = new ArrayList<>();
            more.forEach(task -> answers.add(text(result(task))));
            assertThat(answers).containsExactlyInAnyOrder("1", "2", "3", "4", "5", "6", "7", "8", "9", "10");
        }
    }

    @Test
    @DisplayName("a refused fetch fails with the reason, made fit to be shown")
    void denied() {
        FutureTask<byte[]> fetched = fetch(door());
        try (Wire wire = Wire.accept(server)) {
            wire.text();
            wire.say(M + "DENYno\n\033[31m way");
            NixlException e = failure(fetched);
            assertThat(e.code()).isEqualTo(ErrorCode.NOT_ALLOWED);
            assertThat(e).hasMessageContaining("no ").hasMessageContaining("way");
            assertThat(e.getMessage()).doesNotContain("\n", "\033");
        }
    }

    // ---- broken connections

    @Test
    void nobodyThere() throws IOException {
        server.close();
        NixlException e = failure(fetch(door()));
        assertThat(e.code()).isEqualTo(ErrorCode.REMOTE_DISCONNECT);
        assertThat(e).hasMessageContaining(there.toString());
        assertThat(failure(start(() -> door().fetch(new Endpoint("no.such.host.invalid", 1))))
                        .code())
                .isEqualTo(ErrorCode.REMOTE_DISCONNECT);
    }

    @Test
    @DisplayName("dead cached connection: closed in between, the next call makes a new one")
    void closedInBetween() {
        Door door = door();
        FutureTask<byte[]> first = fetch(door);
        try (Wire wire = Wire.accept(server)) {
            wire.text();
            wire.say(M + "LOAD1");
            assertThat(result(first)).isEqualTo(bytes("1"));
        }
        eventually(() -> door.connections() == 0);
        FutureTask<byte[]> second = fetch(door);
        try (Wire wire = Wire.accept(server)) {
            wire.text();
            wire.say(M + "LOAD2");
            assertThat(result(second)).isEqualTo(bytes("2"));
        }
    }

    @Test
    @DisplayName("dead cached connection: dead at the call, the call is made again over a new one")
    void deadAtTheCall() {
        Door door = door();
        FutureTask<byte[]> first = fetch(door);
        try (Wire wire = Wire.accept(server)) {
            wire.text();
            wire.say(M + "LOAD1");
            result(first);
            FutureTask<byte[]> second = fetch(door);
            wire.text();
            wire.reset();
            try (Wire anew = Wire.accept(server)) {
                anew.text();
                anew.say(M + "LOAD2");
                assertThat(result(second)).isEqualTo(bytes("2"));
            }
        }
    }

    @Test
    void aNewConnectionThatDiesIsNotTriedAgain() {
        FutureTask<byte[]> fetched = fetch(door());
        try (Wire wire = Wire.accept(server)) {
            wire.text();
        }
        assertThat(failure(fetched).code()).isEqualTo(ErrorCode.REMOTE_DISCONNECT);
    }

    @Test
    @DisplayName("a fetch that is given up costs its connection, since its answer may still come")
    void givenUp() {
        Door door = door();
        FutureTask<byte[]> first = fetch(door);
        try (Wire wire = Wire.accept(server)) {
            wire.text();
            first.cancel(true);
            assertThatExceptionOfType(CancellationException.class).isThrownBy(first::get);
            wire.assertGone();
        }
        FutureTask<byte[]> second = fetch(door);
        try (Wire wire = Wire.accept(server)) {
            wire.text();
            wire.say(M + "LOAD2");
            assertThat(result(second)).isEqualTo(bytes("2"));
        }
    }

    @Test
    void callersShareTheConnectionThatOneOfThemOpens() {
        Door door = door(PATIENT, EnumSet.allOf(Permission.class), null, 10);
        Listener listener = listen(door(PATIENT, EnumSet.allOf(Permission.class), null, 1));
        List<FutureTask<byte[]>> tasks = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            tasks.add(start(() -> door.fetch(at(listener))));
        }
        tasks.forEach(task -> assertThat(result(task)).isEqualTo(metadata));
        assertThat(log).as("only one place is there").isEmpty();
    }

    @Test
    void closingTheDoorEndsWhatIsPending() {
        Door door = door();
        FutureTask<byte[]> fetched = fetch(door);
        try (Wire wire = Wire.accept(server)) {
            wire.text();
            door.close(System.nanoTime() + LONG.toNanos());
            assertThat(failure(fetched).code()).isEqualTo(ErrorCode.CANCELED);
            wire.assertGone();
        }
        assertThat(failure(fetch(door)).code()).isEqualTo(ErrorCode.CANCELED);
        assertThatExceptionOfType(NixlException.class).isThrownBy(() -> listen(door));
    }

    @Test
    void bothSidesFetchMuchFromEachOtherOverOneConnection() {
        metadata = new byte[20 << 20];
        Door door = door();
        FutureTask<byte[]> fetched = fetch(door);
        try (Wire wire = Wire.accept(server)) {
            wire.text();
            wire.say(M + "SEND"); // its answer fills the socket, since nobody reads it yet
            wire.write(Frames.load(new byte[20 << 20]));
            assertThat(result(fetched)).hasSize(20 << 20);
            assertThat(Frames.metadataOf(wire.payload())).hasSize(20 << 20);
        }
    }

    @Test
    @DisplayName("no threads and no descriptors are left after 200 connections that this side opened")
    void nothingIsLeft() {
        Listener listener = listen(door());
        fetchAndLeave(listener);
        long before = descriptors();
        for (int i = 0; i < 200; i++) {
            fetchAndLeave(listener);
        }
        eventually(() -> doors.stream().mapToInt(Door::connections).sum() == 0);
        eventually(() -> descriptors() <= before + 5);
    }

    private void fetchAndLeave(Listener listener) {
        Door door = door();
        assertThat(result(start(() -> door.fetch(at(listener))))).isEqualTo(metadata);
        door.close(System.nanoTime() + LONG.toNanos());
    }

    // ---- the secret

    private Door knowing(String secret) {
        return door(PATIENT, EnumSet.allOf(Permission.class), secret, 10);
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", textBlock = """
                    swordfish, swordfish, -
                    -,         -,         -
                    swordfish, -,         agent.listen_secret
                    -,         swordfish, has no secret
                    swordfish, Swordfish, another secret|not the right one
                    """)
    @DisplayName("secret: listener's, contact's, and what a fetch fails with")
    void secrets(String listeners, String contacts, String failure) {
        Listener listener = listen(knowing(listeners));
        Door door = knowing(contacts);
        FutureTask<byte[]> fetched = start(() -> door.fetch(at(listener)));
        if (failure == null) {
            assertThat(result(fetched)).isEqualTo(metadata);
            result(start(() -> {
                door.say(at(listener), new Command.Load(bytes("theirs")));
                return true;
            }));
            assertThat(event()).isEqualTo("load theirs");
        } else {
            NixlException e = failure(fetched);
            assertThat(e.code()).as("%s", e).isEqualTo(ErrorCode.NOT_ALLOWED);
            assertThat(e.getMessage()).containsPattern(failure).doesNotContainIgnoringCase("swordfish");
            assertThat(events).isEmpty();
        }
        assertThat(log).noneMatch(line -> line.toLowerCase(Locale.ROOT).contains("swordfish"));
    }

    @Test
    @DisplayName("secret: a contact that has one tells a native listener nothing, and fails")
    void nativeListener() {
        Limits limits = new Limits(1L << 30, LONG, LONG, SHORT, LONG);
        Door door = door(limits, Set.of(), "swordfish", 10);
        FutureTask<byte[]> silent = fetch(door);
        try (Wire wire = Wire.accept(server)) {
            assertThat(wire.text()).startsWith(M + "JNXA1 hello ");
            NixlException e = failure(silent);
            assertThat(e.code()).isEqualTo(ErrorCode.NOT_ALLOWED);
            assertThat(e).hasMessageContaining("does not prove").hasMessageContaining("agent.listen_secret");
            wire.assertGone();
        }
        FutureTask<Boolean> talking = say(knowing("swordfish"), new Command.Load(bytes("mine")));
        try (Wire wire = Wire.accept(server)) {
            wire.text();
            wire.say(M + "LOADx");
            assertThat(failure(talking).code()).isEqualTo(ErrorCode.NOT_ALLOWED);
            wire.assertGone();
        }
        assertThat(events).isEmpty();
    }

    @Test
    @DisplayName("secret: a listener that knows another one does not pass for the right one")
    void impostor() {
        FutureTask<byte[]> fetched = fetch(knowing("swordfish"));
        try (Wire wire = Wire.accept(server)) {
            assertThat(wire.text()).startsWith(M + "JNXA1 hello ");
            wire.say(M + "JNXA1 challenge " + "00".repeat(32));
            assertThat(wire.text()).startsWith(M + "JNXA1 proof ");
            wire.say(M + "JNXA1 welcome " + "00".repeat(32));
            assertThat(wire.text()).startsWith(M + "DENY");
            assertThat(failure(fetched).code()).isEqualTo(ErrorCode.NOT_ALLOWED);
        }
    }

    // ---- addresses

    @Test
    void endpoints() {
        assertThat(new Endpoint("10.0.0.7", 8888)).hasToString("10.0.0.7:8888");
        assertThat(new Endpoint("::1", 1)).hasToString("[::1]:1");
        for (Runnable wrong : List.<Runnable>of(
                () -> new Endpoint("", 1), () -> new Endpoint("a", 0), () -> new Endpoint("a", 65536))) {
            assertThatExceptionOfType(NixlException.class)
                    .isThrownBy(wrong::run)
                    .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_PARAM));
        }
    }
}
