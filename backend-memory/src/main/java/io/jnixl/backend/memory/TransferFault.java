// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.memory;

import io.jnixl.api.Status;
import org.jspecify.annotations.Nullable;

/** Why a post failed, on its way from where it was noticed to the completion sink. */
final class TransferFault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Status status;
    private final int column;
    private final @Nullable String remedy;

    /** A fault of one descriptor, or of none when {@code column} is -1. */
    TransferFault(Status status, int column, String message, @Nullable String remedy) {
        super(message, null, false, false);
        this.status = status;
        this.column = column;
        this.remedy = remedy;
    }

    Status status() {
        return status;
    }

    int column() {
        return column;
    }

    String message() {
        return String.valueOf(getMessage());
    }

    @Nullable
    String remedy() {
        return remedy;
    }
}
