// SPDX-License-Identifier: Apache-2.0
package io.jnixl.benchmarks.gds;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.benchmarks.twin.Interval;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReportTest {
    private static final Interval BETTER = new Interval(0.98, 1, 1.1);

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({"0.98, 1, 1.1, yes", "0.90, 0.92, 0.96, **no**", "0.96, 0.98, 1, yes?", "0.95, 0.96, 1, no?"})
    void isSureWhereTheWholeIntervalIsOnOneSide(double low, double median, double high, String verdict) {
        assertThat(Report.verdict(new Interval(low, median, high), false)).isEqualTo(verdict);
    }

    @Test
    void ofTooFewPairsNothingIsSaid() {
        assertThat(Report.verdict(BETTER, true)).isEqualTo("too few pairs");
        assertThat(Options.parse("--pairs", "5").tooFewPairs()).isTrue();
        assertThat(Options.parse("--quick").tooFewPairs()).isTrue();
        assertThat(Options.parse("--pairs", "6").tooFewPairs()).isFalse();
    }

    @Test
    void nothingFollowsTheEnd() throws Exception {
        try (Report report = Report.open(Options.parse("--out", folder.toString()))) {
            report.line("first");
            assertThat(report.hasEnded()).isFalse();
            report.end("last");
            report.end("another end");
            report.line("a consequence");
            assertThat(report.hasEnded()).isTrue();
        }
        assertThat(Files.readString(folder.resolve("gds-gpu.md"))).isEqualTo("first\n\nlast\n");
    }
}
