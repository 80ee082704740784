// SPDX-License-Identifier: Apache-2.0
package io.jnixl.api;

/**
 * One setting in force.
 *
 * @param key such as {@code agent.deadline} or {@code backends.UCX.num_workers}; {@code selection.1} is the first rule
 * @param value as text; secrets are masked
 * @param origin where it came from: {@code program}, {@code system property ...}, {@code environment ...},
 *     {@code jnixl.toml:3:7} or {@code default}
 * @since 0.1
 */
public record Setting(String key, String value, String origin) {
    @Override
    public String toString() {
        return key + " = " + value + " (" + origin + ")";
    }
}
