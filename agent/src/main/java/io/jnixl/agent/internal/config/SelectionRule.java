// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.config;

import io.jnixl.api.MemoryKind;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One {@code [[selection]]} of the settings file: which backends to try, in order, for transfers that it matches.
 * Immutable.
 *
 * @param local the local memory kind it asks for; null: any
 * @param remote the far side's memory kind; null: any
 * @param peer the peer's name, where {@code *} stands for any text and {@code ?} for one character; null: any
 * @param use names of backends, best first; at least one
 * @param origin where it stands
 * @since 0.1
 */
public record SelectionRule(
        @Nullable MemoryKind local,
        @Nullable MemoryKind remote,
        @Nullable String peer,
        List<String> use,
        String origin) {

    /** Checks that it names a backend, and copies. */
    public SelectionRule {
        use = List.copyOf(use);
        Objects.requireNonNull(origin, "origin");
        if (use.isEmpty()) {
            throw new IllegalArgumentException("use must name a backend");
        }
    }

    /** Whether it speaks of transfers between these kinds with this peer. */
    public boolean matches(MemoryKind localKind, MemoryKind remoteKind, String peerName) {
        return (local == null || local == localKind)
                && (remote == null || remote == remoteKind)
                && (peer == null
                        || glob(
                                peer.codePoints().toArray(),
                                peerName.codePoints().toArray()));
    }

    /**
     * Whether a pattern covers all of a text. Goes back to the last star only, so that no pattern takes more than
     * {@code pattern.length * text.length} steps.
     */
    private static boolean glob(int[] pattern, int[] text) {
        int p = 0;
        int t = 0;
        int star = -1;
        int resume = 0;
        while (t < text.length) {
            if (p < pattern.length && pattern[p] == '*') {
                star = p++;
                resume = t;
            } else if (p < pattern.length && (pattern[p] == '?' || pattern[p] == text[t])) {
                p++;
                t++;
            } else if (star >= 0) {
                p = star + 1;
                t = ++resume;
            } else {
                return false;
            }
        }
        while (p < pattern.length && pattern[p] == '*') {
            p++;
        }
        return p == pattern.length;
    }
}
