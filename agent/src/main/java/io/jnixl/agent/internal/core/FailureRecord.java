// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import io.jnixl.api.Status;
import io.jnixl.api.TransferFailure;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a failed post, kept as it came; the text is made when somebody asks. Written before the state changes and
 * read after it was read, which makes it visible.
 */
final class FailureRecord {
    private static final int NONE = 0;
    static final int STALE_PEER = 1;
    static final int REGION_GONE = 2;
    static final int NOTHING_SELECTED = 3;
    static final int LIMIT = 4;
    private static final int MESSAGE_TOO_LONG = 5;
    private static final int THROWN = 6;
    private static final int REPORTED = 7;

    private int kind;
    private int messageLength;
    private int messageLimit;
    private int descriptor = -1;
    private @Nullable Throwable thrown;
    private @Nullable String message;
    private @Nullable String nativeError;
    private @Nullable String remedy;

    void clear() {
        if (kind != NONE) {
            kind = NONE;
            descriptor = -1;
            thrown = null;
            message = null;
            nativeError = null;
            remedy = null;
        }
    }

    Status refused(int why, Status status) {
        kind = why;
        return status;
    }

    /** Whether a message may be as long as it is; else the status that its post ends with. */
    @Nullable
    Status checkMessage(int length, int limit) {
        if (limit > 0 && length <= limit) {
            return null;
        }
        messageLength = length;
        messageLimit = limit;
        return refused(MESSAGE_TOO_LONG, limit == 0 ? Status.BACKEND : Status.INVALID_PARAM);
    }

    void thrown(Throwable e) {
        kind = THROWN;
        thrown = e;
    }

    void reported(String text, int index, @Nullable String nativeText, @Nullable String advice) {
        kind = REPORTED;
        message = text;
        descriptor = index;
        nativeError = nativeText;
        remedy = advice;
    }

    Status protocol(Status reported) {
        reported("the backend reported " + reported + " as the end, which is a defect of the backend", -1, null, null);
        return Status.BACKEND;
    }

    /** What the backend said of a post that it could not begin. */
    String said() {
        return switch (kind) {
            case REPORTED -> String.valueOf(message);
            case THROWN -> "it threw " + thrown;
            default -> "it gave no reason";
        };
    }

    TransferFailure describe(TransferImpl transfer, Aim aim, FaultList faults) {
        Status status = transfer.state().visible();
        if (!status.isError() || status == Status.NOT_POSTED) {
            return new TransferFailure(
                    status,
                    "nothing failed",
                    transfer.backend(),
                    transfer.peer().name(),
                    -1,
                    null,
                    null);
        }
        return new TransferFailure(
                status,
                text(status, transfer, aim),
                transfer.backend(),
                transfer.peer().name(),
                descriptor,
                nativeError,
                advice(status, transfer),
                isGivenUp(status) ? List.of() : faults.list(),
                isGivenUp(status) ? 0 : faults.count());
    }

    /** Then nobody knows how far the other descriptors came. */
    private static boolean isGivenUp(Status status) {
        return status == Status.CANCELED || status == Status.TIMED_OUT;
    }

    private String text(Status status, TransferImpl transfer, Aim aim) {
        if (status == Status.TIMED_OUT && transfer.plan().isWatched()) {
            return transfer.label()
                    + (isStalled(transfer)
                            ? stall(transfer, aim)
                            : " missed its deadline of " + transfer.plan().deadline() / 1_000_000.0 + " ms");
        }
        return switch (kindFor(status, transfer)) {
            case STALE_PEER -> transfer.label() + " was made for " + transfer.peer() + whatIsNow(transfer);
            case REGION_GONE ->
                transfer.label() + " cannot go on: " + transfer.plan().describeUnusable();
            case NOTHING_SELECTED -> transfer.label() + " has no descriptors selected";
            case LIMIT -> "the agent's limit on posts or bytes in flight is reached";
            case MESSAGE_TOO_LONG ->
                messageLimit == 0
                        ? "the backend sends no notifications"
                        : "the notification has " + messageLength + " bytes, more than " + messageLimit;
            case THROWN -> "the backend threw " + thrown + ", which is a defect of the backend";
            case REPORTED -> String.valueOf(message);
            default -> status == Status.CANCELED ? "cancelled" : "the backend gave no more than the status";
        };
    }

    private static boolean isStalled(TransferImpl transfer) {
        return transfer.clock().wasStalled(transfer.state().generation());
    }

    private static String stall(TransferImpl transfer, Aim aim) {
        double millis = transfer.plan().stallTimeout() / 1_000_000.0;
        long moved = transfer.clock().stalledAt();
        return moved >= 0
                ? " stalled: nothing moved for " + millis + " ms, after " + moved + " of " + aim.size()
                : " stalled: " + aim.size() + " took longer than " + millis + " ms, and " + transfer.backend()
                        + " does not tell how many have moved";
    }

    private static String whatIsNow(TransferImpl transfer) {
        return transfer.peer().currentEpoch() < 0
                ? ""
                : "; now there is epoch " + transfer.peer().currentEpoch();
    }

    /** A post that ran when its peer turned stale ended without a word from the backend. */
    private int kindFor(Status status, TransferImpl transfer) {
        boolean lostPeer = status == Status.NOT_FOUND || status == Status.REMOTE_DISCONNECT;
        return kind == NONE && lostPeer && !transfer.peer().isCurrent() ? STALE_PEER : kind;
    }

    private @Nullable String advice(Status status, TransferImpl transfer) {
        if (status == Status.TIMED_OUT && transfer.plan().isWatched()) {
            return "the memory is held until cancel() is done";
        }
        return switch (kindFor(status, transfer)) {
            case STALE_PEER -> "load the peer's metadata and make the transfer anew";
            case REGION_GONE -> "register the memory and make the transfer anew";
            case LIMIT -> "wait for some to end, or raise agent.max_transfers_in_flight or agent.max_bytes_in_flight";
            case MESSAGE_TOO_LONG ->
                messageLimit == 0 ? "ask for notifications when the transfer is made" : "send it shorter";
            default -> remedy;
        };
    }
}
