// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli;

import io.jnixl.agent.Inspection;
import io.jnixl.api.BackendInfo;
import io.jnixl.api.Config;
import io.jnixl.api.NixlException;
import io.jnixl.api.Setting;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What doctor found.
 *
 * @param error what keeps an agent with this configuration from starting, if anything does
 */
record Report(
        String version,
        Platform platform,
        List<BackendInfo> backends,
        List<Setting> settings,
        List<String> warnings,
        @Nullable NixlException error) {

    Report {
        backends = List.copyOf(backends);
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
                found.settings(),
                found.warnings(),
                found.error());
    }

    boolean ok() {
        return error == null;
    }
}
