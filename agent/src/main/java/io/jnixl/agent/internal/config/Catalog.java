// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.config;

import io.jnixl.spi.OptionSpec;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Every key there is: {@code agent.*} and, of the backends that were found, {@code backends.NAME.*}. Immutable. */
final class Catalog {
    static final String AGENT = "agent.";
    static final String BACKENDS = "backends.";

    private static final Pattern NOT_IN_VARIABLES = Pattern.compile("[^A-Z0-9]");

    private final Map<String, List<OptionSpec<?>>> backends = new TreeMap<>();
    private final Map<String, OptionSpec<?>> options = new LinkedHashMap<>();

    Catalog(Map<String, List<OptionSpec<?>>> backendOptions) {
        backendOptions.forEach((name, specs) -> backends.put(name, List.copyOf(specs)));
        AgentOptions.ALL.forEach(option -> options.put(AGENT + option.name(), option));
        backends.forEach((name, specs) -> specs.forEach(option -> options.put(key(name, option), option)));
    }

    static String key(String backend, OptionSpec<?> option) {
        return BACKENDS + backend + "." + option.name();
    }

    /** The option with this key, if there is one. */
    @Nullable
    OptionSpec<?> option(String key) {
        return options.get(key);
    }

    /** All options by key: the agent's, then each backend's. */
    Map<String, OptionSpec<?>> options() {
        return Collections.unmodifiableMap(options);
    }

    Collection<String> backendNames() {
        return Collections.unmodifiableCollection(backends.keySet());
    }

    boolean hasBackend(String name) {
        return backends.containsKey(name);
    }

    /** Options of a backend that is known. */
    List<OptionSpec<?>> backendOptions(String name) {
        return backends.getOrDefault(name, List.of());
    }

    /** Keys that begin as this one does, to choose from when it is unknown. */
    Collection<String> keysNear(String key) {
        String table = key.substring(0, key.lastIndexOf('.') + 1);
        List<String> sisters =
                options.keySet().stream().filter(k -> k.startsWith(table)).toList();
        return table.isEmpty() || sisters.isEmpty() ? options.keySet() : sisters;
    }

    /** How a backend's or an option's name is written within the name of an environment variable. */
    static String inVariable(String name) {
        return NOT_IN_VARIABLES.matcher(name.toUpperCase(Locale.ROOT)).replaceAll("_");
    }
}
