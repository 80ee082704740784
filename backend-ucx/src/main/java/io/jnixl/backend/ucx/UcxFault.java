// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import io.jnixl.api.Status;
import org.jspecify.annotations.Nullable;

/** What went wrong with a post, or with one worker's part of it. Guarded by the ownership of the worker that it is of. */
final class UcxFault {
    private int column = -1;
    private byte code;
    private @Nullable Status status;
    private @Nullable String text;

    void clear() {
        column = -1;
        code = UcpStatus.OK;
        status = null;
        text = null;
    }

    /** UCX said so, of a descriptor or, with -1, of all of them. */
    void set(int index, byte nativeCode, String what) {
        column = index;
        code = nativeCode;
        text = what;
    }

    /** How it ends, and why; a reason that is known already stays. */
    void ends(Status how, @Nullable String why) {
        status = how;
        if (text == null) {
            text = why;
        }
    }

    void copy(UcxFault other) {
        column = other.column;
        code = other.code;
        status = other.status;
        text = other.text;
    }

    boolean isNone() {
        return text == null;
    }

    /** Index in the columns, or -1. */
    int column() {
        return column;
    }

    /** A {@code ucs_status_t}; OK when UCX said nothing. */
    byte code() {
        return code;
    }

    /** What the post ends with, once that is known. */
    @Nullable
    Status status() {
        return status;
    }

    @Nullable
    String text() {
        return text;
    }
}
