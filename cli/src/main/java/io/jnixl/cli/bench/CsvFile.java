// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A run for spreadsheets: one line per case, RFC 4180. Columns of the table keep their names. */
final class CsvFile {
    private CsvFile() {}

    static String render(RunReport report) {
        StringBuilder text = new StringBuilder(1024);
        List<String> head = new ArrayList<>(List.of("Label", "Operation", "Backend"));
        Table.columns().forEach(column -> head.add(column.name()));
        head.addAll(List.of("Posts per Thread", "Seconds", "min (us)", "Verdict"));
        append(text, head);
        for (Figures figures : report.cases()) {
            List<String> row = new ArrayList<>(List.of(report.label(), report.operation(), report.backend()));
            Table.columns().forEach(column -> row.add(column.cell().apply(figures)));
            row.add(Integer.toString(figures.iterations()));
            row.add(Double.toString(figures.seconds()));
            row.add(Double.toString(figures.latency().min()));
            row.add(figures.verdict());
            append(text, row);
        }
        return text.toString();
    }

    private static void append(StringBuilder text, List<String> cells) {
        text.append(cells.stream().map(CsvFile::quote).collect(Collectors.joining(",")))
                .append("\r\n");
    }

    private static String quote(String cell) {
        boolean plain = cell.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
        return plain ? cell : '"' + cell.replace("\"", "\"\"") + '"';
    }
}
