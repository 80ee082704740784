// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.bench;

import io.jnixl.cli.run.RunFailure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** One run, or several side by side, as a page that needs no other file and no script. It is well-formed XML. */
final class HtmlReport {
    private static final String BANDWIDTH = "GB/s";
    private static final String MICROS = "\u00b5s";

    private final List<RunReport> runs;
    private final List<String> names;

    private HtmlReport(List<RunReport> runs) {
        this.runs = runs;
        names = names(runs);
    }

    static String render(List<RunReport> runs) {
        return new HtmlReport(List.copyOf(runs)).render();
    }

    /** Labels, numbered where two are alike. */
    private static List<String> names(List<RunReport> runs) {
        List<String> names = new ArrayList<>();
        for (RunReport run : runs) {
            String name = run.label();
            for (int i = 2; names.contains(name); i++) {
                name = run.label() + " (" + i + ")";
            }
            names.add(name);
        }
        return names;
    }

    private String render() {
        StringBuilder html = new StringBuilder(1 << 16);
        String title = "jnixl bench: " + String.join(", ", names);
        html.append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/>")
                .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>")
                .append(Html.element("title", title))
                .append("<style>\n" + style() + "</style></head>\n<body><main>\n")
                .append(Html.element("h1", title));
        for (int i = 0; i < runs.size(); i++) {
            html.append(summary(names.get(i), runs.get(i)));
        }
        html.append("<section class=\"charts\">\n");
        charts().forEach(chart -> html.append(chart.render()));
        html.append("</section>\n");
        if (runs.size() > 1) {
            html.append(comparison());
        }
        for (int i = 0; i < runs.size(); i++) {
            html.append(table(names.get(i), runs.get(i)));
        }
        html.append(pairs("Options", RunReport::options)).append(pairs("Machine", RunReport::machine));
        return html.append("</main></body></html>\n").toString();
    }

