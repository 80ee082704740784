// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.config;

import java.util.ArrayList;
import java.util.List;
import org.tomlj.TomlArray;
import org.tomlj.TomlTable;

/** Reads the {@code [[selection]]} tables. */
final class TomlSelection {
    private static final int MAX_RULES = 1024;
    private static final String SHAPE = "selection: expected tables, [[selection]]";

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

    /** Names of backends that were not found. */
    List<String> warnings() {
        return warnings;
    }

    /** Those of a profile, before those of the file: what is read first is asked first. */
    void read(TomlTable root) {
        if (!root.keySet().contains("selection")) {
            return;
        }
        if (!(root.get(List.of("selection")) instanceof TomlArray tables)) {
            file.problem(root, "selection", SHAPE);
            return;
        }
        if (rules.size() + tables.size() > MAX_RULES) {
            file.problem(root, "selection", "selection: there are more than " + MAX_RULES + " of them");
            return;
        }
        for (int i = 0; i < tables.size(); i++) {
            if (tables.get(i) instanceof TomlTable table) {
                readRule(new TomlRule(file, catalog, table, tables.inputPositionOf(i)));
            } else {
                file.problem(tables.inputPositionOf(i), SHAPE);
            }
        }
    }

    private void readRule(TomlRule source) {
        SelectionRule rule = source.read();
        warnings.addAll(source.warnings());
        if (rule != null) {
            rules.add(rule);
        }
    }
}
