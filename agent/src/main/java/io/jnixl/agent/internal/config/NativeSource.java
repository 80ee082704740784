// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.tomlj.TomlTable;

/**
 * What a deployment of native NIXL has set, where it means the same here: variables of the environment, and below them the keys of
 * native's one file, which are called as the variables are. What means nothing here is no error, since native ignores what it does not
 * know, but a warning.
 */
final class NativeSource {
    static final String VARIABLE = "NIXL_CONFIG_FILE";

    private static final int MAX_NAMED = 20;

    private final Catalog catalog;
    private final Draft draft;
    private final Problems problems;
    private final List<String> warnings = new ArrayList<>();

    NativeSource(Catalog catalog, Draft draft, Problems problems) {
        this.catalog = catalog;
        this.draft = draft;
        this.problems = problems;
    }

    /** What was set and has no effect. */
    List<String> warnings() {
        return warnings;
    }

    void read(Surroundings around) {
        Map<String, String> foreign = new LinkedHashMap<>();
        new TreeMap<>(around.environment()).forEach((name, value) -> {
            if (!catalog.nativeKeys(name).isEmpty()) {
                offer(name, value, "environment " + name);
            } else if (NativeNames.remark(name) != null) {
                foreign.put(name, "");
            }
        });
        warn("the environment", foreign);
        try {
            ConfigFile file = ConfigFile.findNative(around);
            if (file != null) {
                read(file, around);
            }
        } catch (UnreadableFile e) {
            problems.add(e.reason(), e.remedy());
        }
    }

    private void read(ConfigFile source, Surroundings around) {
        TomlFile file = new TomlFile(source.name(), around, problems);
        TomlTable root = file.parse(source.text());
        if (root == null) {
            return;
        }
        Map<String, String> foreign = new LinkedHashMap<>();
        for (String name : root.keySet()) {
            if (catalog.nativeKeys(name).isEmpty()) {
                foreign.put(name, " (line " + file.line(root, name) + ")");
            } else if (!around.environment().containsKey(name)) { // a variable beats the file, an empty one too
                readOption(file, root, name);
            }
        }
        warn(source.name(), foreign);
    }

    private void readOption(TomlFile file, TomlTable root, String name) {
        String text = text(root.get(List.of(name)));
        if (text == null) {
            file.problem(root, name, name + ": expected a text, whole number or boolean");
        } else {
            offer(name, text, file.origin(root, name) + " " + name);
        }
    }

    /** As it is written: native replaces no variables. */
    private static @Nullable String text(@Nullable Object value) {
        return switch (value) {
            case String text -> text;
            case Long number -> number.toString();
            case Boolean bool -> bool.toString();
            case null, default -> null;
        };
    }

    /** An empty text is none: it is how a variable is taken back. */
    private void offer(String name, String text, String origin) {
        if (!text.isEmpty()) {
            catalog.nativeKeys(name).forEach(key -> draft.offer(key, text, origin));
        }
    }

    private void warn(String where, Map<String, String> foreign) {
        if (foreign.isEmpty()) {
            return;
        }
        List<String> told = new ArrayList<>();
        foreign.forEach((name, place) -> {
            if (told.size() < MAX_NAMED) {
                String remark = NativeNames.remark(name);
                told.add(Shown.text(name) + place + (remark == null ? "" : ": " + remark));
            }
        });
        int more = foreign.size() - told.size();
        warnings.add("settings of native NIXL in " + where + " that have no effect here: " + String.join("; ", told)
                + (more > 0 ? "; and " + more + " more" : ""));
    }
}
