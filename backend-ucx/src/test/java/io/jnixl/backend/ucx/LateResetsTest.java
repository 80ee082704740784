// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.jnixl.backend.tck.Await;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A peer that asks, and is gone before it is answered: here is who answers. */
class LateResetsTest {
    private static final int ANSWERS = 10;
    private static final int MUCH = 1 << 20;
    private static final boolean BUSY = true;
    private static final boolean IDLE = false;

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(US_ASCII));
    }

    private static LateResets guard(Connection connection, boolean busy) throws IOException {
        LateResets resets = new LateResets(connection.epoll());
        adapt(resets, connection, busy);
        return resets;
    }

    private static void adapt(LateResets resets, Connection connection, boolean busy) throws IOException {
        assertThat(resets.isDue(List.of(connection.socket()), busy)).isTrue();
        resets.adapt(busy);
        assertThat(resets.isDue(List.of(connection.socket()), busy)).isFalse();
    }

    private static void answer(Connection connection) throws IOException {
        for (int i = 0; i < ANSWERS; i++) {
            connection.here().write(bytes("answer"));
        }
    }

    private static void assertResetArrives(Connection connection) {
        Await.until("the reset", () -> !connection.socket().isConnected());
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> answer(connection));
    }

    private static void askAndGo(Connection connection) throws IOException {
        connection.there().write(bytes("question"));
        connection.there().close();
    }

    @Test
    void withoutItTheSecondAnswerFails() throws IOException {
        try (Connection connection = Connection.accepted()) {
            askAndGo(connection);
            assertThatExceptionOfType(IOException.class).isThrownBy(() -> answer(connection));
        }
    }

    @Test
    void allAnswersCanBeSentAndThenThereIsTheEnd() throws IOException {
        try (Connection connection = Connection.accepted()) {
            LateResets resets = guard(connection, BUSY);
            askAndGo(connection);
            answer(connection);
            Await.until("the end", () -> !connection.socket().isConnected());
            assertThat(resets.isDue(List.of(connection.socket()), BUSY)).isFalse();
            ByteBuffer question = ByteBuffer.allocate(MUCH);
            assertThat(connection.here().read(question)).isEqualTo("question".length());
            answer(connection);
            assertThat(connection.here().read(question)).isEqualTo(-1);
        }
    }

    /** The end stands behind what there was no room for, and the first answer throws both away. */
    @Test
    void withoutTheEndTheResetIsLetIn() throws IOException {
        try (Connection connection = Connection.accepted()) {
            LateResets resets = guard(connection, BUSY);
            Connection.fill(connection.there());
            connection.there().close();
            answer(connection);
            Await.until("answers to be sent again", () -> connection.socket().isSilent());
            adapt(resets, connection, BUSY);
            assertResetArrives(connection);
        }
    }

    /** One that is closed with something unread says so by itself. */
    @Test
    void thePeersOwnResetIsTaken() throws IOException {
        try (Connection connection = Connection.accepted()) {
            guard(connection, BUSY);
            answer(connection);
            connection.there().close();
            assertResetArrives(connection);
        }
    }

    @Test
    void oneThatThisSideHasMadeIsLeftAloneWhileItIsBusy() throws IOException {
        try (Connection connection = Connection.made()) {
            LateResets resets = guard(connection, BUSY);
            adapt(resets, connection, IDLE);
            adapt(resets, connection, BUSY);
            askAndGo(connection);
            assertThatExceptionOfType(IOException.class).isThrownBy(() -> answer(connection));
        }
    }

    @Test
    void oneThatThisSideHasMadeIsGuardedWhileItIsIdle() throws IOException {
        try (Connection connection = Connection.made()) {
            guard(connection, IDLE);
            askAndGo(connection);
            answer(connection);
        }
    }

    @Test
    void aNewConnectionIsDueAndOneThatIsGoneIsNot() throws IOException {
        try (Connection connection = Connection.accepted()) {
            LateResets resets = guard(connection, BUSY);
            assertThat(resets.isDue(List.of(), BUSY)).isFalse();
            TcpSocket other = new TcpSocket(connection.socket().descriptor(), "another", (byte) 1, 0, 0);
            assertThat(resets.isDue(List.of(connection.socket(), other), BUSY)).isTrue();
            resets.adapt(BUSY); // there is none
            assertThat(resets.isDue(List.of(connection.socket()), BUSY)).isFalse();
        }
    }
}
