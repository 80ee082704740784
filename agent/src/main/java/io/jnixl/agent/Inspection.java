// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent;

import io.jnixl.agent.internal.core.AgentStart;
import io.jnixl.api.Agent;
import io.jnixl.api.BackendInfo;
import io.jnixl.api.BackendStatistics;
import io.jnixl.api.Config;
import io.jnixl.api.NixlException;
import io.jnixl.api.Setting;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an agent would find here: for tools that help where an agent does not start.
 *
 * @param backends every backend found; the running ones are ACTIVE when an agent could be made
 * @param running what the running ones say of themselves; empty when no agent was made
 * @param settings the settings in force; empty when they cannot be read
 * @param warnings what the settings say that has no effect
 * @param error why no agent could be made, or null
 * @since 0.1
 */
public record Inspection(
        List<BackendInfo> backends,
        List<BackendStatistics> running,
        List<Setting> settings,
        List<String> warnings,
        @Nullable NixlException error) {

    /** Copies the lists. */
    public Inspection {
        backends = List.copyOf(backends);
        running = List.copyOf(running);
        settings = List.copyOf(settings);
        warnings = List.copyOf(warnings);
    }

    /** Makes an agent as a program would, looks at it and closes it. Loads native libraries; never throws for what is wrong. */
    public static Inspection inspect(Config config, ClassLoader loader) {
        AgentStart start;
        try {
            start = new AgentStart(config, loader, List.of());
        } catch (NixlException e) {
            return new Inspection(withoutSettings(config, loader), List.of(), List.of(), List.of(), e);
        }
        List<Setting> settings = start.settings().all();
        List<String> warnings = start.settings().warnings();
        try (Agent agent = start.start(start.configuredName().orElse("inspection"))) {
            return new Inspection(agent.backends(), agent.backendStatistics(), settings, warnings, null);
        } catch (NixlException e) {
            return new Inspection(start.inventory(), List.of(), settings, warnings, e);
        }
    }

    /**
     * Finds the providers, reads the settings and checks them as far as that goes without making an agent; never throws for what
     * is wrong. A backend that the settings name and that cannot run here is no error then.
     */
    public static Inspection look(Config config, ClassLoader loader) {
        AgentStart start;
        try {
            start = new AgentStart(config, loader, List.of());
        } catch (NixlException e) {
            return new Inspection(withoutSettings(config, loader), List.of(), List.of(), List.of(), e);
        }
        return new Inspection(
                start.inventory(),
                List.of(),
                start.settings().all(),
                start.settings().warnings(),
                objection(start));
    }

    private static @Nullable NixlException objection(AgentStart start) {
        try {
            start.check();
            return null;
        } catch (NixlException e) {
            return e;
        }
    }

    /** With the plugins, unless it is they that are wrong. */
    private static List<BackendInfo> withoutSettings(Config config, ClassLoader loader) {
        try {
            return AgentStart.withPluginsAlone(config, loader).inventory();
        } catch (NixlException e) {
            return new AgentStart(Config.empty(), loader, List.of()).inventory();
        }
    }
}
