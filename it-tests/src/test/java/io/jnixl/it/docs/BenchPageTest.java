// SPDX-License-Identifier: Apache-2.0
package io.jnixl.it.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.cli.bench.BenchCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The options of docs/bench.md are those that the command has. */
class BenchPageTest {
    private static final Path PAGE = Path.of(System.getProperty("basedir", ""))
            .toAbsolutePath()
            .getParent()
            .resolve("docs")
            .resolve("bench.md");
    private static final Pattern OPTION = Pattern.compile("`(--[a-z_]+)");

    @Test
    void thePageNamesEveryOptionAndNoOther() throws IOException {
        Set<String> named = new TreeSet<>();
        for (String line : Files.readAllLines(PAGE)) {
            if (line.startsWith("| `--")) {
                Matcher option = OPTION.matcher(line.substring(0, line.indexOf('|', 1)));
                while (option.find()) {
                    named.add(option.group(1));
                }
            }
        }
        Set<String> there = new TreeSet<>();
        CommandLine bench = BenchCommand.commandLine(() -> false);
        bench.getCommandSpec().options().forEach(option -> there.addAll(List.of(option.names())));
        there.removeAll(Set.of("-h", "--help", "-V", "--version"));
        assertThat(named).isEqualTo(there);
    }
}
