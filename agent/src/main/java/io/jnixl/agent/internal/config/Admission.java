// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.config;

/**
 * What a post does when the limits of transfers or bytes in flight are reached.
 *
 * @since 0.1
 */
public enum Admission {
    /** It waits for room. */
    WAIT,
    /** It is answered with {@link io.jnixl.api.Status#NOT_ALLOWED} at once. */
    REJECT
}
