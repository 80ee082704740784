// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import io.jnixl.backend.ucx.SharedSegments.Segment;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.Map;

/**
 * Whether a peer's agent was closed in a process that lives on. UCX does not find that out over shared memory, whose queue takes
 * messages until it is full, and memory without end. But a worker that is destroyed lets go of its queue.
 *
 * <p>Not thread-safe.
 */
final class QueueCheck {
    private final PeerProcess peer;
    private long detached = -1;
    private long checked;
    private boolean blind;

    QueueCheck(PeerProcess peer) {
        this.peer = peer;
        this.blind = !peer.isQueueKnown();
    }

    /**
     * Whether the peer's process has let go of the queue; false where that cannot be seen. It reads the process's mappings only when
     * anybody has let go since they were read last.
     *
     * @param all segments of this host
     * @param now seconds since 1970, from before those were looked at
     */
    boolean isLeft(Map<Long, Segment> all, long now) {
        Segment segment = all.get(peer.queue());
        if (blind || (segment != null && isAsBefore(segment.detached()))) {
            return false;
        }
        detached = segment == null ? -1 : segment.detached();
        checked = now;
        try {
            return !SharedSegments.isAttachedBy(peer.pid(), peer.queue());
        } catch (AccessDeniedException | NoSuchFileException e) {
            blind = true; // another user's, or it has ended, which others notice
            return false;
        } catch (IOException e) {
            detached = -1; // no descriptor left, say: the next look tries again
            return false;
        }
    }

    /** The kernel's time counts whole seconds: within one there may be several, and its clock is read a little late. */
    private boolean isAsBefore(long lastDetached) {
        return lastDetached == detached && lastDetached < checked - 1;
    }
}
