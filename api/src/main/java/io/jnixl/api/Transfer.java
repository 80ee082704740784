// SPDX-License-Identifier: Apache-2.0
package io.jnixl.api;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * A movement of bytes that is prepared once and posted as often as one likes, each time with other descriptors if need be.
 *
 * <p>Thread-safe: one post runs at a time, and a second one, or a {@link #select}, during it is refused, not queued.
 * {@code select}, {@code post}, {@code poll} and {@code await} allocate nothing, look nothing up, take no lock that other
 * transfers share, and report by {@link Status}.
 *
 * <p>While a post is {@link Status#IN_PROGRESS} the memory belongs to the backend. After a cancel or a missed deadline the
 * status is final at once, but the memory stays with the backend until the future of {@link #cancel()} is done; until then
 * posting again is refused with {@link Status#REPOST_ACTIVE} and the registrations stay held.
 *
 * <p>A notification reaches the target after all of the transfer's bytes have landed. Nothing else is ordered: neither
 * transfers nor the descriptors within one.
 *
 * @since 0.1
 */
public interface Transfer extends AutoCloseable {

    /** A name for messages: given at creation, or made up. */
    String label();

    /** Which way the bytes go. */
    Operation operation();

    /** The peer on the far side. */
    Peer peer();

    /** The backend that moves the bytes; chosen at creation, for good. */
    String backend();

    /**
     * Aims at other descriptors: pair <i>i</i> is entry {@code local[i]} of the prepared local list and {@code remote[i]}
     * of the remote one. Neighbours that lie side by side in both memories are merged. The arrays are read during the call
     * only.
     *
     * @param n number of pairs, from the start of both arrays
     * @throws NixlException with {@link ErrorCode#INVALID_PARAM} for an index, a count or a pair of lengths that does not
     *     fit (naming it; nothing is selected then), or more pairs than the capacity; {@link ErrorCode#REPOST_ACTIVE}
     *     while a post runs; {@link ErrorCode#NOT_ALLOWED} for a transfer made without prepared lists
     */
    void select(int[] local, int[] remote, int n);

    /**
     * Starts moving. Returns when the backend has accepted, which may be after the bytes have moved.
     *
     * <p>Blocks only while the agent's limits on transfers in flight are reached and {@code agent.admission} is
     * {@code wait}; from a completion callback it never blocks. Of files that are not open with DIRECT the POSIX backend may
     * write up to 1 MiB within the call, which lasts milliseconds when the system makes writers pause; with its option
     * {@code completion = thread} it does not.
     *
     * @return {@link Status#IN_PROGRESS} or {@link Status#SUCCESS}; {@link Status#REPOST_ACTIVE} while a former post runs,
     *     {@link Status#NOT_FOUND} when the peer or a registration is gone, {@link Status#INVALID_PARAM} when nothing is
     *     selected, {@link Status#NOT_ALLOWED} when the agent's limits are reached, or what the backend answered.
     *     {@link #failure()} says more
     * @throws NixlException with {@link ErrorCode#INVALID_PARAM} when the transfer is closed
     */
    Status post();

    /**
     * As {@link #post()}, with this notification, which also replaces the one given before.
     *
     * @param notification text, sent as UTF-8; copied during the call, without allocation once the buffer is large enough
     */
    Status post(CharSequence notification);

    /** As {@link #post(CharSequence)}, with opaque bytes; empty is a legal notification. */
    Status post(byte[] notification);

    /** As {@link #post(CharSequence)}, with a part of an array. */
    Status post(byte[] notification, int offset, int length);

    /** Later posts carry no notification; refused while a post runs. */
    void clearNotification();

    /** The status now; lets the backend make progress. */
    Status poll();

    /**
     * Waits until the status is final; needs a deadline or the backend's word to end. An interrupt ends the wait early: the
     * answer is then {@link Status#IN_PROGRESS} and the thread stays interrupted. Made for virtual threads too.
     */
    Status await();

    /** As {@link #await()}, at most this long; {@link Status#IN_PROGRESS} when the time is over, and the transfer goes on. */
    Status await(Duration timeout);

    /**
     * A future of the present post's final status, or of the last one's: completed with a status also where that is an
     * error, never exceptionally. One per post, made when first asked for. Dependent actions run on the thread that
     * completes, and must not block.
     */
    CompletableFuture<Status> completion();

    /**
     * Gives up the present post, if one runs: the status is {@link Status#CANCELED} at once. Bytes may still move until the
     * future is done.
     *
     * @return done when nothing on this side touches the memory any more; at once when nothing ran
     */
    CompletableFuture<Void> cancel();

    /**
     * How long a post of what is selected now would take, as the backend reckons; nothing moves. A figure for comparing
     * ways and sizes, not a promise: what else is under way does not count. Allocates, and may wait for a backend that is
     * busy.
     *
     * @throws NixlException with {@link ErrorCode#NOT_SUPPORTED} when the backend cannot say,
     *     {@link ErrorCode#REPOST_ACTIVE} while a post runs, {@link ErrorCode#NOT_FOUND} when the peer or a registration is
     *     gone, {@link ErrorCode#INVALID_PARAM} when nothing is selected or the transfer is closed,
     *     {@link ErrorCode#BACKEND} when the backend's answer cannot be used
     */
    CostEstimate estimateCost();

    /** What went wrong with the last post; {@link TransferFailure#isFailure()} is false when nothing did. */
    TransferFailure failure();

    /**
     * Times and sizes of the last post.
     *
     * @throws NixlException with {@link ErrorCode#NO_TELEMETRY} when built without statistics, {@link ErrorCode#NOT_POSTED}
     *     before the first post
     */
    TransferStatistics statistics();

    /** Number of pairs selected now, before merging. */
    int selected();

    /**
     * Cancels what runs, waits until the memory is quiet, and frees what the transfer holds; idempotent.
     *
     * @throws NixlException with {@link ErrorCode#TIMED_OUT} when the backend keeps the memory longer than
     *     {@code agent.close_timeout}; the registrations then stay held until it lets go
     */
    @Override
    void close();
}
