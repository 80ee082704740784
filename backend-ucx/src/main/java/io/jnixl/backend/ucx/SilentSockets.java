// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Of one worker, those sockets whose other hosts do not answer, and since when. One thread's.
 *
 * <p>The kernel tries again after ever longer times. So a host that was cut off may be there again for long before it is asked: none is late
 * before it was asked once more after the limit, and has not answered by the look after that.
 */
final class SilentSockets {
    private static final int NONE = -1;

    /**
     * How long one is silent.
     *
     * @param triesAtLimit what they were at the first look after the limit, or {@link #NONE}
     * @param askedAgain whether there was one more by the last look
     */
    private record Silence(TcpSocket socket, long since, int triesAtLimit, boolean askedAgain) {
        static Silence begins(TcpSocket socket, long now) {
            return new Silence(socket, now, NONE, false);
        }

        Silence goesOn(TcpSocket seen, boolean overLimit) {
            if (!overLimit) {
                return new Silence(seen, since, NONE, false);
            }
            if (triesAtLimit == NONE) {
                return new Silence(seen, since, seen.tries(), false);
            }
            return new Silence(seen, since, triesAtLimit, seen.tries() > triesAtLimit);
        }
    }

    private Map<Integer, Silence> byDescriptor = new HashMap<>();

    /**
     * Compares what is seen now with what was seen before; to be asked every second or so.
     *
     * @param now and the limit, in nanoseconds
     * @return those that have not answered for at least as long as the limit, nor when they were asked after it
     */
    List<TcpSocket> look(List<TcpSocket> all, long now, long limit) {
        Map<Integer, Silence> silent = new HashMap<>();
        List<TcpSocket> late = new ArrayList<>();
        for (TcpSocket socket : all) {
            if (socket.isSilent()) {
                Silence before = byDescriptor.get(socket.descriptor());
                Silence after = next(before, socket, now, limit);
                silent.put(socket.descriptor(), after);
                if (before != null && before.askedAgain && after.askedAgain) {
                    late.add(socket);
                }
            }
        }
        byDescriptor = silent;
        return late;
    }

    private static Silence next(@Nullable Silence before, TcpSocket socket, long now, long limit) {
        if (before == null || !socket.isStillAsSilentAs(before.socket)) {
            return Silence.begins(socket, now);
        }
        return before.goesOn(socket, now - before.since >= limit);
    }
}
