// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.config;

/**
 * What becomes of a known peer that comes back with other connection information.
 *
 * @since 0.1
 */
public enum Reload {
    /** The newcomer replaces the former incarnation, whose prepared lists and transfers turn stale. */
    REPLACE,
    /** The newcomer is refused with {@link io.jnixl.api.ErrorCode#NOT_ALLOWED}. */
    REJECT
}
