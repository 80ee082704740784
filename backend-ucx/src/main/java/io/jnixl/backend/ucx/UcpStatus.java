// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import io.jnixl.api.Status;

/** The numbers of {@code ucs/type/status.h}, and what they mean to an agent (native NIXL's mapping). */
final class UcpStatus {
    static final byte OK = 0;
    static final byte IN_PROGRESS = 1;
    static final byte NO_RESOURCE = -2;
    static final byte INVALID_PARAM = -5;
    static final byte NO_ELEM = -12;
    static final byte BUSY = -15;
    static final byte CANCELED = -16;
    static final byte NOT_CONNECTED = -24;
    static final byte CONNECTION_RESET = -25;
    static final byte ENDPOINT_TIMEOUT = -80;

    private static final long LAST = -100;

    private UcpStatus() {}

    /** Whether what an {@code _nbx} function answered is an error and not a request. */
    static boolean isError(long answer) {
        return answer < 0 && answer >= LAST;
    }

    static Status of(byte status) {
        return switch (status) {
            case OK -> Status.SUCCESS;
            case NOT_CONNECTED, CONNECTION_RESET, ENDPOINT_TIMEOUT, CANCELED -> Status.REMOTE_DISCONNECT;
            case INVALID_PARAM -> Status.INVALID_PARAM;
            default -> Status.BACKEND;
        };
    }

    /** Such as {@code UCX -25 (Connection reset by remote peer)}. */
    static String text(byte status) {
        return "UCX " + status + " (" + UcpNative.statusString(status) + ")";
    }
}
