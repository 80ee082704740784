// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.meeting;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.Listener;
import io.jnixl.api.NixlException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Comparator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** An agent's connections to others: those that come in where it listens, and those that it opens. Thread-safe. */
public final class Door {
    private static final System.Logger LOG = System.getLogger("io.jnixl.agent");

    /** Time for one who was sent away to leave. */
    private static final long ROOM_MILLIS = 200;

    private final Terms terms;
    private final int most;
    private final Semaphore places;
    private final Dialer dialer;
    private final Lines lines = new Lines(this::open);
    private final Set<Acceptor> acceptors = ConcurrentHashMap.newKeySet();
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /**
     * Neither listens nor connects yet.
     *
     * @param allowed what others may do
     * @param secret what others must know, and this side proves that it knows; empty: none
     * @param most connections that others may have here at once
     */
    public Door(
            String agentName, Household household, Set<Permission> allowed, String secret, int most, Limits limits) {
        this(
                new Terms(
                        agentName,
                        household,
                        Set.copyOf(allowed),
                        secret.isEmpty() ? null : new Secret(secret),
                        limits,
                        Budget.ofHeap(),
                        new Complaints(agentName)),
                most);
    }

    Door(Terms terms, int most) {
        this.terms = terms;
        this.most = most;
        this.places = new Semaphore(most);
        this.dialer = new Dialer(terms.limits().connect());
    }

    Terms terms() {
        return terms;
    }

    // ---- those who come

    /**
     * Listens there.
     *
     * @throws NixlException as {@code Agent.listen} says
     */
    public Listener listen(String host, int port) {
        ServerSocket socket = Binding.bind(host, port);
        Acceptor acceptor = new Acceptor(this, socket, acceptors::remove);
        acceptors.add(acceptor);
        acceptor.start();
        if (closed) {
            acceptor.close();
            throw new NixlException(ErrorCode.INVALID_PARAM, "agent " + terms.agentName() + " is closed");
        }
        LOG.log(System.Logger.Level.INFO, () -> welcome(acceptor));
        return acceptor;
    }

    private String welcome(Acceptor acceptor) {
        InetAddress address = acceptor.address().getAddress();
        String text = "agent " + terms.agentName() + " listens for metadata at " + address.getHostAddress() + ", port "
                + acceptor.port();
        if (address.isLoopbackAddress()) {
            return text + "; this host's processes alone can connect, others with agent.listen_address = 0.0.0.0";
        }
        return terms.secret() != null
                ? text + "; who connects must know agent.listen_secret"
                : text + "; whoever can connect may " + words() + " without a secret (agent.listen_secret)";
    }

    private String words() {
        return terms.allowed().isEmpty()
                ? "do nothing"
                : terms.allowed().stream().sorted().map(Permission::word).collect(Collectors.joining(", "));
    }

    /** Takes it in, or closes it at once when there are too many. */
    void accepted(Socket socket, Acceptor acceptor) throws IOException {
        if (!takePlace()) {
            terms.complaints()
                    .warn(
                            "full",
                            socket.getInetAddress().getHostAddress(),
                            "is turned away: there are " + most + " connections (agent.listen_connections)");
            socket.close();
            return;
        }
        Connection connection;
        try {
            Dialer.prepare(socket);
            connection = new Connection(socket, terms, Gate.ofListener(terms.secret()), new Visitor(acceptor));
        } catch (IOException | RuntimeException e) {
            places.release();
            socket.close();
            throw e;
        }
        acceptor.add(connection);
        start(connection);
    }

    /** When all are taken, the one who has been silent for longest has to go, if that is long. */
    private boolean takePlace() {
        if (places.tryAcquire()) {
            return true;
        }
        long enough = terms.limits().stall().toNanos();
        Connection silent = acceptors.stream()
                .flatMap(Acceptor::visitors)
                .filter(visitor -> !visitor.isEnded() && visitor.silentNanos() > enough)
                .max(Comparator.comparingLong(Connection::silentNanos))
                .orElse(null);
        if (silent == null) {
            return false;
        }
        silent.end(Ending.broken("others want its place, and it says nothing"));
        try {
            return places.tryAcquire(ROOM_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Keeps a connection that came in: a place is taken until its threads are gone. */
    private final class Visitor implements Connection.Keeper {
        private final Acceptor acceptor;

        Visitor(Acceptor acceptor) {
            this.acceptor = acceptor;
        }

        @Override
        public void ended(Connection connection) {
            acceptor.remove(connection);
        }

        @Override
        public void gone(Connection connection) {
            places.release();
            connections.remove(connection);
        }
    }

    // ---- those who are visited

    /** The metadata of who listens there; empty when it has none for others. Blocks; an interrupt ends the wait. */
    public byte[] fetch(Endpoint endpoint) throws InterruptedException {
        return lines.call(endpoint, Connection::fetch);
    }

    /** Says this to who listens there. Blocks until it is handed to the system; an interrupt ends the wait. */
    public void say(Endpoint endpoint, Command command) throws InterruptedException {
        lines.call(endpoint, connection -> {
            connection.say(command);
            return true;
        });
    }

    private Connection open(Endpoint endpoint) throws InterruptedException {
        Socket socket = dialer.dial(endpoint);
        Connection connection = new Connection(socket, terms, Gate.ofContact(terms.secret()), new Visited(endpoint));
        start(connection);
        try {
            connection.awaitReady();
        } catch (InterruptedException e) {
            connection.end(Ending.broken("nobody waits for the connection any more"));
            throw e;
        }
        return connection;
    }

    /** Keeps a connection that this side opened. */
    private final class Visited implements Connection.Keeper {
        private final Endpoint endpoint;

        Visited(Endpoint endpoint) {
            this.endpoint = endpoint;
        }

        @Override
        public void ended(Connection connection) {
            lines.ended(endpoint, connection);
        }

        @Override
        public void gone(Connection connection) {
            connections.remove(connection);
        }
    }

    private void start(Connection connection) {
        connections.add(connection);
        connection.start();
        if (closed) {
            connection.end(closing());
        }
    }

    /** Connections there are now, whoever opened them. */
    int connections() {
        return connections.size();
    }

    // ---- the end

    private Ending closing() {
        return new Ending(ErrorCode.CANCELED, "agent " + terms.agentName() + " is closed", null);
    }

    /** Lets nobody in any more, and ends the connections of those who came. */
    public void closeListeners() {
        closed = true;
        acceptors.forEach(Acceptor::close);
    }

    /** Ends all connections, and waits for their threads until this time. */
    public void close(long deadlineNanoTime) {
        closeListeners();
        connections.forEach(connection -> connection.end(closing()));
        try {
            for (Acceptor acceptor : acceptors) {
                tellIfNot(acceptor.awaitThread(deadlineNanoTime), acceptor);
            }
            for (Connection connection : connections) {
                tellIfNot(connection.awaitThreads(deadlineNanoTime), connection);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the threads end without being waited for
        }
    }

    private void tellIfNot(boolean ended, Object whose) {
        if (!ended) {
            LOG.log(System.Logger.Level.WARNING, "agent {0}: a thread of {1} still runs", terms.agentName(), whose);
        }
    }
}
