// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.config;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tomlj.TomlTable;

/** Finds the table {@code [profiles.NAME]} that {@code agent.profile} names. The others are not looked into: they are for elsewhere. */
final class TomlProfiles {
    private static final String KEY = Catalog.AGENT + AgentOptions.PROFILE.name();

    private final TomlFile file;
    private final Draft draft;
    private final Problems problems;

    TomlProfiles(TomlFile file, Draft draft, Problems problems) {
        this.file = file;
        this.draft = draft;
        this.problems = problems;
    }

    /** Where there is no file, there is no profile in it. */
    static void requireNone(Draft draft, Problems problems) {
        Given wanted = draft.given().get(KEY);
        if (wanted != null && !wanted.text().isEmpty()) {
            problems.add(
                    KEY + " names profile " + Shown.text(wanted.text()) + " (" + wanted.origin()
                            + "), and there is no settings file",
                    "name a file that has it");
        }
    }

    /** The profile in force; null when none is, or after a problem. */
    @Nullable
    TomlTable active(TomlTable root) {
        TomlTable profiles = root.keySet().contains("profiles")
                ? file.table(root, "profiles", "profiles", "tables, [profiles.NAME]")
                : null;
        Given wanted = wanted(root);
        if (wanted == null || wanted.text().isEmpty()) {
            return null;
        }
        String name = wanted.text();
        if (profiles == null || !profiles.keySet().contains(name)) {
            problems.add(
                    KEY + " names profile " + Shown.text(name) + " (" + wanted.origin() + "), which " + file
                            + " does not have",
                    Spelling.remedy(name, profiles == null ? List.of() : names(profiles)));
            return null;
        }
        return file.table(profiles, name, "profiles." + name, "a table, [profiles.NAME]");
    }

    /** Fit for a message: unlike other words that are listed, these are the file's. */
    private static List<String> names(TomlTable profiles) {
        return profiles.keySet().stream().map(Shown::text).toList();
    }

    /** By a better source, or by the file itself; what is wrong with that is told when the file's settings are read. */
    private @Nullable Given wanted(TomlTable root) {
        Given better = draft.given().get(KEY);
        if (better != null
                || !(root.get(List.of("agent")) instanceof TomlTable agent)
                || !(agent.get(List.of(AgentOptions.PROFILE.name())) instanceof String text)) {
            return better;
        }
        try {
            return new Given(file.interpolate(text), file.origin(agent, AgentOptions.PROFILE.name()));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
