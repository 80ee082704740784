// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.config;

import io.jnixl.api.MemoryKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tomlj.TomlArray;
import org.tomlj.TomlTable;

/** Reads the {@code [[selection]]} tables: {@code when = {local, remote, peer}}, {@code use = [names]}. */
final class TomlSelection {
    private static final int MAX_RULES = 1024;
    private static final int MAX_NAMES = 64;
    private static final String SHAPE = "selection: expected tables, [[selection]]";
    private static final List<String> RULE_KEYS = List.of("when", "use");
    private static final List<String> WHEN_KEYS = List.of("local", "remote", "peer");
    private static final List<String> KINDS =
            Arrays.stream(MemoryKind.values()).map(MemoryKind::name).toList();

    private final TomlFile file;
    private final Catalog catalog;
    private final List<SelectionRule> rules = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();

    TomlSelection(TomlFile file, Catalog catalog) {
        this.file = file;
        this.catalog = catalog;
    }

    List<SelectionRule> rules() {
        return rules;
    }

    /** Rules that name backends which are not there: legal, since one file may serve many machines. */
    List<String> warnings() {
        return warnings;
    }

    void read(TomlTable root) {
        if (!root.keySet().contains("selection")) {
            return;
        }
        if (!(root.get(List.of("selection")) instanceof TomlArray tables)) {
            file.problem(root, "selection", SHAPE);
            return;
        }
        if (tables.size() > MAX_RULES) {
            file.problem(root, "selection", "selection: there are more than " + MAX_RULES + " of them");
            return;
        }
        for (int i = 0; i < tables.size(); i++) {
            if (tables.get(i) instanceof TomlTable table) {
                readRule(table, file.origin(tables.inputPositionOf(i)));
            } else {
                file.problem(tables.inputPositionOf(i), SHAPE);
            }
        }
    }

    private void readRule(TomlTable table, String origin) {
        checkKeys(table, RULE_KEYS, "selection.");
        TomlTable when = table.keySet().contains("when")
                ? file.table(
                        table, "when", "selection.when", "a table such as { local = \"VRAM\", peer = \"decode-*\" }")
                : null;
        MemoryKind local = null;
        MemoryKind remote = null;
        String peer = null;
        if (when != null) {
            checkKeys(when, WHEN_KEYS, "selection.when.");
            local = kind(when, "local");
            remote = kind(when, "remote");
            peer = text(when, "peer");
        }
        List<String> use = use(table, origin);
        if (!use.isEmpty()) {
            rules.add(new SelectionRule(local, remote, peer, use, origin));
        }
    }

    private void checkKeys(TomlTable table, List<String> keys, String prefix) {
        for (String key : table.keySet()) {
            if (!keys.contains(key)) {
                file.unknown(table, key, prefix + key, keys);
            }
        }
    }

    private @Nullable MemoryKind kind(TomlTable when, String key) {
        String name = text(when, key);
        if (name == null) {
            return null;
        }
        for (MemoryKind kind : MemoryKind.values()) {
            if (kind.name().equalsIgnoreCase(name)) {
                return kind;
            }
        }
        file.problem(
                when,
                key,
                "selection.when." + key + ": \"" + Shown.text(name) + "\" is no memory kind; "
                        + Spelling.thereAre(KINDS));
        return null;
    }

    private @Nullable String text(TomlTable table, String key) {
        if (!table.keySet().contains(key)) {
            return null;
        }
        if (!(table.get(List.of(key)) instanceof String text)) {
            file.problem(table, key, "selection.when." + key + ": expected a text");
            return null;
        }
        try {
            return file.interpolate(text);
        } catch (IllegalArgumentException e) {
            file.problem(table, key, "selection.when." + key + ": " + e.getMessage());
            return null;
        }
    }

    /** The backends to use; empty after a problem. */
    private List<String> use(TomlTable table, String origin) {
        if (!(table.get(List.of("use")) instanceof TomlArray array) || array.isEmpty() || array.size() > MAX_NAMES) {
            file.problem(
                    table.inputPositionOf(List.of("use")),
                    "selection.use of " + origin + ": expected a list of 1 to " + MAX_NAMES + " backends");
            return List.of();
        }
        List<String> names = new ArrayList<>();
        for (int i = 0; i < array.size(); i++) {
            String name = name(array, i);
            if (name != null && !names.contains(name)) {
                names.add(name);
            }
        }
        return names;
    }

    private @Nullable String name(TomlArray array, int i) {
        if (!(array.get(i) instanceof String text)) {
            file.problem(array.inputPositionOf(i), "selection.use: item " + i + " is not a text");
            return null;
        }
        try {
            String name = file.interpolate(text);
            if (!catalog.backends().has(name)) {
                warnings.add("selection names backend " + Shown.text(name) + ", which was not found ("
                        + file.origin(array.inputPositionOf(i)) + "); "
                        + Spelling.remedy(name, catalog.backends().names()));
            }
            return name;
        } catch (IllegalArgumentException e) {
            file.problem(array.inputPositionOf(i), "selection.use: item " + i + ": " + e.getMessage());
            return null;
        }
    }
}
