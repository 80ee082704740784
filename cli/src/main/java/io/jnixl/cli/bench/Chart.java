// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.bench;

import java.util.List;
import java.util.Locale;

/**
 * A line chart over block length, as SVG.
 *
 * @param title above it
 * @param unit of the values
 * @param logarithmic whether values are
 * @param series the lines
 */
record Chart(String title, String unit, boolean logarithmic, List<Series> series) {
    /** Styles that the page has; more lines than these are told apart by their dashes. */
    static final int COLOURS = 8;

    private static final int WIDTH = 640;
    private static final int HEIGHT = 340;
    private static final int LEFT = 58;
    private static final int RIGHT = 14;
    private static final int TOP = 14;
    private static final int BOTTOM = 44;

    Chart {
        series = List.copyOf(series);
    }

    /** A line with a name. */
    record Series(String name, List<Point> points) {
        Series {
            points = List.copyOf(points);
        }
    }

    /** A value at a block length. */
    record Point(long block, double value) {}

    String render() {
        List<Point> all = series.stream()
                .flatMap(line -> line.points().stream())
                .filter(this::visible)
                .toList();
        StringBuilder svg = new StringBuilder(4096);
        svg.append("<figure class=\"chart\">").append(Html.element("figcaption", title));
        if (all.isEmpty()) {
            return svg.append("<p class=\"note\">No figures.</p></figure>\n").toString();
        }
        Axis x = Axis.blocks(
                all.stream().mapToDouble(Point::block).min().orElseThrow(),
                all.stream().mapToDouble(Point::block).max().orElseThrow());
        double low = all.stream().mapToDouble(Point::value).min().orElseThrow();
        double high = all.stream().mapToDouble(Point::value).max().orElseThrow();
        Axis y = logarithmic ? Axis.decades(low, high) : Axis.linear(high);
        svg.append("<svg viewBox=\"0 0 " + WIDTH + " " + HEIGHT + "\" role=\"img\" aria-label=\"")
                .append(Html.escape(title))
                .append("\">\n");
        grid(svg, x, y);
        for (int i = 0; i < series.size(); i++) {
            line(svg, i, x, y);
        }
        svg.append("</svg>");
        legend(svg);
        return svg.append("</figure>\n").toString();
    }

    private boolean visible(Point point) {
        return !logarithmic || point.value() > 0;
    }

    private static void grid(StringBuilder svg, Axis x, Axis y) {
        for (double tick : y.ticks()) {
            String at = decimal(vertical(y, tick));
            svg.append("<line class=\"grid\" x1=\"" + LEFT + "\" x2=\"" + (WIDTH - RIGHT) + "\" y1=\"")
                    .append(at + "\" y2=\"" + at + "\"/>")
                    .append("<text class=\"tick\" text-anchor=\"end\" dy=\"0.32em\" x=\"" + (LEFT - 8) + "\" y=\"")
                    .append(at + "\">" + Html.escape(y.text().apply(tick)) + "</text>\n");
        }
        int bottom = HEIGHT - BOTTOM;
        svg.append("<line class=\"axis\" x1=\"" + LEFT + "\" x2=\"" + (WIDTH - RIGHT) + "\" y1=\"" + bottom + "\" y2=\""
                + bottom + "\"/>\n");
        for (double tick : x.ticks()) {
            String at = decimal(horizontal(x, tick));
            svg.append("<line class=\"axis\" x1=\"" + at + "\" x2=\"" + at + "\" y1=\"" + bottom + "\" y2=\""
                            + (bottom + 4) + "\"/>")
                    .append("<text class=\"tick\" text-anchor=\"middle\" x=\"" + at + "\" y=\"" + (bottom + 18) + "\">")
                    .append(Html.escape(x.text().apply(tick)) + "</text>\n");
        }
        svg.append("<text class=\"tick\" text-anchor=\"middle\" x=\"" + (LEFT + WIDTH - RIGHT) / 2 + "\" y=\""
                + (HEIGHT - 6) + "\">block size (bytes)</text>\n");
    }

    private void line(StringBuilder svg, int number, Axis x, Axis y) {
        Series line = series.get(number);
        StringBuilder path = new StringBuilder();
        StringBuilder dots = new StringBuilder();
        for (Point point : line.points()) {
            if (!visible(point)) {
                continue;
            }
            String cx = decimal(horizontal(x, (double) point.block()));
            String cy = decimal(vertical(y, point.value()));
            path.append(path.isEmpty() ? "M" : "L").append(cx).append(' ').append(cy);
            dots.append("<circle r=\"3.2\" cx=\"" + cx + "\" cy=\"" + cy + "\"><title>")
                    .append(Html.escape(line.name() + ", " + Size.text(point.block()) + ": "
                            + Axis.number(point.value()) + " " + unit))
                    .append("</title></circle>");
        }
        svg.append("<g class=\"" + style(number) + "\"><path d=\"" + path + "\"/>" + dots + "</g>\n");
    }

    private void legend(StringBuilder html) {
        html.append("<ul class=\"legend\">");
        for (int i = 0; i < series.size(); i++) {
            html.append("<li><svg viewBox=\"0 0 24 8\" aria-hidden=\"true\"><g class=\"" + style(i)
                            + "\"><path d=\"M0 4L24 4\"/></g></svg>")
                    .append(Html.escape(series.get(i).name()))
                    .append("</li>");
        }
        html.append("</ul>");
    }

    private static String style(int number) {
        return "line c" + number % COLOURS + " d" + Math.min(number / COLOURS, 2);
    }

    private static double horizontal(Axis axis, double value) {
        return LEFT + axis.place(value) * (WIDTH - LEFT - RIGHT);
    }

    private static double vertical(Axis axis, double value) {
        return HEIGHT - BOTTOM - axis.place(value) * (HEIGHT - BOTTOM - TOP);
    }

    private static String decimal(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }
}
