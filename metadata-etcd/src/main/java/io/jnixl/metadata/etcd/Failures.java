// SPDX-License-Identifier: Apache-2.0
package io.jnixl.metadata.etcd;

import io.grpc.Status;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import java.util.Locale;

/** What etcd and gRPC say, in our words: with what was tried, where, and what to do. */
final class Failures {
    private static final int LONGEST = 300;

    private Failures() {}

    /** An error for what has failed for good, or for too long. */
    static NixlException of(String what, String endpoint, Throwable error) {
        Status status = Status.fromThrowable(error);
        boolean late = status.getCode() == Status.Code.DEADLINE_EXCEEDED;
        return NixlException.of(
                        late ? ErrorCode.TIMED_OUT : ErrorCode.BACKEND,
                        what + " failed at etcd " + endpoint + ": " + said(status))
                .remedy(remedy(status))
                .cause(error)
                .build();
    }

    /** What was said, on one line; with the reason below it, which says more than {@code io exception}. */
    static String said(Status status) {
        StringBuilder text = new StringBuilder(status.getCode().name());
        if (status.getDescription() != null) {
            text.append(": ").append(status.getDescription());
        }
        Throwable cause = status.getCause();
        for (int depth = 0; cause != null && cause.getCause() != null && depth < 10; depth++) {
            cause = cause.getCause();
        }
        if (cause != null) {
            text.append(" (").append(cause).append(')');
        }
        return shown(text.toString());
    }

    private static String remedy(Status status) {
        String text = String.valueOf(status.getDescription()).toLowerCase(Locale.ROOT);
        if (isTooLarge(text)) {
            return "start etcd with a larger --max-request-bytes (1.5 MiB unless given), or publish less by"
                    + " partialMetadata";
        }
        if (text.contains("space exceeded")) {
            return "compact and defragment etcd, then disarm its alarm: etcdctl alarm disarm";
        }
        return switch (status.getCode()) {
            case PERMISSION_DENIED, UNAUTHENTICATED, INVALID_ARGUMENT ->
                "see exchanges.etcd.user and password, and whether that user may read and write below the namespace";
            case UNAVAILABLE, DEADLINE_EXCEEDED -> "see that etcd runs there, and exchanges.etcd.endpoints";
            default -> "see the log of etcd";
        };
    }

    /** By etcd itself, by its gRPC, and by ours. */
    private static boolean isTooLarge(String text) {
        return text.contains("too large") || text.contains("larger than max") || text.contains("exceeds maximum size");
    }

    /** Foreign text on one line, printable, bounded. */
    static String shown(String foreign) {
        StringBuilder shown = new StringBuilder();
        foreign.codePoints().limit(LONGEST).forEach(c -> shown.appendCodePoint(isPlain(c) ? c : ' '));
        return foreign.length() > LONGEST ? shown.append("...").toString() : shown.toString();
    }

    private static boolean isPlain(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }
}
