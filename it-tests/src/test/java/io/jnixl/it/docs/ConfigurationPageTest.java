// SPDX-License-Identifier: Apache-2.0
package io.jnixl.it.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.agent.internal.config.AgentOptions;
import io.jnixl.spi.BackendProvider;
import io.jnixl.spi.MetadataExchangeProvider;
import io.jnixl.spi.OptionSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.Stream;
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

    private static List<String> rows(List<OptionSpec<?>> options) {
        return options.stream().map(ConfigurationPageTest::row).toList();
    }

    private static String row(OptionSpec<?> option) {
        String name = "`" + option.name() + "`" + (option.isSecret() ? " (secret)" : "");
        return "| " + name + " | " + option.type() + " | " + defaultOf(option) + " | " + option.doc() + " |";
    }

    private static String defaultOf(OptionSpec<?> option) {
        String text = option.defaultText();
        if (text == null) {
            return option.isRequired() ? "must be given" : "none";
        }
        return text.isEmpty() ? "empty" : "`" + text + "`";
    }

    /** Of the backends on the path of this test, which are all that the project has. */
    private static Map<String, List<OptionSpec<?>>> backends() {
        Map<String, List<OptionSpec<?>>> all = new LinkedHashMap<>();
        ServiceLoader.load(BackendProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .sorted(Comparator.comparing(BackendProvider::name))
                .forEach(provider -> all.put(provider.name(), provider.options()));
        return all;
    }

    @Test
    void itListsTheOptionsOfTheAgent() {
        assertThat(rowsBehind("## [agent]")).containsExactlyElementsOf(rows(AgentOptions.ALL));
    }

    @Test
    void itListsTheOptionsOfEachBackend() {
        assertThat(backends()).containsKeys("MEMORY", "UCX", "POSIX", "GDS", "GDS_MT");
        assertThat(backends())
                .allSatisfy((name, options) ->
                        assertThat(rowsBehind("### [backends." + name + "]")).containsExactlyElementsOf(rows(options)));
    }

    private static Map<String, List<OptionSpec<?>>> exchanges() {
        Map<String, List<OptionSpec<?>>> all = new LinkedHashMap<>();
        ServiceLoader.load(MetadataExchangeProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .sorted(Comparator.comparing(MetadataExchangeProvider::name))
                .forEach(provider -> all.put(provider.name(), provider.options()));
        return all;
    }

    @Test
    void itListsTheOptionsOfEachExchange() {
        assertThat(exchanges()).containsOnlyKeys("etcd", "files");
        assertThat(exchanges())
                .allSatisfy((name, options) -> assertThat(rowsBehind("### [exchanges." + name + "]"))
                        .containsExactlyElementsOf(rows(options)));
    }

    @Test
    void itListsNoBackendThatIsNotThere() {
        List<String> headings =
                page.stream().filter(line -> line.startsWith("### [backends.")).toList();
        Stream<String> expected = backends().keySet().stream().map(name -> "### [backends." + name + "]");
        assertThat(headings).containsExactlyInAnyOrderElementsOf(expected.toList());
    }
}
