// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.meeting;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The connections that this side opened, one for each endpoint, kept for later calls and made anew when they broke.
 * Thread-safe.
 */
final class Lines {
    /** Opens a connection that is ready. */
    interface Opener {
        Connection open(Endpoint endpoint) throws InterruptedException;
    }

    /** What is done over a connection. */
    interface Call<T> {
        T on(Connection connection) throws InterruptedException;
    }

    private final Opener opener;

    /** Open ones, and those that somebody opens just now. */
    private final Map<Endpoint, CompletableFuture<Connection>> lines = new ConcurrentHashMap<>();

    Lines(Opener opener) {
        this.opener = opener;
    }

    /**
     * Makes the call. Over a connection that turns out broken and was there before, once more over a new one: agents restart,
     * and a call that got no answer may be made again, since loading and forgetting twice is the same as once.
     */
    <T> T call(Endpoint endpoint, Call<T> call) throws InterruptedException {
        while (true) {
            CompletableFuture<Connection> mine = new CompletableFuture<>();
            CompletableFuture<Connection> known = lines.putIfAbsent(endpoint, mine);
            if (known == null) {
                return call.on(open(endpoint, mine));
            }
            Connection connection = openedByOther(known);
            try {
                if (connection != null) {
                    return call.on(connection);
                }
            } catch (NixlException e) {
                if (e.code() != ErrorCode.REMOTE_DISCONNECT) {
                    throw e;
                }
            }
            lines.remove(endpoint, known);
        }
    }

    /** Null when the one who opened it gave up; what else kept it from being opened holds for this caller too. */
    private static @Nullable Connection openedByOther(CompletableFuture<Connection> line) throws InterruptedException {
        try {
            return Waiting.on(line);
        } catch (NixlException e) {
            if (e.code() == ErrorCode.CANCELED) {
                return null;
            }
            throw e;
        }
    }

    private Connection open(Endpoint endpoint, CompletableFuture<Connection> line) throws InterruptedException {
        try {
            Connection connection = opener.open(endpoint);
            line.complete(connection);
            if (connection.isEnded()) {
                lines.remove(endpoint, line); // it ended before it could be found
            }
            return connection;
        } catch (NixlException e) {
            failed(endpoint, line, e);
            throw e;
        } catch (InterruptedException | RuntimeException | Error e) {
            failed(
                    endpoint,
                    line,
                    new NixlException(ErrorCode.CANCELED, "connecting to " + endpoint + " was given up"));
            throw e;
        }
    }

    private void failed(Endpoint endpoint, CompletableFuture<Connection> line, NixlException why) {
        lines.remove(endpoint, line);
        line.completeExceptionally(why);
    }

    /** A connection has ended: it is not found any more. */
    void ended(Endpoint endpoint, Connection connection) {
        CompletableFuture<Connection> line = lines.get(endpoint);
        if (line != null
                && line.isDone()
                && !line.isCompletedExceptionally()
                && line.join().equals(connection)) {
            lines.remove(endpoint, line);
        }
    }
}
