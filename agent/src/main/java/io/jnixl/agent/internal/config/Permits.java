// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.config;

import java.util.List;

/**
 * Which backends may be chosen. Immutable.
 *
 * @param allow names of those that may; empty: all
 * @param deny names of those that may not, which beats the other list
 * @since 0.1
 */
public record Permits(List<String> allow, List<String> deny) {
    /** All may. */
    public static final Permits ALL = new Permits(List.of(), List.of());

    /** Copies. */
    public Permits {
        allow = List.copyOf(allow);
        deny = List.copyOf(deny);
    }

    /** Why it may not be chosen, in words that go before who says so; empty when it may. */
    public String objection(String backend) {
        if (deny.contains(backend)) {
            return "denied by ";
        }
        return allow.isEmpty() || allow.contains(backend) ? "" : "not allowed by ";
    }

    /** Whether it may be chosen. */
    public boolean has(String backend) {
        return objection(backend).isEmpty();
    }

    /** Whether nobody is kept out. */
    public boolean isAll() {
        return allow.isEmpty() && deny.isEmpty();
    }
}
