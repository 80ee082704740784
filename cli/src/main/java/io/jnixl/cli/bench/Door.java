// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.bench;

import io.jnixl.cli.run.Console;
import io.jnixl.cli.run.RunFailure;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;

/** Where the one who came first waits for the other. Whoever else connects is turned away. */
final class Door implements AutoCloseable {
    private static final int LOOK_MILLIS = 100;
    private static final Duration GREETING = Duration.ofSeconds(5);
    private static final int MOST_STRANGERS = 1000;

    private final ServerSocket server;
    private final Console console;

    private Door(ServerSocket server, Console console) {
        this.server = server;
        this.console = console;
    }

    /**
     * Opens one.
     *
     * @throws IOException when the address is taken, or not this host's
     */
    static Door open(InetSocketAddress address, Console console) throws IOException {
        ServerSocket server = new ServerSocket();
        try {
            server.bind(address);
            server.setSoTimeout(LOOK_MILLIS);
            return new Door(server, console);
        } catch (IOException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    int port() {
        return server.getLocalPort();
    }

    /**
     * Waits for the partner.
     *
     * @param look called a few times a second; throws when waiting is no use any more
     */
    Meeting await(Meeting.Self self, Duration limit, Runnable look) {
        long deadline = System.nanoTime() + limit.toNanos();
        int strangers = 0;
        while (System.nanoTime() - deadline < 0 && strangers < MOST_STRANGERS) {
            look.run();
            try (Taken taken = new Taken(server.accept())) {
                Link link = Link.over(taken.socket, GREETING);
                Meeting meeting = Meeting.welcome(link, self, GREETING);
                taken.kept = true;
                return meeting;
            } catch (SocketTimeoutException e) {
                strangers += 0; // nobody yet, or one who said nothing
            } catch (IOException e) {
                strangers++;
                console.complain("someone connected who is not the partner: " + e.getMessage());
            }
        }
        throw RunFailure.noPartner(
                "no partner came to " + server.getLocalSocketAddress() + " within " + limit.toSeconds() + " s");
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException _) {
            // nobody waits any more in any case
        }
    }

    /** A connection, closed unless it is kept. */
    private static final class Taken implements AutoCloseable {
        private final Socket socket;
        private boolean kept;

        Taken(Socket socket) {
            this.socket = socket;
        }

        @Override
        public void close() throws IOException {
            if (!kept) {
                socket.close();
            }
        }
    }
}
