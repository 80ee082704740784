// SPDX-License-Identifier: Apache-2.0
package io.jnixl.it.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The checklist of docs/interop.md names the tests that there are: each point is the name of a test in the class beside it. */
class InteropPageTest {
    private static final Path ROOT =
            Path.of(System.getProperty("basedir", "")).toAbsolutePath().getParent();
    private static final Pattern ROW = Pattern.compile("\\| ([A-J]: .+) \\| `(\\w+)` \\|");
    private static final Pattern NAMED = Pattern.compile("@DisplayName\\(\\s*\"([A-J]: [^\"]+)\"\\)");

    private static List<String> page() throws IOException {
        List<String> points = new ArrayList<>();
        for (String line : Files.readAllLines(ROOT.resolve("docs").resolve("interop.md"))) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                points.add(row.group(1) + " in " + row.group(2));
            }
        }
        return points;
    }

    private static List<String> tests() throws IOException {
        List<Path> sources;
        try (Stream<Path> files = Files.walk(ROOT)) {
            sources = files.filter(f -> f.toString().matches(".*/src/test/java/.*\\.java"))
                    .toList();
        }
        List<String> points = new ArrayList<>();
        for (Path source : sources) {
            String name = source.getFileName().toString().replace(".java", "");
            Matcher named = NAMED.matcher(Files.readString(source));
            while (named.find()) {
                points.add(named.group(1) + " in " + name);
            }
        }
        return points;
    }

    @Test
    void everyPointHasItsTestAndEveryTestItsPoint() throws IOException {
        assertThat(page()).hasSizeGreaterThan(50).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(tests());
    }
}
