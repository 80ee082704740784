// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.discovery;

import io.jnixl.agent.internal.config.Shown;

/**
 * What foreign code threw, in words fit for a message.
 *
 * @since 0.1
 */
public final class Thrown {
    private Thrown() {}

    /** Type and message. */
    public static String described(Throwable thrown) {
        String message = message(thrown);
        String type = Shown.text(thrown.getClass().getName());
        return message.isEmpty() ? type : type + ": " + message;
    }

    /** The message, which foreign code may fail to give. */
    static String message(Throwable thrown) {
        try {
            String message = thrown.getMessage();
            return message == null ? "" : Shown.text(message);
        } catch (Throwable e) {
            Fatal.rethrow(e);
            return "";
        }
    }
}
