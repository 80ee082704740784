// SPDX-License-Identifier: Apache-2.0
package io.jnixl.api;

/**
 * A listener's place; close it to hear no more. A call that is under way may still end afterwards. Thread-safe,
 * idempotent.
 *
 * @since 0.1
 */
public interface Subscription extends AutoCloseable {
    @Override
    void close();
}
