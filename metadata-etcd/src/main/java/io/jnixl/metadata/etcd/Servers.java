// SPDX-License-Identifier: Apache-2.0
package io.jnixl.metadata.etcd;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.WatchCreateRequest.FilterType;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The servers of one etcd, one of which is asked until it fails; then the next. All requests may be repeated without harm.
 * Thread-safe.
 */
final class Servers {
    /** The most bytes of an answer, and of what is published: far above what any etcd is set up for. */
    static final int LARGEST = 64 << 20;

    private static final Duration PAUSE = Duration.ofMillis(100);

    private final List<Server> all = new ArrayList<>();
    private volatile int current;
    private volatile boolean closed;

    Servers(Access access) {
        try {
            access.endpoints().forEach(endpoint -> all.add(new Server(endpoint, access, LARGEST)));
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /**
     * Asks until there is an answer.
     *
     * @param what in a message: {@code publishing metadata}
     * @throws NixlException for what another attempt would not change, for what still fails at the deadline, and when the
     *     thread is interrupted
     */
    <T> T call(String what, Deadline deadline, Function<Channel, T> request) {
        StatusRuntimeException before = null;
        while (true) {
            int index = current;
            Server server = all.get(index);
            try {
                return request.apply(server.forRequests(deadline.left()));
            } catch (StatusRuntimeException e) {
                StatusRuntimeException telling = moreTelling(e, before);
                checkGivenUp();
                if (!isPassing(e.getStatus(), index) || deadline.isOver()) {
                    throw Failures.of(what, server.name(), telling);
                }
                before = telling;
            }
            deadline.pause(PAUSE);
        }
    }

    /** That the last attempt was cut short says less than why those before it failed. */
    private static StatusRuntimeException moreTelling(
            StatusRuntimeException now, @Nullable StatusRuntimeException before) {
        return before != null && now.getStatus().getCode() == Status.Code.DEADLINE_EXCEEDED ? before : now;
    }

    private void checkGivenUp() {
        if (Thread.currentThread().isInterrupted()) {
            throw Deadline.interrupted();
        }
        if (closed) {
            throw new NixlException(ErrorCode.CANCELED, "exchange etcd is closed");
        }
    }

    /** Whether another attempt may do better; prepares for it. */
    private boolean isPassing(Status status, int index) {
        if (isStaleToken(status)) {
            all.get(index).forgetToken();
            return true;
        }
        boolean passing = switch (status.getCode()) {
            case UNAVAILABLE, DEADLINE_EXCEEDED -> true;
            case UNKNOWN -> status.getCause() instanceof IOException; // a channel that closed as the call went into it
            default -> false;
        };
        if (passing) {
            current = (index + 1) % all.size();
        }
        return passing;
    }

    private static boolean isStaleToken(Status status) {
        String text = String.valueOf(status.getDescription());
        return text.contains("invalid auth token") || text.contains("auth store is old");
    }

    /**
     * Waits for the first event at a key.
     *
     * @param from the first revision that counts
     * @param without what is no event
     * @return false at the deadline
     * @throws StatusRuntimeException when the watch broke; whoever waits reads again then, and after a while watches again
     */
    boolean awaitEvent(ByteString key, long from, FilterType without, Deadline deadline) {
        checkGivenUp();
        int index = current;
        Server server = all.get(index);
        try (KeyWatch watch = KeyWatch.start(server.forWatch(), key, from, without)) {
            return watch.await(deadline);
        } catch (StatusRuntimeException e) {
            checkGivenUp();
            server.forgetToken(); // a watch is refused with words that differ between versions of etcd
            isPassing(e.getStatus(), index);
            throw e;
        }
    }

    /** Ends all requests and watches. */
    void close() {
        closed = true;
        all.forEach(Server::close);
    }
}
