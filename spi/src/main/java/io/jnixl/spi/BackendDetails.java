// SPDX-License-Identifier: Apache-2.0
package io.jnixl.spi;

import java.util.List;
import java.util.Map;

/**
 * What a backend tells of itself for {@link io.jnixl.api.BackendStatistics}, beside what the agent counts.
 *
 * @param counters its own counters by name: lower case, words joined by {@code _}; what ends in {@code _total} only grows
 * @param traits what it chose to run with, by name
 * @param lanes for each peer by name, the transports it is reached by
 * @since 0.1
 */
public record BackendDetails(Map<String, Long> counters, Map<String, String> traits, Map<String, List<String>> lanes) {

    /** Nothing to tell. */
    public static final BackendDetails NONE = new BackendDetails(Map.of(), Map.of(), Map.of());

    /** Copies. */
    public BackendDetails {
        counters = Map.copyOf(counters);
        traits = Map.copyOf(traits);
        lanes = Map.copyOf(lanes);
    }
}
