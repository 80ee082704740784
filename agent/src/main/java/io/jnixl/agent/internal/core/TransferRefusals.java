// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.api.TransferFailure;
import java.time.Duration;

/** What calls to a transfer throw. What a post answers with a status is told by {@link FailureRecord}. */
final class TransferRefusals {
    private TransferRefusals() {}

    static NixlException notByIndex(TransferImpl transfer) {
        return new NixlException(
                ErrorCode.NOT_ALLOWED,
                transfer.label() + " was made from plain lists; prepare both sides to choose by index");
    }

    static void checkRange(int offset, int length, int size) {
        if ((offset | length) < 0 || length > size - offset) {
            throw new NixlException(
                    ErrorCode.INVALID_PARAM,
                    "offset " + offset + " and length " + length + " do not fit a notification of " + size + " bytes");
        }
    }

    static NixlException busyOrClosed(TransferImpl transfer, String call) {
        return transfer.isClosed()
                ? closed(transfer, call)
                : NixlException.of(ErrorCode.REPOST_ACTIVE, call + " during a post of " + transfer.label())
                        .backend(transfer.backend())
                        .peer(transfer.peer().name())
                        .remedy("await it, or cancel it and join the future")
                        .build();
    }

    static NixlException closed(TransferImpl transfer, String call) {
        return new NixlException(ErrorCode.INVALID_PARAM, call + ": transfer " + transfer.label() + " is closed");
    }

    static NixlException notClosed(TransferImpl transfer, long nanos) {
        return NixlException.of(
                        ErrorCode.TIMED_OUT,
                        transfer.label() + " is not closed: the backend still owns its memory after "
                                + Duration.ofNanos(nanos))
                .backend(transfer.backend())
                .peer(transfer.peer().name())
                .remedy("the registrations stay held; close again later, or forget the peer")
                .build();
    }

    static void checkStatistics(TransferImpl transfer) {
        if (!transfer.plan().statistics()) {
            throw new NixlException(ErrorCode.NO_TELEMETRY, transfer.label() + " was built without statistics(true)");
        }
        if (transfer.state().generation() == 0) {
            throw new NixlException(ErrorCode.NOT_POSTED, transfer.label() + " was never posted");
        }
    }

    /** Why its peer is in doubt, for those who are told so. */
    static NixlException timeout(TransferImpl transfer) {
        TransferFailure found = transfer.failure();
        return NixlException.of(ErrorCode.TIMED_OUT, found.message())
                .backend(found.backend())
                .peer(found.peer())
                .build();
    }
}
