// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.config;

import io.jnixl.api.MemoryKind;
import io.jnixl.api.NixlException;
import io.jnixl.spi.OptionSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.tomlj.TomlArray;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/** Reads one {@code [[selection]]} table. */
final class TomlRule {
    private static final int MAX_NAMES = 64;
    private static final String WHEN = "selection.when.";
    private static final List<String> KINDS =
            Arrays.stream(MemoryKind.values()).map(MemoryKind::name).toList();

    private static final List<String> RULE_KEYS = Stream.concat(
                    Stream.of("when"), SelectionOptions.SAYS.stream().map(OptionSpec::name))
            .toList();
    private static final List<String> WHEN_KEYS =
            SelectionOptions.WHEN.stream().map(OptionSpec::name).toList();

    private final TomlFile file;
    private final Catalog catalog;
    private final TomlTable table;
    private final @Nullable TomlPosition position;
    private final String origin;
    private final List<String> warnings = new ArrayList<>();

    /** Whether anything was wrong; what was read then is of no use. */
    private boolean wrong;

    TomlRule(TomlFile file, Catalog catalog, TomlTable table, @Nullable TomlPosition position) {
        this.file = file;
        this.catalog = catalog;
        this.table = table;
        this.position = position;
        this.origin = file.origin(position);
    }

    /** Names of backends that were not found: legal, since one file may serve many machines. */
    List<String> warnings() {
        return warnings;
    }

    /** The rule; null after a problem. */
    @Nullable
    SelectionRule read() {
        checkKeys(table, RULE_KEYS, "selection.");
        SelectionWhen when = when();
        List<String> use = names(SelectionOptions.USE);
        Permits permits = new Permits(names(SelectionOptions.ALLOW), names(SelectionOptions.DENY));
        SelectionRule.By by = value(table, SelectionOptions.BY, "selection.");
        Boolean failover = value(table, SelectionOptions.FAILOVER, "selection.");
        if (wrong) {
            return null;
        }
        try {
            return new SelectionRule(
                    when, use, permits, by == null ? SelectionRule.By.ORDER : by, failover != null && failover, origin);
        } catch (IllegalArgumentException e) {
            file.problem(position, "selection: " + e.getMessage());
            return null;
        }
    }

    private SelectionWhen when() {
        if (!table.keySet().contains("when")) {
            return SelectionWhen.ALWAYS;
        }
        TomlTable when = file.table(
                table, "when", "selection.when", "a table such as { local = \"VRAM\", peer = \"decode-*\" }");
        if (when == null) {
            wrong = true;
            return SelectionWhen.ALWAYS;
        }
        checkKeys(when, WHEN_KEYS, WHEN);
        return new SelectionWhen(
                value(when, SelectionOptions.OPERATION, WHEN),
                kind(when, SelectionOptions.LOCAL),
                kind(when, SelectionOptions.REMOTE),
                value(when, SelectionOptions.PEER, WHEN),
                span(when, SelectionOptions.MIN_BYTES, SelectionOptions.MAX_BYTES),
                span(when, SelectionOptions.MIN_DESCRIPTORS, SelectionOptions.MAX_DESCRIPTORS));
    }

    private Span span(TomlTable when, OptionSpec<? extends Number> least, OptionSpec<? extends Number> greatest) {
        Number min = value(when, least, WHEN);
        Number max = value(when, greatest, WHEN);
        long from = min == null ? 0 : min.longValue();
        long to = max == null ? Long.MAX_VALUE : max.longValue();
        if (from > to) {
            wrong(
                    when,
                    least.name(),
                    "selection.when: " + least.name() + " " + from + " is more than " + greatest.name() + " " + to
                            + ": nothing would match");
            return Span.ALL;
        }
        return new Span(from, to);
    }

    private @Nullable MemoryKind kind(TomlTable when, OptionSpec<String> option) {
        String key = option.name();
        String name = value(when, option, WHEN);
        if (name == null) {
            return null;
        }
        for (MemoryKind kind : MemoryKind.values()) {
            if (kind.name().equalsIgnoreCase(name)) {
                return kind;
            }
        }
        wrong(when, key, WHEN + key + ": \"" + Shown.text(name) + "\" is no memory kind; " + Spelling.thereAre(KINDS));
        return null;
    }

    /** What a key holds; null when it is not there, or after a problem. */
    private <T> @Nullable T value(TomlTable from, OptionSpec<T> option, String prefix) {
        String key = option.name();
        if (!from.keySet().contains(key)) {
            return null;
        }
        try {
            return option.parse(text(from.get(List.of(key)), option));
        } catch (NixlException e) {
            Throwable cause = e.getCause();
            String detail = cause == null ? "" : ": " + cause.getMessage();
            wrong(from, key, prefix + key + ": the value does not fit (" + option.type() + ")" + Shown.text(detail));
        } catch (IllegalArgumentException e) {
            wrong(from, key, prefix + key + ": " + e.getMessage());
        }
        return null;
    }

    private String text(@Nullable Object value, OptionSpec<?> option) {
        boolean isText = option.type().equals("text");
        return switch (value) {
            case String text -> file.interpolate(text);
            case Long number when !isText -> number.toString();
            case Boolean bool when !isText -> bool.toString();
            case null, default -> throw new IllegalArgumentException("expected a " + option.type());
        };
    }

    /** The backends that a list names; empty when it is not there, or after a problem. */
    private List<String> names(OptionSpec<List<String>> option) {
        String key = option.name();
        if (!table.keySet().contains(key)) {
            return List.of();
        }
        if (!(table.get(List.of(key)) instanceof TomlArray array) || array.isEmpty() || array.size() > MAX_NAMES) {
            wrong(
                    table,
                    key,
                    "selection." + key + " of " + origin + ": expected a list of 1 to " + MAX_NAMES + " backends");
            return List.of();
        }
        List<String> names = new ArrayList<>();
        for (int i = 0; i < array.size(); i++) {
            String name = name(array, i, key);
            if (name != null) {
                names.add(name);
            }
        }
        return names;
    }

    private @Nullable String name(TomlArray array, int i, String key) {
        String item = "selection." + key + ": item " + i;
        if (!(array.get(i) instanceof String text)) {
            wrong = true;
            file.problem(array.inputPositionOf(i), item + " is not a text");
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
            wrong = true;
            file.problem(array.inputPositionOf(i), item + ": " + e.getMessage());
            return null;
        }
    }

    private void checkKeys(TomlTable some, List<String> keys, String prefix) {
        for (String key : some.keySet()) {
            if (!keys.contains(key)) {
                wrong = true;
                file.unknown(some, key, prefix + key, keys);
            }
        }
    }

    private void wrong(TomlTable where, String key, String message) {
        wrong = true;
        file.problem(where, key, message);
    }
}
