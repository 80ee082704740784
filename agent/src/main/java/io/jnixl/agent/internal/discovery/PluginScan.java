// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.discovery;

import io.jnixl.agent.internal.config.Shown;
import io.jnixl.agent.internal.plugins.Plugin;
import io.jnixl.agent.internal.plugins.Refusal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds the providers of plugins. */
final class PluginScan {
    private final List<Plugin> plugins;
    private final Findings findings;

    PluginScan(List<Plugin> plugins, Findings findings) {
        this.plugins = plugins;
        this.findings = findings;
    }

    void run() {
        plugins.forEach(this::read);
    }

    private void read(Plugin plugin) {
        try {
            ClassPathScan scan =
                    ClassPathScan.of(plugin.load(), findings, place -> "plugin " + plugin.name() + " (" + place + ")");
            scan.run();
            if (scan.listed() == 0) {
                broken(
                        plugin,
                        new Diagnosis(
                                "no jar of it lists a backend in " + ServiceFile.PATH,
                                "its author lists the provider there, also where module-info.java does; libraries belong"
                                        + " into the folder of the plugin that needs them"),
                        null);
            }
        } catch (Refusal e) {
            broken(plugin, new Diagnosis(e.reason(), e.remedy()), e);
        } catch (Throwable e) {
            Fatal.rethrow(e);
            broken(plugin, Diagnosis.of(e), e);
        }
    }

    private void broken(Plugin plugin, Diagnosis why, @Nullable Throwable cause) {
        String place = Shown.text(plugin.path().toString());
        findings.broken(plugin.name(), place, "plugin " + plugin.name() + " (" + place + ")", why, cause);
    }
}
