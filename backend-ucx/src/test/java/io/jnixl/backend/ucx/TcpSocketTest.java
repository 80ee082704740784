// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.jnixl.backend.tck.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Sockets of Java's, which a selector waits for by an epoll descriptor of its own. */
class TcpSocketTest {
    private static final InetSocketAddress ANY = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final int BYTES = 1_000;
    private static final int MUCH = 1 << 20;

    /** The epoll sets of this process. */
    private static Set<Integer> epolls() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.filter(TcpSocketTest::isEpoll)
                    .map(path -> Integer.valueOf(path.getFileName().toString()))
                    .collect(Collectors.toSet());
        }
    }

    private static boolean isEpoll(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().contains("eventpoll");
        } catch (IOException e) {
            return false; // closed meanwhile
        }
    }

    @Test
    void isFoundBelowAnEpollDescriptorAmongOthers() throws IOException {
        Set<Integer> before = epolls();
        try (Selector selector = Selector.open();
                ServerSocketChannel server = ServerSocketChannel.open().bind(ANY);
                SocketChannel here = SocketChannel.open(server.getLocalAddress());
                SocketChannel there = server.accept();
                Pipe.SourceChannel other = Pipe.open().source()) {
            int epoll = only(before);
            other.configureBlocking(false).register(selector, SelectionKey.OP_READ);
            here.configureBlocking(false).register(selector, SelectionKey.OP_READ);
            selector.selectNow(); // which hands them to the kernel
            here.write(ByteBuffer.allocate(BYTES));
            Await.until("all to be acknowledged", () -> {
                TcpSocket socket = single(epoll);
                return socket.acknowledged() >= BYTES && socket.tries() == 0;
            });
            TcpSocket socket = single(epoll);
            assertThat(socket).isEqualTo(single(epoll));
            assertThat(TcpSocket.areVisible(epoll)).isTrue();
            assertThat(socket.isSilent()).isFalse();
            assertThat(socket.inode()).isNotEmpty();
            there.write(ByteBuffer.wrap("x".getBytes(US_ASCII)));
            assertThat(single(epoll)).as("what comes says nothing of what goes").isEqualTo(socket);
        }
    }

    @Test
    @SuppressWarnings("try") // closed within, as UCX does
    void oneThatIsShutDownIsOverAndGivesUpWhatItHad() throws IOException {
        Set<Integer> before = epolls();
        try (Selector selector = Selector.open();
                ServerSocketChannel server = ServerSocketChannel.open().bind(ANY);
                SocketChannel here = SocketChannel.open(server.getLocalAddress());
                SocketChannel there = server.accept()) {
            int epoll = only(before);
            SelectionKey key = here.configureBlocking(false).register(selector, SelectionKey.OP_READ);
            selector.selectNow();
            while (here.write(ByteBuffer.allocate(MUCH)) > 0) {} // until nothing more gets there
            single(epoll).shutDown();
            assertThat(selector.select()).isEqualTo(1);
            assertThat(here.read(ByteBuffer.allocate(1))).isEqualTo(-1);
            key.cancel();
            selector.selectNow();
            here.close();
            assertThatExceptionOfType(IOException.class)
                    .as("an end in between, and not one as if all were said")
                    .isThrownBy(() -> {
                        while (there.read(ByteBuffer.allocate(MUCH)) >= 0) {}
                    })
                    .withMessageContaining("reset");
        }
    }

    @Test
    void aDescriptorThatIsNoneHasNone() throws IOException {
        assertThat(TcpSocket.below(Integer.MAX_VALUE)).isEmpty();
        assertThat(TcpSocket.areVisible(Integer.MAX_VALUE)).isFalse();
    }

    private static int only(Set<Integer> before) throws IOException {
        Set<Integer> added = new HashSet<>(epolls());
        added.removeAll(before);
        assertThat(added).hasSize(1);
        return added.iterator().next();
    }

    private static TcpSocket single(int epoll) {
        try {
            List<TcpSocket> all = TcpSocket.below(epoll);
            assertThat(all).hasSize(1);
            return all.getFirst();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
