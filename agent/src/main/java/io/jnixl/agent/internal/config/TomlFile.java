// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.config;

import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.tomlj.Toml;
import org.tomlj.TomlParseError;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/** One TOML file being read: its name for origins, its variables, and where its mistakes go. */
final class TomlFile {
    /** The parser quotes what it did not expect, which may be part of a secret whose quotes are missing. */
    private static final Pattern QUOTED = Pattern.compile("^Unexpected '.*?', expected", Pattern.DOTALL);

    private final String name;
    private final Surroundings around;
    private final Problems problems;

    TomlFile(String name, Surroundings around, Problems problems) {
        this.name = name;
        this.around = around;
        this.problems = problems;
    }

    @Override
    public String toString() {
        return name;
    }

    /** The root table, or null when the text is no TOML; then all syntax errors are among the problems. */
    @Nullable
    TomlTable parse(String text) {
        TomlParseResult result = Toml.parse(text);
        for (TomlParseError error : result.errors()) {
            String message =
                    QUOTED.matcher(String.valueOf(error.getMessage())).replaceFirst("Unexpected text, expected");
            problem(error.position(), "TOML syntax: " + Shown.text(message));
        }
        return result.hasErrors() ? null : result;
    }

    /** Where a key of a table stands. */
    String origin(TomlTable table, String key) {
        return origin(table.inputPositionOf(List.of(key)));
    }

    int line(TomlTable table, String key) {
        TomlPosition position = table.inputPositionOf(List.of(key));
        return position == null ? 0 : position.line();
    }

    String origin(@Nullable TomlPosition position) {
        return position == null ? name : name + ":" + position.line() + ":" + position.column();
    }

    void problem(TomlTable table, String key, String message) {
        problems.add(message + " (" + origin(table, key) + ")");
    }

    void problem(@Nullable TomlPosition position, String message) {
        problems.add(message + " (" + origin(position) + ")");
    }

    /** A key that means nothing here. */
    void unknown(TomlTable table, String key, String shown, List<String> keys) {
        problems.add(
                "unknown setting " + Shown.text(shown) + " (" + origin(table, key) + ")", Spelling.remedy(key, keys));
    }

    /** A string of the file with its variables replaced. */
    String interpolate(String text) {
        return Interpolation.apply(text, around::variable);
    }

    /** The table under a key; null and a problem when it holds something else. */
    @Nullable
    TomlTable table(TomlTable parent, String key, String shown, String expected) {
        if (parent.get(List.of(key)) instanceof TomlTable table) {
            return table;
        }
        problem(parent, key, Shown.text(shown) + ": expected " + expected);
        return null;
    }
}
