// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.bench;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A run: what it ran on, how, and what came out.
 *
 * @param label the user's word for it
 * @param started ISO 8601, UTC
 * @param operation READ or WRITE
 * @param backend its name
 * @param far what the far side was
 * @param machine Java, system, processor and versions, by name
 * @param options every option by name
 */
record RunReport(
        String label,
        String started,
        String operation,
        String backend,
        String far,
        Map<String, String> machine,
        Map<String, String> options,
        List<Figures> cases) {
    RunReport {
        machine = Collections.unmodifiableMap(new LinkedHashMap<>(machine));
        options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
        cases = List.copyOf(cases);
    }
}
