// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli;

import io.jnixl.api.BackendInfo;
import io.jnixl.api.MemoryKind;
import java.util.Collection;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A report for people: aligned, without wrapping, so that lines can be searched and copied. */
final class TextReport {
    private static final int LABEL = 10;

    private final StringBuilder text = new StringBuilder(2048);
    private final Report report;

    private TextReport(Report report) {
        this.report = report;
    }

    static String render(Report report) {
        return new TextReport(report).render();
    }

    private String render() {
        head();
        backends();
        settings();
        report.warnings().forEach(warning -> line("", "warning: " + warning));
        if (report.error() != null) {
            line("", "error: " + report.error().getMessage());
        }
        return text.toString();
    }

    private void head() {
        Platform platform = report.platform();
        line("", Text.pad("jnixl", LABEL) + report.version());
        line("", Text.pad("Java", LABEL) + platform.java() + ", " + platform.vm() + ", " + platform.vendor());
        line("", Text.pad("system", LABEL) + platform.system() + " " + platform.release() + " " + platform.arch());
        line("", Text.pad("platform", LABEL) + platform.note());
        text.append('\n');
    }

    private void backends() {
        line("", "backends" + (report.backends().isEmpty() ? ": none found" : ""));
        int names = width(report.backends(), BackendInfo::name);
        int states = width(report.backends(), TextReport::state);
        int kinds = width(report.backends(), TextReport::kinds);
        for (BackendInfo backend : report.backends()) {
            line(
                    "  ",
                    Text.pad(backend.name(), names) + "  " + Text.pad(state(backend), states) + "  "
                            + Text.pad(kinds(backend), kinds) + "  " + backend.version());
            String indent = " ".repeat(names + 4);
            detail(indent, "features", String.join(", ", backend.features()));
            report.traits(backend).forEach((name, value) -> detail(indent, "trait", name + " = " + value));
            detail(indent, "reason", backend.reason());
            detail(indent, "remedy", backend.remedy());
            detail(indent, "from", backend.origin());
        }
        text.append('\n');
    }

    private void settings() {
        line("", "settings" + (report.settings().isEmpty() ? ": none" : ""));
        SettingLines.of(report.settings()).forEach(setting -> line("  ", setting));
        text.append('\n');
    }

    private void detail(String indent, String label, String value) {
        if (!value.isEmpty()) {
            line(indent, Text.pad(label + ":", LABEL) + value);
        }
    }

    private void line(String indent, String content) {
        text.append(indent).append(Text.line(content)).append('\n');
    }

    private static String state(BackendInfo backend) {
        return backend.state().name().toLowerCase(Locale.ROOT);
    }

    private static String kinds(BackendInfo backend) {
        return backend.kinds().stream().sorted().map(MemoryKind::name).collect(Collectors.joining(" "));
    }

    private static <T> int width(Collection<T> rows, Function<T, String> column) {
        return rows.stream()
                .map(column)
                .map(Text::line)
                .mapToInt(String::length)
                .max()
                .orElse(0);
    }
}
