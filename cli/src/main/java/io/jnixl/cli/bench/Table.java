// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.bench;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The columns: nixlbench's, by their names, and then ours. Numbers look the same in every locale. */
final class Table {
    private static final List<Column> COLUMNS = List.of(
            new Column("Block Size (B)", f -> Long.toString(f.block())),
            new Column("Batch Size", f -> Integer.toString(f.batch())),
            new Column("B/W (GB/Sec)", f -> number("%.6f", f.bandwidth())),
            new Column("Avg Lat. (us)", f -> micros(f.averageLatency())),
            new Column("Avg Prep (us)", f -> micros(f.preparing().mean())),
            new Column("P99 Prep (us)", f -> micros(f.preparing().p99())),
            new Column("Avg Post (us)", f -> micros(f.posting().mean())),
            new Column("P99 Post (us)", f -> micros(f.posting().p99())),
            new Column("Avg Tx (us)", f -> micros(f.moving().mean())),
            new Column("P99 Tx (us)", f -> micros(f.moving().p99())),
            new Column("p50 (us)", f -> micros(f.latency().p50())),
            new Column("p90 (us)", f -> micros(f.latency().p90())),
            new Column("p99 (us)", f -> micros(f.latency().p99())),
            new Column("p99.9 (us)", f -> micros(f.latency().p999())),
            new Column("max (us)", f -> micros(f.latency().max())),
            new Column("Check", f -> f.wrong() ? "WRONG" : f.verdict()));

    private Table() {}

    /** A column: its name and its cells. */
    record Column(String name, Function<Figures, String> cell) {
        int width() {
            return name.length() + 2;
        }
    }

    static List<Column> columns() {
        return COLUMNS;
    }

    static String head() {
        return COLUMNS.stream().map(c -> pad(c, c.name())).collect(Collectors.joining());
    }

    static String row(Figures figures) {
        return COLUMNS.stream().map(c -> pad(c, c.cell().apply(figures))).collect(Collectors.joining());
    }

    private static String pad(Column column, String text) {
        return text + " ".repeat(Math.max(1, column.width() - text.length()));
    }

    private static String micros(double value) {
        return number("%.3f", value);
    }

    private static String number(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }
}
