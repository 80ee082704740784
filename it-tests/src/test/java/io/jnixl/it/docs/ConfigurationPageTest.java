// SPDX-License-Identifier: Apache-2.0
package io.jnixl.it.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.agent.ConfigReference;
import io.jnixl.agent.ConfigReference.NativeName;
import io.jnixl.agent.ConfigReference.Section;
import io.jnixl.spi.OptionSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * docs/configuration.md lists every option that there is and no other: one table behind the heading of each settings table. A
 * failure shows the rows as they should be.
 */
class ConfigurationPageTest {
    private static final Path PAGE = Path.of(System.getProperty("basedir", ""))
            .toAbsolutePath()
            .resolveSibling("docs")
            .resolve("configuration.md");
    private static List<String> page = List.of();

    @BeforeAll
    static void read() throws IOException {
        page = Files.readAllLines(PAGE);
    }

    /** The rows of the first table behind a heading, without its two head lines. */
    private static List<String> rowsBehind(String heading) {
        assertThat(page).as("headings of " + PAGE).contains(heading);
        return page.stream()
                .skip(page.indexOf(heading) + 1L)
                .takeWhile(line -> !line.startsWith("#"))
                .dropWhile(line -> !line.startsWith("|"))
                .takeWhile(line -> line.startsWith("|"))
                .skip(2)
                .toList();
    }

    private static ConfigReference reference() {
        return ConfigReference.of(ConfigurationPageTest.class.getClassLoader());
    }

    @Test
    void itListsEveryOptionThatThereIs() {
        assertThat(reference().sections())
                .extracting(Section::heading)
                .contains(
                        "## [agent]", "### [backends.MEMORY]", "### [exchanges.etcd]", "## [[selection]]", "### when");
        assertThat(reference().sections())
                .allSatisfy(
                        section -> assertThat(rowsBehind(section.heading())).containsExactlyElementsOf(section.rows()));
    }

    @Test
    void itListsNothingThatIsNotThere() {
        List<String> headings = page.stream()
                .filter(line -> line.matches("### \\[(backends|exchanges)\\..*"))
                .toList();
        assertThat(headings)
                .containsExactlyInAnyOrderElementsOf(reference().sections().stream()
                        .map(Section::heading)
                        .filter(heading -> heading.startsWith("### ["))
                        .toList());
        assertThat(headings).contains("### [backends.UCX]", "### [backends.POSIX]", "### [backends.GDS]");
    }

    @Test
    void itListsTheNamesOfNativeThatMeanSomethingAndThoseThatDoNot() {
        assertThat(rowsBehind(ConfigReference.NATIVE_HEADING))
                .containsExactlyElementsOf(
                        reference().nativeNames().stream().map(NativeName::row).toList());
        assertThat(reference().nativeNames())
                .filteredOn(name -> !name.keys().isEmpty())
                .extracting(NativeName::name)
                .containsExactly("NIXL_ETCD_ENDPOINTS", "NIXL_ETCD_NAMESPACE", "NIXL_TELEMETRY_ENABLE");
    }

    /** Of {@code backend `UCX`: `device_list`, ...}, each that the row calls the same. */
    @Test
    void optionsOfBackendsThatAreSaidToBeNativesAreThere() {
        List<String> rows = rowsBehind("### Options of backends");
        assertThat(rows).hasSizeGreaterThan(3);
        for (String row : rows) {
            Matcher names = Pattern.compile("`([A-Z_]+)`").matcher(row.split(":", 2)[0]);
            while (names.find()) {
                Matcher options = Pattern.compile("`([a-z_]+)`")
                        .matcher(row.contains("the same options") ? row.split("\\|", -1)[1] : "");
                List<String> there = reference().sections().stream()
                        .filter(section -> section.heading().equals("### [backends." + names.group(1) + "]"))
                        .flatMap(section -> section.options().stream())
                        .map(OptionSpec::name)
                        .toList();
                assertThat(there).as(names.group(1)).isNotEmpty();
                assertThat(options.results().map(option -> option.group(1)))
                        .as(row)
                        .allMatch(there::contains);
            }
        }
    }

    @Test
    void theCommandPrintsTheSameTables() {
        List<String> printed = reference().render().lines().toList();
        assertThat(page)
                .containsAll(printed.stream()
                        .filter(line -> line.startsWith("| `") || line.startsWith("##"))
                        .toList());
    }
}
