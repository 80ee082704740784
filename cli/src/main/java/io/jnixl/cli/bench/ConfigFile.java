// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlTable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Options from a TOML file: at the top, or in tables, whose names do not matter. */
final class ConfigFile {
    private static final long LONGEST = 1 << 20;

    private ConfigFile() {}

    /**
     * Reads one.
     *
     * @return values by name
     * @throws ParameterException saying what is wrong with it
     */
    static Map<String, String> read(String file, CommandLine command) {
        try {
            Path path = Path.of(file);
            if (Files.size(path) > LONGEST) {
                throw new IllegalArgumentException("it is longer than " + LONGEST + " bytes");
            }
            TomlParseResult toml = Toml.parse(Files.readString(path));
            if (toml.hasErrors()) {
                throw new IllegalArgumentException(toml.errors().getFirst().toString());
            }
            Map<String, String> values = new LinkedHashMap<>();
            collect(toml, values, true);
            return values;
        } catch (IOException | IllegalArgumentException e) {
            String why =
                    e instanceof IOException ? e.getClass().getSimpleName() + ": " + e.getMessage() : e.getMessage();
            throw new ParameterException(command, Arguments.CONFIG_FILE + " " + file + ": " + why, e);
        }
    }

    private static void collect(TomlTable table, Map<String, String> values, boolean top) {
        for (String key : table.keySet()) {
            @Nullable Object value = table.get(List.of(key));
            String former;
            if (value instanceof TomlTable inner && top) {
                collect(inner, values, false);
                former = null;
            } else {
                former = values.put(key, text(key, value));
            }
            if (former != null) {
                throw new IllegalArgumentException(key + " is given twice");
            }
        }
    }

    private static String text(String key, @Nullable Object value) {
        return switch (value) {
            case String text -> text;
            case Long number -> number.toString();
            case Boolean flag -> flag.toString();
            case TomlArray list ->
                IntStream.range(0, list.size())
                        .mapToObj(i -> text(key, list.get(i)))
                        .collect(Collectors.joining(","));
            case null, default -> throw new IllegalArgumentException(key + " is no text, number, boolean or list");
        };
    }
}
