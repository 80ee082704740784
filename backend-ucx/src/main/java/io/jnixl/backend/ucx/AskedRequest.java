// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import org.jspecify.annotations.Nullable;

/**
 * The one request of a worker that is asked whether it has ended, in place of a call from UCX into Java, which costs as much as
 * several such questions: so one post at a time ends sooner, as most do. The requests of others meanwhile call back. Guarded by the
 * worker's ownership.
 */
final class AskedRequest {
    private long request;
    private byte status;
    private @Nullable UcxPost post;

    /** Whether there is none. */
    boolean isFree() {
        return post == null;
    }

    /** Asks for a request that UCX has made without a callback. */
    void ask(long pending, UcxPost whose) {
        request = pending;
        status = UcpStatus.IN_PROGRESS;
        post = whose;
    }

    /** Whether there is one and it has ended. */
    boolean hasEnded() {
        if (post == null) {
            return false;
        }
        if (status == UcpStatus.IN_PROGRESS) {
            status = UcpNative.checkStatus(request);
        }
        return status != UcpStatus.IN_PROGRESS;
    }

    /** Tells its post, which goes on later, when it has ended; to be called before what ended after it is told of. */
    void look() {
        UcxPost ended = takeEnded();
        if (ended != null) {
            ended.ended(status);
        }
    }

    /** Its post goes on at once when it has ended. */
    void advance() {
        UcxPost ended = takeEnded();
        if (ended != null) {
            ended.advance(status);
        }
    }

    /** Its post when it has ended, which has nothing to do with it any more; null until then. */
    private @Nullable UcxPost takeEnded() {
        if (!hasEnded()) {
            return null;
        }
        UcxPost ended = post;
        free();
        return ended;
    }

    /** Whatever UCX still says of it is nobody's, if it is this post's. */
    void forget(UcxPost whose) {
        if (whose.equals(post)) {
            free();
        }
    }

    private void free() {
        UcpNative.requestFree(request);
        post = null;
    }
}
