// SPDX-License-Identifier: Apache-2.0
package io.jnixl.it.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.jnixl.spi.BackendProvider;
import java.io.IOException;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;

/** The project that docs/writing-a-backend.md leads to fails where the page says so, and keeps the contract at its end. */
class WritingABackendPageTest {
    private static final Path ROOT =
            Path.of(System.getProperty("basedir", "")).toAbsolutePath().getParent();
    private static final String PROVIDER = "org.example.copy.CopyProvider";
    private static final String TEST = "org.example.copy.CopyContractTest";

    /** Another one in each run. */
    private static final Pattern SEED = Pattern.compile("-Djnixl\\.seed=-?\\d+$");

    private static String page = "";

    @TempDir
    Path folder;

    @BeforeAll
    static void read() throws IOException {
        page = Files.readString(ROOT.resolve("docs/writing-a-backend.md"));
    }

    private GuideProject until(String heading) throws IOException {
        return new GuideProject(page, folder).writtenUntil(page, heading);
    }

    private static EngineExecutionResults run(URLClassLoader loader) throws ClassNotFoundException {
        return EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(loader.loadClass(TEST)))
                .execute();
    }

    private static List<String> failures(EngineExecutionResults results) {
        return results.allEvents().failed().stream()
                .map(event -> event.getRequiredPayload(TestExecutionResult.class))
                .map(result ->
                        Objects.toString(result.getThrowable().orElseThrow().getMessage()))
                .toList();
    }

    @Test
    void itIsRedWhereThePageSaysSo() throws Exception {
        try (URLClassLoader loader = until("## 6.").compiled()) {
            assertThat(failures(run(loader)))
                    .anySatisfy(failure -> assertThat(failure).startsWith("broken: C-MOVE-1 "))
                    .filteredOn(failure -> failure.startsWith("broken: C-MOVE-1 "))
                    .allSatisfy(failure -> assertThat(page)
                            .contains("```text\n" + SEED.matcher(failure).replaceFirst("-Djnixl.seed=42") + "\n```"));
        }
    }

    @Test
    void itIsGreenAtTheEnd() throws Exception {
        try (URLClassLoader loader = until("## 7.").compiled()) {
            EngineExecutionResults results = run(loader);
            assertThat(failures(results)).isEmpty();
            assertThat(page)
                    .contains("clauses exercised in "
                            + results.testEvents().succeeded().count() + " tests, 0 broken, 0 left out");
            assertThat(ServiceLoader.load(BackendProvider.class, loader).stream()
                            .map(provider -> provider.type().getName()))
                    .contains(PROVIDER);
        }
    }

    @Test
    void aProgramMovesBytesByIt() throws Exception {
        GuideProject project = until("## Further");
        project.compiled().close();
        assertThat(page).contains("```text\n" + String.join("\n", project.printed("Move.java")) + "\n```");
    }

    @Test
    void thePomNamesTheVersionsOfThisBuild() throws IOException {
        String pom = until("## 3.").read("pom.xml");
        String ours = Files.readString(ROOT.resolve("pom.xml"));
        assertThat(pom)
                .contains("<artifactId>jnixl-bom</artifactId>\n        <version>" + first(ours, "version"))
                .contains("<artifactId>junit-jupiter</artifactId>\n      <version>" + first(ours, "junit.version"))
                .contains("<artifactId>maven-surefire-plugin</artifactId>\n          <version>"
                        + first(ours, "surefire.version"));
    }

    private static String first(String pom, String element) {
        Matcher matcher = Pattern.compile("<" + element + ">([^<]+)</").matcher(pom);
        assertThat(matcher.find()).as(element).isTrue();
        return matcher.group(1) + "<";
    }
}
