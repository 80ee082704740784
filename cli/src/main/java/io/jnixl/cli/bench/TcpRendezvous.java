// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.bench;

import io.jnixl.cli.run.Console;
import io.jnixl.cli.run.RunFailure;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Two processes at one address: who can bind it waits, the other connects. */
final class TcpRendezvous {
    private static final int TRY_MILLIS = 2000;
    private static final long PAUSE_NANOS = 100_000_000;

    private final InetSocketAddress address;
    private final Meeting.Self self;
    private final Console console;
    private final Duration limit;

    TcpRendezvous(String host, int port, Meeting.Self self, Console console, Duration limit) {
        address = new InetSocketAddress(host, port);
        if (address.isUnresolved()) {
            throw RunFailure.error("--asio_address " + host + " is no address, and no name that is known here");
        }
        this.self = self;
        this.console = console;
        this.limit = limit;
    }

    /** Waits for the partner. */
    Meeting meet() {
        try (Door door = Door.open(address, console)) {
            console.say("waits at " + address + " for the other process");
            return door.await(self, limit, () -> {});
        } catch (BindException _) {
            return connect();
        } catch (IOException e) {
            throw RunFailure.of(e);
        }
    }

    /** As the one who knows that the other waits, or soon will. */
    Meeting connect() {
        long deadline = System.nanoTime() + limit.toNanos();
        IOException last;
        do {
            try {
                return join();
            } catch (IOException e) {
                last = e;
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        } while (System.nanoTime() - deadline < 0 && !Thread.currentThread().isInterrupted());
        throw RunFailure.noPartner(
                "no partner at " + address + " within " + limit.toSeconds() + " s: " + last.getMessage());
    }

    private Meeting join() throws IOException {
        Socket socket = new Socket();
        try {
            socket.connect(address, TRY_MILLIS);
            Link link = Link.over(socket, limit);
            return Meeting.join(link, self, limit);
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }
}
