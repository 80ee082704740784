// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.plugins;

/**
 * Why a directory, a plugin or a jar is not used. The message is the reason in a user's words.
 *
 * @since 0.1
 */
public final class Refusal extends Exception {
    private static final long serialVersionUID = 1L;

    private final String remedy;

    Refusal(String reason, String remedy) {
        super(reason);
        this.remedy = remedy;
    }

    Refusal(String reason, String remedy, Throwable cause) {
        super(reason, cause);
        this.remedy = remedy;
    }

    /** The reason. */
    public String reason() {
        return String.valueOf(getMessage());
    }

    /** What to do about it. */
    public String remedy() {
        return remedy;
    }
}
