// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.jnixl.backend.tck.Await;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import org.junit.jupiter.api.Test;

class TcpSocketTest {
    private static final int BYTES = 1_000;
    private static final int MUCH = 1 << 20;

    @Test
    void isFoundBelowAnEpollDescriptorAmongOthers() throws IOException {
        try (Connection connection = Connection.made();
                Pipe.SourceChannel other = Pipe.open().source()) {
            other.configureBlocking(false).register(connection.selector(), SelectionKey.OP_READ);
            connection.selector().selectNow(); // which hands it to the kernel
            connection.here().write(ByteBuffer.allocate(BYTES));
            Await.until("all to be acknowledged", () -> {
                TcpSocket socket = connection.socket();
                return socket.acknowledged() >= BYTES && socket.tries() == 0;
            });
            TcpSocket socket = connection.socket();
            assertThat(socket).isEqualTo(connection.socket());
            assertThat(TcpSocket.areVisible(connection.epoll())).isTrue();
            assertThat(socket.isConnected()).isTrue();
            assertThat(socket.isSilent()).isFalse();
            assertThat(socket.inode()).isNotEmpty();
            connection.there().write(ByteBuffer.wrap("x".getBytes(US_ASCII)));
            assertThat(connection.socket())
                    .as("what comes says nothing of what goes")
                    .isEqualTo(socket);
        }
    }

    @Test
    void oneThatIsShutDownIsOverAndGivesUpWhatItHad() throws IOException {
        try (Connection connection = Connection.made()) {
            Connection.fill(connection.here());
            connection.socket().shutDown();
            assertThat(connection.selector().select()).isEqualTo(1);
            assertThat(connection.here().read(ByteBuffer.allocate(1))).isEqualTo(-1);
            connection.closeHere(); // as UCX does
            assertThatExceptionOfType(IOException.class)
                    .as("an end in between, and not one as if all were said")
                    .isThrownBy(() -> {
                        while (connection.there().read(ByteBuffer.allocate(MUCH)) >= 0) {}
                    })
                    .withMessageContaining("reset");
        }
    }

    @Test
    void aDescriptorThatIsNoneHasNone() throws IOException {
        assertThat(TcpSocket.below(Integer.MAX_VALUE)).isEmpty();
        assertThat(TcpSocket.areVisible(Integer.MAX_VALUE)).isFalse();
    }
}
