// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
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

/** Two sockets of Java's. For one of them a selector waits, by an epoll descriptor of its own, as UCX's workers do for theirs. */
final class Connection implements AutoCloseable {
    private static final InetSocketAddress ANY = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final int MUCH = 1 << 20;

    private final ServerSocketChannel server;
    private final Selector selector;
    private final SocketChannel here;
    private final SocketChannel there;
    private final SelectionKey key;
    private final int epoll;

    private Connection(ServerSocketChannel server, SocketChannel here, SocketChannel there) throws IOException {
        this.server = server;
        this.here = here;
        this.there = there;
        Set<Integer> before = epolls();
        this.selector = Selector.open();
        this.epoll = only(before);
        this.key = here.configureBlocking(false).register(selector, SelectionKey.OP_READ);
        selector.selectNow(); // which hands it to the kernel
    }

    /** One that this side has made. */
    @SuppressWarnings("MustBeClosedChecker")
    static Connection made() throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open().bind(ANY);
        SocketChannel here = SocketChannel.open(server.getLocalAddress());
        return new Connection(server, here, server.accept());
    }

    /** One that this side has accepted. */
    static Connection accepted() throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open().bind(ANY);
        SocketChannel there = SocketChannel.open(server.getLocalAddress());
        return new Connection(server, server.accept(), there);
    }

    /** This side's, not blocking. */
    SocketChannel here() {
        return here;
    }

    SocketChannel there() {
        return there;
    }

    Selector selector() {
        return selector;
    }

    int epoll() {
        return epoll;
    }

    /** The one socket of this side, as it is now. */
    TcpSocket socket() {
        try {
            List<TcpSocket> all = TcpSocket.below(epoll);
            assertThat(all).hasSize(1);
            return all.getFirst();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Writes until nothing more gets there. */
    static void fill(SocketChannel from) throws IOException {
        from.configureBlocking(false);
        while (from.write(ByteBuffer.allocate(MUCH)) > 0) {}
    }

    /** Closes this side at once, and not at the next select. */
    void closeHere() throws IOException {
        key.cancel();
        selector.selectNow();
        here.close();
    }

    @Override
    public void close() throws IOException {
        selector.close();
        here.close();
        there.close();
        server.close();
    }

    private static int only(Set<Integer> before) throws IOException {
        Set<Integer> added = new HashSet<>(epolls());
        added.removeAll(before);
        assertThat(added).hasSize(1);
        return added.iterator().next();
    }

    /** The epoll sets of this process. */
    private static Set<Integer> epolls() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.filter(Connection::isEpoll)
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
}
