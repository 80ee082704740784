// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

/** The kernel's no to a ring or a context: why, and what to do about it. */
final class Refusal extends Exception {
    private static final long serialVersionUID = 1L;

    private final String remedy;

    Refusal(String reason, String remedy) {
        super(reason, null, false, false);
        this.remedy = remedy;
    }

    String reason() {
        return String.valueOf(getMessage());
    }

    String remedy() {
        return remedy;
    }
}
