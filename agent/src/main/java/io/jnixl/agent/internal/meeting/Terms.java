// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.meeting;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What holds for all connections of an agent.
 *
 * @param allowed what the other side may do
 * @param secret what it must know, or null
 */
record Terms(
        String agentName,
        Household household,
        Set<Permission> allowed,
        @Nullable Secret secret,
        Limits limits,
        Budget budget,
        Complaints complaints,
        SharedFrame frame) {

    Terms(
            String agentName,
            Household household,
            Set<Permission> allowed,
            @Nullable Secret secret,
            Limits limits,
            Budget budget,
            Complaints complaints) {
        this(agentName, household, allowed, secret, limits, budget, complaints, new SharedFrame());
    }
}
