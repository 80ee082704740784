// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.config;

import io.jnixl.api.Config;
import io.jnixl.api.NixlException;
import io.jnixl.spi.OptionSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.tomlj.TomlTable;

/**
 * Asks all sources that a {@link Config} allows, best first: program, system properties, environment, the TOML file's profile, the
 * rest of that file, and what a deployment of native NIXL has set.
 *
 * <p>Of system properties and variables, those that begin with {@code jnixl.agent.}, {@code jnixl.backends.}, {@code
 * jnixl.decorators.} and {@code jnixl.exchanges.}, or with {@code JNIXL_AGENT_}, {@code JNIXL_BACKENDS_}, {@code
 * JNIXL_DECORATORS_} and {@code JNIXL_EXCHANGES_}, are settings, and unknown ones among them are errors. Others, such as {@code JNIXL_JAVA_HOME} or {@code jnixl.soak}, belong to launchers and tests.
 *
 * @since 0.1
 */
public final class SettingsResolver {
    private static final String PROPERTY_PREFIX = "jnixl.";

    private final SettingSources sources;
    private final Problems problems = new Problems();
    private final Catalog catalog;
    private final Draft draft;
    private final List<SelectionRule> rules = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();

    private SettingsResolver(SettingSources sources, Catalog catalog) {
        this.sources = sources;
        this.catalog = catalog;
        draft = new Draft(catalog, problems);
    }

    /**
     * The settings of an agent in this process. May read a file.
     *
     * @param config which sources count
     * @param backends the options of each backend that was found, by name
     * @param exchanges the options of each metadata exchange that was found, by name
     * @throws NixlException with {@link io.jnixl.api.ErrorCode#INVALID_PARAM} naming everything that is wrong, and where
     */
    public static Settings resolve(
            Config config, Map<String, List<OptionSpec<?>>> backends, Map<String, List<OptionSpec<?>>> exchanges) {
        return resolve(config, backends, exchanges, Surroundings.ofProcess());
    }

    /** The same with other surroundings than the process's own. */
    public static Settings resolve(
            Config config,
            Map<String, List<OptionSpec<?>>> backends,
            Map<String, List<OptionSpec<?>>> exchanges,
            Surroundings around) {
        return resolve(SettingSources.of(config, around), backends, exchanges);
    }

    /** The same of what was read already. */
    public static Settings resolve(
            SettingSources sources,
            Map<String, List<OptionSpec<?>>> backends,
            Map<String, List<OptionSpec<?>>> exchanges) {
        return new SettingsResolver(sources, new Catalog(backends, exchanges)).resolve();
    }

    /**
     * Where plugins lie, to be asked before the rest: they bring options. What is wrong with any setting is left to {@link
     * #resolve} to tell.
     */
    public static PluginSetting plugins(SettingSources sources) {
        return new SettingsResolver(sources, new Catalog(Map.of(), Map.of())).readPlugins();
    }

    private PluginSetting readPlugins() {
        String key = Catalog.AGENT + AgentOptions.PLUGINS.name();
        readProcess();
        boolean byProcess = draft.given().containsKey(key);
        ConfigFile file = sources.file;
        if (!byProcess && file != null) {
            readFile(file);
        }
        Given given = draft.given().get(key);
        return given == null
                ? PluginSetting.NONE
                : new PluginSetting(
                        AgentOptions.PLUGINS.parse(given.text()),
                        given.origin(),
                        byProcess || file == null ? null : file.source());
    }

    private Settings resolve() {
        readProcess();
        if (sources.file != null) {
            readFile(sources.file);
        } else {
            TomlProfiles.requireNone(draft, problems);
        }
        if (sources.config.readsSurroundings()) {
            NativeSource natives = new NativeSource(catalog, draft, problems);
            natives.read(sources.around);
            warnings.addAll(natives.warnings());
        }
        Settings settings = new Settings(catalog, draft.given(), List.of(), List.of());
        warnings.addAll(
                0, draft.strayWarnings(settings.get(AgentOptions.BACKENDS), settings.get(AgentOptions.EXCHANGE)));
        warnings.addAll(SelectionAudit.warnings(rules, settings, catalog.backends()));
        problems.throwIfAny();
        return new Settings(catalog, draft.given(), rules, warnings);
    }

    /** Everything but the file. */
    private void readProcess() {
        new TreeMap<>(sources.config.settings()).forEach((key, text) -> draft.offer(key, text, "program"));
        if (sources.config.readsSurroundings()) {
            readProperties();
            new EnvironmentSource(catalog, draft, problems).read(sources.around.environment());
        }
    }

    private void readProperties() {
        new TreeMap<>(sources.around.properties()).forEach((name, text) -> {
            String key = name.startsWith(PROPERTY_PREFIX) ? name.substring(PROPERTY_PREFIX.length()) : "";
            if (catalog.claims(key)) {
                draft.offer(key, text, "system property " + Shown.text(name));
            }
        });
    }

    private void readFile(ConfigFile source) {
        TomlFile file = new TomlFile(source.name(), sources.around, problems);
        TomlTable root = file.parse(source.text());
        if (root != null) {
            TomlSettings settings = new TomlSettings(file, catalog, draft);
            TomlSelection selection = new TomlSelection(file, catalog);
            TomlTable profile = new TomlProfiles(file, draft, problems).active(root);
            if (profile != null) {
                settings.readProfile(profile);
                selection.read(profile);
            }
            settings.read(root);
            selection.read(root);
            rules.addAll(selection.rules());
            warnings.addAll(selection.warnings());
        }
    }
}
