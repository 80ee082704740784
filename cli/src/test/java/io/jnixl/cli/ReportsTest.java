// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ReportsTest {
    private static final Path DOCUMENT = Path.of("..", "docs", "doctor.md");

    @Test
    void textIsAligned() {
        assertThat(TextReport.render(DoctorReports.full())).isEqualTo("""
                jnixl     1.2.3
                Java      25+36, A VM, A Vendor
                system    Linux 6.1 amd64
                platform  supported

                backends
                  MEMORY  active       DRAM       1.2.3
                          features: remote, notes
                          trait:    mode = in process
                          from:     /lib/m.jar
                  GDS     unavailable  DRAM FILE
                          reason:   no GPU
                          remedy:   buy \u00fcne
                          from:     /lib/g.jar

                settings
                  agent.deadline = 5s                default
                  a.key          = \\x1b[31mred line  jnixl.toml:3:7

                warning: a.key does nothing
                error: NOT_SUPPORTED: cannot start [backend GDS]; leave it out
                """);
    }

    @Test
    void anEmptyReportSaysSo() {
        assertThat(TextReport.render(DoctorReports.healthy()))
                .contains("backends: none found\n", "settings: none\n")
                .doesNotContain("error");
    }

    @Test
    void jsonHoldsWhatTheTextHolds() throws IOException {
        String text = JsonReport.render(DoctorReports.full());

        assertThat(StandardCharsets.US_ASCII.newEncoder().canEncode(text)).isTrue();
        Map<String, Object> json = JSON.std.mapFrom(text);
        assertThat(json)
                .containsEntry("schema", 1)
                .containsEntry("ok", false)
                .containsEntry("version", "1.2.3")
                .containsEntry("warnings", List.of("a.key does nothing"))
                .containsEntry("java", Map.of("version", "25+36", "vendor", "A Vendor", "vm", "A VM"))
                .containsEntry(
                        "error",
                        Map.of(
                                "code",
                                "NOT_SUPPORTED",
                                "message",
                                "NOT_SUPPORTED: cannot start [backend GDS]; leave it out",
                                "backend",
                                "GDS",
                                "remedy",
                                "leave it out"));
        assertThat((List<?>) json.get("backends"))
                .last()
                .isEqualTo(Map.of(
                        "name",
                        "GDS",
                        "state",
                        "UNAVAILABLE",
                        "kinds",
                        List.of("DRAM", "FILE"),
                        "version",
                        "",
                        "features",
                        List.of(),
                        "traits",
                        List.of(),
                        "reason",
                        "no GPU",
                        "remedy",
                        "buy \u00fcne",
                        "origin",
                        "/lib/g.jar"));
        assertThat((List<?>) json.get("settings"))
                .last()
                .isEqualTo(Map.of("key", "a.key", "value", "\u001b[31mred\nline", "origin", "jnixl.toml:3:7"));
    }

    @Test
    void theDocumentListsTheFieldsOfTheJson() throws IOException {
        Set<String> fields = new TreeSet<>();
        collect("", JSON.std.mapFrom(JsonReport.render(DoctorReports.full())), fields);

        Set<String> documented = Files.readAllLines(DOCUMENT).stream()
                .filter(line -> line.startsWith("| `"))
                .map(line -> line.split("\\|", -1)[1])
                .flatMap(cell -> Pattern.compile("`([^`]+)`").matcher(cell).results())
                .map(match -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(documented).isEqualTo(fields);
    }

    private static void collect(String path, Object value, Set<String> fields) {
        if (value instanceof Map<?, ?> object) {
            object.forEach((name, field) -> {
                String full = path + name;
                if (field instanceof List<?> list && list.getFirst() instanceof Map<?, ?> first) {
                    fields.add(full + "[]");
                    collect(full + "[].", first, fields);
                } else {
                    if (!(field instanceof Map<?, ?>) || name.equals("error")) {
                        fields.add(full);
                    }
                    collect(full + ".", field, fields);
                }
            });
        }
    }

    @Test
    void platformsAreToldApart() {
        assertThat(platform("Linux", "amd64").note()).isEqualTo("supported");
        assertThat(platform("Linux", "aarch64").note()).isEqualTo("supported, without UCX");
        assertThat(platform("Linux", "riscv64").supported()).isFalse();
        assertThat(platform("Mac OS X", "aarch64").supported()).isFalse();
        assertThat(platform("Mac OS X", "aarch64").note()).contains("Linux");
    }

    private static Platform platform(String system, String arch) {
        return new Platform("25", "v", "vm", system, "1", arch);
    }
}
