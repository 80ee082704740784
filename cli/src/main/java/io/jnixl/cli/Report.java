// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli;

import io.jnixl.agent.Inspection;
import io.jnixl.api.BackendInfo;
import io.jnixl.api.BackendStatistics;
import io.jnixl.api.Config;
import io.jnixl.api.NixlException;
import io.jnixl.api.Setting;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What doctor found.
 *
 * @param traits what each running backend says that it runs with, by the backend's name and the trait's
 * @param error what keeps an agent with this configuration from starting, if anything does
 */
record Report(
        String version,
        Platform platform,
        List<BackendInfo> backends,
        Map<String, Map<String, String>> traits,
        List<Setting> settings,
        List<String> warnings,
        @Nullable NixlException error) {

    Report {
        backends = List.copyOf(backends);
        traits = Map.copyOf(traits);
        settings = List.copyOf(settings);
        warnings = List.copyOf(warnings);
    }

    /** Looks at this machine. */
    static Report of(Config config) {
        Inspection found = Inspection.inspect(config, Report.class.getClassLoader());
        return new Report(
                Version.current(),
                Platform.current(),
                found.backends(),
                found.running().stream()
                        .collect(Collectors.toMap(BackendStatistics::backend, BackendStatistics::traits)),
                found.settings(),
                found.warnings(),
                found.error());
    }

    /** Sorted by name; empty for a backend that does not run. */
    Map<String, String> traits(BackendInfo backend) {
        return traits.getOrDefault(backend.name(), Map.of());
    }

    boolean ok() {
        return error == null;
    }
}
