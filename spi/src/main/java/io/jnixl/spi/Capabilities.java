// SPDX-License-Identifier: Apache-2.0
package io.jnixl.spi;

/**
 * What a backend can do; constant for its life.
 *
 * @param local transfers within the agent
 * @param remote transfers with other agents; requires notifications
 * @param notifications messages with transfers and without
 * @param maxNotificationBytes the longest message, in bytes; 0 without notifications
 * @since 0.1
 */
public record Capabilities(boolean local, boolean remote, boolean notifications, int maxNotificationBytes) {

    /** Checks that the parts agree. */
    public Capabilities {
        if (!local && !remote) {
            throw new IllegalArgumentException("a backend must be able to do local or remote transfers");
        }
        if (notifications != (maxNotificationBytes > 0)) {
            throw new IllegalArgumentException("maxNotificationBytes is positive exactly with notifications");
        }
    }

    /** A storage backend: transfers within the agent, no notifications. */
    public static Capabilities localOnly() {
        return new Capabilities(true, false, false, 0);
    }

    /** A network backend: everything. */
    public static Capabilities network(int maxNotificationBytes) {
        return new Capabilities(true, true, true, maxNotificationBytes);
    }
}
