// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** docs/backend-contract.md and the suite have the same clauses, by the same numbers, in the same words. */
class ContractPageTest {
    private static final Path PAGE =
            Path.of(System.getProperty("basedir", "")).toAbsolutePath().resolveSibling(Clause.PAGE);

    /** A clause's number, its sentence, the type and method that say so, and by which name the link is listed. */
    private static final Pattern ROW = Pattern.compile(
            "^\\| (C-[A-Z]+-[0-9]+) \\| (.+?) \\| \\[(\\w+)(?:\\.(\\w+))?]\\[(\\w+)] \\| \\S.* \\|$",
            Pattern.MULTILINE);

    private static final Pattern LINK = Pattern.compile("^\\[(\\w+)]: (\\S+)$", Pattern.MULTILINE);

    private static String page = "";
    private static List<MatchResult> rows = List.of();

    @BeforeAll
    static void read() throws IOException {
        page = Files.readString(PAGE);
        rows = ROW.matcher(page).results().toList();
    }

    /** What is polled and what is not differ by a clause. */
    private static Set<String> ofTheSuite() {
        return Stream.of(Flaw.NONE, Flaw.IGNORES_POLLS)
                .flatMap(flaw -> Clauses.names(ToyBackendContractTest.toy(flaw)).stream())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void thePageHasTheClausesOfTheSuite() {
        assertThat(rows).extracting(row -> row.group(1) + " " + row.group(2)).hasSameElementsAs(ofTheSuite());
    }

    /** The summary tells of the clauses in this order. */
    @Test
    void theSuiteHasThePagesOrder() {
        List<String> ofThePage =
                rows.stream().map(row -> row.group(1) + " " + row.group(2)).toList();
        for (Flaw flaw : List.of(Flaw.NONE, Flaw.IGNORES_POLLS)) {
            Set<String> ofTheSuite = Clauses.names(ToyBackendContractTest.toy(flaw));
            assertThat(ofThePage.stream().filter(ofTheSuite::contains)).containsExactlyElementsOf(ofTheSuite);
        }
    }

    @Test
    void everyNumberIsOfOneClause() {
        assertThat(ofTheSuite()).extracting(Clause::number).doesNotHaveDuplicates();
        assertThat(rows).extracting(row -> row.group(1)).doesNotHaveDuplicates();
    }

    @Test
    void everyRowThatLooksLikeAClauseIsOne() {
        assertThat(page.lines().filter(line -> line.startsWith("| C-"))).hasSameSizeAs(rows);
    }

    @Test
    void everyClauseLeadsToWhatTheSpiSays() throws IOException {
        Map<String, String> links =
                LINK.matcher(page).results().collect(Collectors.toMap(link -> link.group(1), link -> link.group(2)));
        for (MatchResult row : rows) {
            Path source = PAGE.resolveSibling(links.get(row.group(5)));
            assertThat(source).as(row.group(1)).hasFileName(row.group(3) + ".java");
            assertThat(row.group(4) == null || Files.readString(source).contains(" " + row.group(4) + "("))
                    .as(row.group() + " names what is in " + source)
                    .isTrue();
        }
    }
}
