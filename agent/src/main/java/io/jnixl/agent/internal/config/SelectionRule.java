// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.config;

import java.util.HashSet;
import java.util.List;
import java.util.Objects;

/**
 * One {@code [[selection]]} of the settings file: which backends to try, in which order, for transfers that it matches.
 * Immutable.
 *
 * @param when the transfers it speaks of
 * @param use names of backends, best first; empty: all that run, in the agent's order
 * @param permits which of these may be used
 * @param by what orders those that could do it
 * @param failover whether the next one takes over from one that fails before a byte has moved
 * @param origin where it stands
 * @since 0.1
 */
public record SelectionRule(
        SelectionWhen when, List<String> use, Permits permits, By by, boolean failover, String origin) {

    /**
     * What orders the backends of a rule.
     *
     * @since 0.1
     */
    public enum By {
        /** The order in which they are named, or run. */
        ORDER,
        /** How long each expects the transfer to take, the shortest first. */
        COST,
        /** How fast each was at such transfers, the fastest first; those of which that is not known yet come before. */
        MEASURED
    }

    /**
     * Checks that it says something and can be followed, and copies.
     *
     * @throws IllegalArgumentException when it does not, or cannot
     */
    public SelectionRule {
        Objects.requireNonNull(when, "when");
        Objects.requireNonNull(by, "by");
        Objects.requireNonNull(origin, "origin");
        if (use.isEmpty() && permits.isAll() && by == By.ORDER && !failover) {
            throw new IllegalArgumentException("it says nothing; give it use, allow, deny, by or failover");
        }
        List<String> named = use.isEmpty() ? permits.allow() : use;
        if (!named.isEmpty() && named.stream().noneMatch(permits::has)) {
            throw new IllegalArgumentException("it leaves no backend: all that it names are denied or not allowed");
        }
        if (failover && new HashSet<>(use).size() < use.size()) {
            throw new IllegalArgumentException(
                    "its failover goes in a circle: use names a backend twice, which would take over from itself");
        }
        use = use.stream().distinct().toList();
    }
}