    private static String style() {
        try (InputStream css = HtmlReport.class.getResourceAsStream("report.css")) {
            if (css == null) {
                throw new IllegalStateException("report.css is missing in the jar");
            }
            return new String(css.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw RunFailure.of(e);
        }
    }

    private static String summary(String name, RunReport run) {
        String what = run.operation() + " over " + run.backend() + " to " + run.far() + ", " + run.started();
        long wrong = run.cases().stream().filter(Figures::wrong).count();
        String verdict = wrong == 0
                ? ""
                : " <strong class=\"wrong\">" + wrong + " of " + run.cases().size() + " cases are WRONG</strong>";
        return "<p class=\"run\"><b>" + Html.escape(name) + "</b> " + Html.escape(what) + verdict + "</p>\n";
    }

    private List<Chart> charts() {
        List<Chart> charts = new ArrayList<>();
        charts.add(new Chart("Bandwidth (GB/s)", BANDWIDTH, false, lines(Figures::bandwidth)));
        if (runs.size() == 1 && batches(runs.getFirst()).size() == 1) {
            charts.add(
                    percentiles("Latency of a post (\u00b5s)", runs.getFirst().cases()));
        } else {
            charts.add(new Chart(
                    "Latency of a post, p50 (\u00b5s)",
                    MICROS,
                    true,
                    lines(f -> f.latency().p50())));
            charts.add(new Chart(
                    "Latency of a post, p99 (\u00b5s)",
                    MICROS,
                    true,
                    lines(f -> f.latency().p99())));
            for (int i = 0; i < runs.size(); i++) {
                for (int batch : batches(runs.get(i))) {
                    String title = "Latency of a post (\u00b5s): " + name(i, batch);
                    charts.add(percentiles(title, ofBatch(runs.get(i), batch)));
                }
            }
        }
        return charts;
    }

    private static Chart percentiles(String title, List<Figures> cases) {
        Map<String, ToDoubleFunction<Times>> which = new LinkedHashMap<>();
        which.put("p50", Times::p50);
        which.put("p90", Times::p90);
        which.put("p99", Times::p99);
        which.put("p99.9", Times::p999);
        which.put("max", Times::max);
        List<Chart.Series> lines = new ArrayList<>();
        which.forEach((name, of) ->
                lines.add(new Chart.Series(name, points(cases, f -> of.applyAsDouble(f.latency())))));
        return new Chart(title, MICROS, true, lines);
    }

    /** One line for each run and batch size. */
    private List<Chart.Series> lines(ToDoubleFunction<Figures> value) {
        List<Chart.Series> lines = new ArrayList<>();
        for (int i = 0; i < runs.size(); i++) {
            for (int batch : batches(runs.get(i))) {
                lines.add(new Chart.Series(name(i, batch), points(ofBatch(runs.get(i), batch), value)));
            }
        }
        return lines;
    }

    private String name(int run, int batch) {
        String blocks = batch == 1 ? "1 block" : batch + " blocks";
        return runs.size() == 1 ? blocks : names.get(run) + ", " + blocks;
    }

    private static List<Chart.Point> points(List<Figures> cases, ToDoubleFunction<Figures> value) {
        return cases.stream()
                .map(figures -> new Chart.Point(figures.block(), value.applyAsDouble(figures)))
                .toList();
    }

    private static Set<Integer> batches(RunReport run) {
        Set<Integer> batches = new TreeSet<>();
        run.cases().forEach(figures -> batches.add(figures.batch()));
        return batches;
    }

    private static List<Figures> ofBatch(RunReport run, int batch) {
        return run.cases().stream().filter(figures -> figures.batch() == batch).toList();
    }

    /** Bandwidth and median of every run, each with its ratio to the first one's. */
    private String comparison() {
        StringBuilder html = new StringBuilder(4096);
        html.append("<h2>Comparison</h2>\n<div class=\"wide\"><table><thead><tr><th>Block (B)</th><th>Batch</th>");
        names.forEach(name ->
                html.append(Html.element("th", name + ": GB/s")).append(Html.element("th", name + ": p50 (\u00b5s)")));
        html.append("</tr></thead><tbody>\n");
        Set<Key> keys = new LinkedHashSet<>();
        runs.forEach(run -> run.cases().forEach(figures -> keys.add(Key.of(figures))));
        for (Key key : keys) {
            html.append("<tr><td>" + key.block() + "</td><td>" + key.batch() + "</td>");
            for (int run = 0; run < runs.size(); run++) {
                html.append(ratio(key, run, Figures::bandwidth))
                        .append(ratio(key, run, f -> f.latency().p50()));
            }
            html.append("</tr>\n");
        }
        return html.append("</tbody></table></div>\n").toString();
    }

    private String ratio(Key key, int run, ToDoubleFunction<Figures> value) {
        double own = value(key, runs.get(run), value);
        double first = value(key, runs.getFirst(), value);
        if (Double.isNaN(own)) {
            return "<td>\u2013</td>";
        }
        boolean comparable = run > 0 && first > 0;
        String text = Axis.number(own) + (comparable ? String.format(Locale.ROOT, " (%.2f\u00d7)", own / first) : "");
        return Html.element("td", text);
    }

    private static double value(Key key, RunReport run, ToDoubleFunction<Figures> value) {
        return run.cases().stream()
                .filter(figures -> Key.of(figures).equals(key))
                .mapToDouble(value)
                .findFirst()
                .orElse(Double.NaN);
    }

    private record Key(long block, int batch) {
        static Key of(Figures figures) {
            return new Key(figures.block(), figures.batch());
        }
    }

    private static String table(String name, RunReport run) {
        StringBuilder html = new StringBuilder(4096);
        html.append(Html.element("h2", name)).append("<div class=\"wide\"><table><thead><tr>");
        Table.columns().forEach(column -> html.append(Html.element("th", column.name())));
        html.append("</tr></thead><tbody>\n");
        for (Figures figures : run.cases()) {
            html.append(
                    figures.wrong() ? "<tr class=\"wrong\" title=\"" + Html.escape(figures.verdict()) + "\">" : "<tr>");
            Table.columns()
                    .forEach(column ->
                            html.append(Html.element("td", column.cell().apply(figures))));
            html.append("</tr>\n");
        }
        return html.append("</tbody></table></div>\n").toString();
    }

    /** A row for each name, a column for each run; rows in which runs differ stand out. */
    private String pairs(String title, Function<RunReport, Map<String, String>> map) {
        Set<String> keys = new LinkedHashSet<>();
        runs.forEach(run -> keys.addAll(map.apply(run).keySet()));
        StringBuilder html = new StringBuilder(4096);
        html.append(Html.element("h2", title))
                .append("<div class=\"wide\"><table class=\"pairs\"><thead><tr><th></th>");
        names.forEach(name -> html.append(Html.element("th", name)));
        html.append("</tr></thead><tbody>\n");
        for (String key : keys) {
            List<String> values = runs.stream()
                    .map(run -> map.apply(run).getOrDefault(key, "\u2013"))
                    .toList();
            boolean differ = Set.copyOf(values).size() > 1;
            html.append(differ ? "<tr class=\"differ\">" : "<tr>").append(Html.element("th", key));
            values.forEach(value -> html.append(Html.element("td", value)));
            html.append("</tr>\n");
        }
        return html.append("</tbody></table></div>\n").toString();
    }
}
