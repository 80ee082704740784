// SPDX-License-Identifier: Apache-2.0
package io.jnixl.api;

import java.util.List;

/**
 * A descriptor list resolved against registrations: the addresses are checked and the backends that cover all of it are
 * known. Transfers made from it copy what they need and stay valid when it is closed.
 *
 * <p>Thread-safe. Turns stale, never dangling, when its peer is forgotten or replaced, or when a registration it stands on
 * is closed: making a transfer from it is then refused with {@link ErrorCode#NOT_FOUND}.
 *
 * @since 0.1
 */
public interface Prepared extends AutoCloseable {

    /** The list it was made from. */
    DescriptorList list();

    /** The peer whose memory it names; null for the local side. */
    @org.jspecify.annotations.Nullable
    Peer peer();

    /** The backends that cover all of it, in the order of preference. */
    List<String> backends();

    /** False once closed or stale. */
    boolean isUsable();

    /** Frees what it holds; idempotent. */
    @Override
    void close();
}
