// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.config;

import io.jnixl.spi.OptionSpec;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The tables of one kind of provider: {@code [backends.NAME]} or {@code [exchanges.NAME]}, say, with the options of those that
 * were found. Immutable.
 */
final class Family {
    private final String noun;
    private final String table;
    private final Map<String, List<OptionSpec<?>>> members = new TreeMap<>();

    /**
     * One kind.
     *
     * @param noun what one is called in messages
     * @param table the name of the outer table
     * @param options those of each that was found, by its name
     */
    Family(String noun, String table, Map<String, List<OptionSpec<?>>> options) {
        this.noun = noun;
        this.table = table;
        options.forEach((name, specs) -> members.put(name, List.copyOf(specs)));
    }

    String noun() {
        return noun;
    }

    String table() {
        return table;
    }

    /** What all keys begin with: {@code backends.}. */
    String prefix() {
        return table + ".";
    }

    /** What all environment variables begin with: {@code JNIXL_BACKENDS_}. */
    String variablePrefix() {
        return "JNIXL_" + Catalog.inVariable(table) + "_";
    }

    String key(String name, OptionSpec<?> option) {
        return prefix() + name + "." + option.name();
    }

    /** The name in a key of this family; null in others. */
    @Nullable
    String nameIn(String key) {
        int dot = key.indexOf('.', prefix().length());
        return key.startsWith(prefix()) && dot > 0 ? key.substring(prefix().length(), dot) : null;
    }

    Collection<String> names() {
        return Collections.unmodifiableCollection(members.keySet());
    }

    boolean has(String name) {
        return members.containsKey(name);
    }

    /** Options of one that is known; none of others. */
    List<OptionSpec<?>> options(String name) {
        return members.getOrDefault(name, List.of());
    }
}
