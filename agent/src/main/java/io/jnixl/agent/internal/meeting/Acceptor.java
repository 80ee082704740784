// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.meeting;

import io.jnixl.api.Listener;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** A listening socket, and the connections that came in by it. */
final class Acceptor implements Listener {
    private static final System.Logger LOG = System.getLogger("io.jnixl.agent");

    /** Between attempts when the system gives no socket: it may have no descriptors left. */
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Door door;
    private final ServerSocket socket;
    private final InetSocketAddress address;
    private final Consumer<Acceptor> whenGone;
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final CountDownLatch thread = new CountDownLatch(1);
    private volatile boolean closed;

    /**
     * Over a bound socket, which it owns from now on; call {@link #start()} next.
     *
     * @param whenGone told once, when it is closed and its thread ends
     */
    Acceptor(Door door, ServerSocket socket, Consumer<Acceptor> whenGone) {
        this.door = door;
        this.socket = socket;
        this.address = (InetSocketAddress) socket.getLocalSocketAddress();
        this.whenGone = whenGone;
    }

    void start() {
        Thread.ofVirtual()
                .name("jnixl-listener-" + door.terms().agentName() + "-" + address.getPort())
                .start(this::run);
    }

    private void run() {
        try {
            while (!closed) {
                accept();
            }
        } finally {
            whenGone.accept(this);
            thread.countDown();
        }
    }

    private void accept() {
        Socket accepted;
        try {
            accepted = socket.accept();
        } catch (IOException | Error e) {
            if (!closed) {
                complain(e);
                LockSupport.parkNanos(PAUSE_NANOS);
            }
            return;
        }
        try {
            door.accepted(accepted, this);
        } catch (IOException | RuntimeException | Error e) {
            Connection.closeQuietly(accepted);
            complain(e); // that one is gone; others come
        }
    }

    private void complain(Throwable why) {
        door.terms().complaints().warn("accept", toString(), "cannot take a connection: " + why);
    }

    /** One more; it is ended with this. */
    void add(Connection connection) {
        connections.add(connection);
        if (closed) {
            connection.end(closing());
        }
    }

    /** Those that came in by it and are here. */
    Stream<Connection> visitors() {
        return connections.stream();
    }

    void remove(Connection connection) {
        connections.remove(connection);
    }

    private Ending closing() {
        return Ending.broken("the listener at " + address + " was closed");
    }

    @Override
    public InetSocketAddress address() {
        return address;
    }

    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        try {
            socket.close();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "closing " + this + " failed", e);
        }
        connections.forEach(connection -> connection.end(closing()));
    }

    boolean awaitThread(long deadlineNanoTime) throws InterruptedException {
        return thread.await(deadlineNanoTime - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    @Override
    public String toString() {
        return "listener at " + address;
    }
}
