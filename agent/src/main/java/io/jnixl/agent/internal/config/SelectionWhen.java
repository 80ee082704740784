// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.config;

import io.jnixl.api.MemoryKind;
import io.jnixl.api.Operation;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which transfers a selection rule speaks of. Immutable.
 *
 * @param operation which way bytes move; null: either
 * @param local the local memory kind it asks for; null: any
 * @param remote the far side's memory kind; null: any
 * @param peer the peer's name, where {@code *} stands for any text and {@code ?} for one character; null: any
 * @param bytes how many bytes the transfer may move
 * @param descriptors how many descriptors it may have, before neighbours are merged
 * @since 0.1
 */
public record SelectionWhen(
        @Nullable Operation operation,
        @Nullable MemoryKind local,
        @Nullable MemoryKind remote,
        @Nullable String peer,
        Span bytes,
        Span descriptors) {
    /** All transfers. */
    public static final SelectionWhen ALWAYS = new SelectionWhen(null, null, null, null, Span.ALL, Span.ALL);

    /** Checks for null. */
    public SelectionWhen {
        Objects.requireNonNull(bytes, "bytes");
        Objects.requireNonNull(descriptors, "descriptors");
    }

    /** Whether it speaks of such transfers with this peer, of some size at least. */
    public boolean matches(Operation way, MemoryKind localKind, MemoryKind remoteKind, String peerName) {
        return (operation == null || operation == way)
                && (local == null || local == localKind)
                && (remote == null || remote == remoteKind)
                && (peer == null || Glob.matches(peer, peerName));
    }

    /** Whether the size matters to it. */
    public boolean asksForSize() {
        return !bytes.isAll() || !descriptors.isAll();
    }

    /** Whether it speaks of everything that the other speaks of, as far as can be told. */
    public boolean covers(SelectionWhen other) {
        return (operation == null || operation == other.operation)
                && (local == null || local == other.local)
                && (remote == null || remote == other.remote)
                && bytes.covers(other.bytes)
                && descriptors.covers(other.descriptors)
                && (peer == null || Glob.covers(peer, other.peer == null ? "*" : other.peer)); // the dear one last
    }
}
