// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.config;

import io.jnixl.spi.OptionSpec;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tomlj.TomlArray;
import org.tomlj.TomlTable;

/**
 * Reads {@code [agent]}, {@code [backends.NAME]}, {@code [decorators.NAME]} and {@code [exchanges.NAME]} of the file or of a profile, and
 * sees that there is nothing else but {@code [[selection]]} and, in the file, {@code [profiles.NAME]}.
 */
final class TomlSettings {
    private static final List<String> TOP =
            List.of("agent", "backends", "decorators", "exchanges", "profiles", "selection");
    private static final List<String> OF_PROFILE =
            TOP.stream().filter(key -> !key.equals("profiles")).toList();
    private static final String PROFILE = Catalog.AGENT + AgentOptions.PROFILE.name();

    private final TomlFile file;
    private final Catalog catalog;
    private final Draft draft;

    TomlSettings(TomlFile file, Catalog catalog, Draft draft) {
        this.file = file;
        this.catalog = catalog;
        this.draft = draft;
    }

    void read(TomlTable root) {
        read(root, TOP);
    }

    /** What stands in a profile: all but other profiles, and the name of one. */
    void readProfile(TomlTable profile) {
        if (profile.get(List.of("agent")) instanceof TomlTable agent
                && agent.keySet().contains(AgentOptions.PROFILE.name())) {
            file.problem(agent, AgentOptions.PROFILE.name(), PROFILE + ": a profile names no profile");
        }
        read(profile, OF_PROFILE);
    }

    private void read(TomlTable root, List<String> keys) {
        for (String key : root.keySet()) {
            if (!keys.contains(key)) {
                file.unknown(root, key, key, keys);
                continue;
            }
            switch (key) {
                case "agent" -> readOptions(file.table(root, key, key, "a table, [agent]"), Catalog.AGENT);
                case "backends" -> readTables(root, catalog.backends());
                case "decorators" -> readTables(root, catalog.decorators());
                case "exchanges" -> readTables(root, catalog.exchanges());
                default -> {} // the selection and the profiles are others' to read
            }
        }
    }

    private void readTables(TomlTable root, Family family) {
        String outer = family.table();
        TomlTable tables = file.table(root, outer, outer, "tables, [" + outer + ".NAME]");
        if (tables == null) {
            return;
        }
        for (String name : tables.keySet()) {
            String key = family.prefix() + name;
            TomlTable table = file.table(tables, name, key, "a table, [" + outer + ".NAME]");
            if (family.has(name)) {
                readOptions(table, key + ".");
            } else if (table != null) {
                draft.stray(family, name, file.origin(tables, name));
            }
        }
    }

    private void readOptions(@Nullable TomlTable table, String prefix) {
        if (table == null) {
            return;
        }
        for (String name : table.keySet()) {
            String key = prefix + name;
            OptionSpec<?> option = catalog.option(key);
            if (option == null) {
                draft.unknown(key, file.origin(table, name));
            } else {
                readOption(table, name, key, option);
            }
        }
    }

    private void readOption(TomlTable table, String name, String key, OptionSpec<?> option) {
        try {
            String text = text(table.get(List.of(name)), option);
            draft.offer(key, text, file.origin(table, name));
        } catch (IllegalArgumentException e) {
            file.problem(table, name, key + ": " + e.getMessage());
        }
    }

    private String text(@Nullable Object value, OptionSpec<?> option) {
        return switch (value) {
            case String text -> file.interpolate(text);
            case Long number -> number.toString();
            case Boolean bool -> bool.toString();
            case TomlArray array when option.type().equals("list") -> words(array);
            case TomlArray _ -> throw new IllegalArgumentException("expected one value, not a list");
            case null, default ->
                throw new IllegalArgumentException("expected a " + option.type() + " as text, whole number or boolean");
        };
    }

    /** The words in the form that an option of type list reads: with commas between. */
    private String words(TomlArray array) {
        StringBuilder words = new StringBuilder();
        for (int i = 0; i < array.size(); i++) {
            if (!(array.get(i) instanceof String word)) {
                throw new IllegalArgumentException("item " + i + " of the list is not a text");
            }
            String text = file.interpolate(word);
            if (text.isEmpty() || text.codePoints().anyMatch(c -> c == ',' || Character.isWhitespace(c))) {
                throw new IllegalArgumentException("item " + i + " of the list is empty or holds a comma or blank");
            }
            words.append(i == 0 ? "" : ",").append(text);
        }
        return words.toString();
    }
}
