// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.config;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.api.Setting;
import io.jnixl.spi.BackendConfig;
import io.jnixl.spi.OptionSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The settings in force, checked. Immutable, thread-safe; nothing blocks.
 *
 * @since 0.1
 */
public final class Settings {
    private static final String MASK = "***";

    private final Catalog catalog;
    private final Map<String, Given> given;
    private final List<SelectionRule> rules;
    private final List<String> warnings;

    Settings(Catalog catalog, Map<String, Given> given, List<SelectionRule> rules, List<String> warnings) {
        this.catalog = catalog;
        this.given = Map.copyOf(given);
        this.rules = List.copyOf(rules);
        this.warnings = List.copyOf(warnings);
    }

    /**
     * The value of one of {@link AgentOptions} that has a default.
     *
     * @throws IllegalArgumentException when there is neither value nor default, or the option is not the agent's
     */
    public <T> T get(OptionSpec<T> option) {
        return find(option).orElseThrow(() -> new IllegalArgumentException("agent." + option.name() + " has no value"));
    }

    /**
     * The value of one of {@link AgentOptions}, or its default, if there is either.
     *
     * @throws IllegalArgumentException when the option is not the agent's
     */
    public <T> Optional<T> find(OptionSpec<T> option) {
        if (!AgentOptions.ALL.contains(option)) {
            throw new IllegalArgumentException(option.name() + " is no option of the agent");
        }
        Given value = given.get(Catalog.AGENT + option.name());
        String text = value != null ? value.text() : option.defaultText();
        return text == null ? Optional.empty() : Optional.of(option.parse(text));
    }

    /**
     * What a backend is to be created with.
     *
     * @throws NixlException with {@link ErrorCode#NOT_FOUND} for a backend that was not found,
     *     {@link ErrorCode#INVALID_PARAM} when an option that must be given is not
     */
    public BackendConfig backend(String name) {
        return provider(catalog.backends(), name);
    }

    /** What a metadata exchange is to be created with; see {@link #backend}. */
    public BackendConfig exchange(String name) {
        return provider(catalog.exchanges(), name);
    }

    /** What is to be put around a backend; see {@link #backend}. */
    public BackendConfig decorators(String name) {
        return provider(catalog.decorators(), name);
    }

    private BackendConfig provider(Family family, String name) {
        if (!family.has(name)) {
            throw NixlException.of(ErrorCode.NOT_FOUND, "there is no " + family.noun() + " " + Shown.text(name))
                    .remedy(Spelling.remedy(name, family.names()))
                    .build();
        }
        Map<String, String> values = new LinkedHashMap<>();
        Map<String, String> origins = new LinkedHashMap<>();
        for (OptionSpec<?> option : family.options(name)) {
            Given value = given.get(family.key(name, option));
            if (value != null) {
                values.put(option.name(), value.text());
                origins.put(option.name(), value.origin());
            } else if (option.isRequired()) {
                throw missing(family, name, option);
            }
        }
        return BackendConfig.of(values, origins);
    }

    private static NixlException missing(Family family, String name, OptionSpec<?> option) {
        String key = family.key(name, option);
        return NixlException.of(
                        ErrorCode.INVALID_PARAM, key + " must be given: " + option.doc() + " (" + option.type() + ")")
                .backend(name)
                .remedy("set " + option.name() + " in [" + family.prefix() + name + "] of jnixl.toml, or -Djnixl."
                        + key)
                .build();
    }

    /** The keys that native NIXL's names stand for, by name. */
    public Map<String, List<String>> nativeKeys() {
        return catalog.nativeKeys();
    }

    /** The selection rules, in the order of the file. */
    public List<SelectionRule> rules() {
        return rules;
    }

    /** Which backends transfers may use at all. */
    public Permits permits() {
        return new Permits(get(AgentOptions.SELECTION_ALLOW), get(AgentOptions.SELECTION_DENY));
    }

    /**
     * What is probably not meant, though no error: settings for backends that were not found. For the agent to log once.
     */
    public List<String> warnings() {
        return warnings;
    }

    /**
     * Every option of the agent and of the backends that were found, with value and origin. An option without value has an
     * empty text and origin {@code default}; secrets are masked. Of decorators, only what was given. Then the selection rules, in
     * their order, as {@code selection.1} and so on.
     */
    public List<Setting> all() {
        List<Setting> all = new ArrayList<>(options());
        for (int i = 0; i < rules.size(); i++) {
            SelectionRule rule = rules.get(i);
            all.add(new Setting("selection." + (i + 1), RuleText.of(rule), rule.origin()));
        }
        return List.copyOf(all);
    }

    private List<Setting> options() {
        return catalog.options().entrySet().stream()
                .filter(entry -> given.containsKey(entry.getKey())
                        || !entry.getKey().startsWith(catalog.decorators().prefix()))
                .map(entry -> setting(entry.getKey(), entry.getValue()))
                .toList();
    }

    private Setting setting(String key, OptionSpec<?> option) {
        Given value = given.get(key);
        String defaultText = option.defaultText();
        String text = value != null ? value.text() : defaultText != null ? defaultText : "";
        boolean hidden = option.isSecret() && !text.isEmpty();
        return new Setting(key, hidden ? MASK : text, value != null ? value.origin() : "default");
    }
}
