// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.config;

import io.jnixl.spi.OptionSpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Every key there is: {@code agent.*} and, of the backends and exchanges that were found, {@code backends.NAME.*},
 * {@code decorators.NAME.*} and {@code exchanges.NAME.*}. Immutable.
 */
final class Catalog {
    static final String AGENT = "agent.";

    private static final Pattern NOT_IN_VARIABLES = Pattern.compile("[^A-Z0-9]");

    private final Family backends;
    private final Family exchanges;
    private final Family decorators;
    private final Map<String, OptionSpec<?>> options = new LinkedHashMap<>();
    private final Map<String, List<String>> nativeNames = new TreeMap<>();

    Catalog(Map<String, List<OptionSpec<?>>> backendOptions, Map<String, List<OptionSpec<?>>> exchangeOptions) {
        backends = new Family("backend", "backends", backendOptions);
        exchanges = new Family("exchange", "exchanges", exchangeOptions);
        Map<String, List<OptionSpec<?>>> decorated = new LinkedHashMap<>();
        backendOptions.keySet().forEach(name -> decorated.put(name, DecoratorOptions.ALL));
        decorators = new Family("backend", "decorators", decorated);
        AgentOptions.ALL.forEach(option -> options.put(AGENT + option.name(), option));
        for (Family family : families()) {
            for (String name : family.names()) {
                family.options(name).forEach(option -> options.put(family.key(name, option), option));
            }
        }
        options.forEach((key, option) -> {
            String name = option.nativeName();
            if (name != null) {
                nativeNames.computeIfAbsent(name, _ -> new ArrayList<>()).add(key);
            }
        });
    }

    Family backends() {
        return backends;
    }

    Family exchanges() {
        return exchanges;
    }

    /** By the names of the backends that they are put around. */
    Family decorators() {
        return decorators;
    }

    List<Family> families() {
        return List.of(backends, exchanges, decorators);
    }

    /** Whether a key is somebody's to answer for: unknown ones among them are errors. */
    boolean claims(String key) {
        return key.startsWith(AGENT) || families().stream().anyMatch(family -> key.startsWith(family.prefix()));
    }

    /** The option with this key, if there is one. */
    @Nullable
    OptionSpec<?> option(String key) {
        return options.get(key);
    }

    /** The keys that a name of native NIXL stands for; none where it means nothing here. */
    List<String> nativeKeys(String name) {
        return Collections.unmodifiableList(nativeNames.getOrDefault(name, List.of()));
    }

    /** All names of native NIXL that mean something here, with their keys. */
    Map<String, List<String>> nativeKeys() {
        return Collections.unmodifiableMap(nativeNames);
    }

    /** All options by key: the agent's, then each backend's, each exchange's, and each backend's decorators'. */
    Map<String, OptionSpec<?>> options() {
        return Collections.unmodifiableMap(options);
    }

    /** Keys that begin as this one does, to choose from when it is unknown. */
    Collection<String> keysNear(String key) {
        String table = key.substring(0, key.lastIndexOf('.') + 1);
        List<String> sisters =
                options.keySet().stream().filter(k -> k.startsWith(table)).toList();
        return table.isEmpty() || sisters.isEmpty() ? options.keySet() : sisters;
    }

    /** How a name is written within the name of an environment variable. */
    static String inVariable(String name) {
        return NOT_IN_VARIABLES.matcher(name.toUpperCase(Locale.ROOT)).replaceAll("_");
    }
}
