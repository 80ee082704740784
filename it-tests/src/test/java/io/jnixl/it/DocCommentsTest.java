// SPDX-License-Identifier: Apache-2.0
package io.jnixl.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.util.JavacTask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What others program against has doc comments. javac's own check would also demand {@code @param} and
 * {@code @return} tags where the sentence already says it all, so only its "no comment" counts here.
 */
class DocCommentsTest {
    @ParameterizedTest
    @ValueSource(strings = {"api", "spi", "backend-tck"})
    void everyPublicElementHasAComment(String module) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(found, Locale.ROOT, null)) {
            List<String> options = List.of(
                    "-proc:none",
                    "-Xdoclint:missing/protected",
                    "-Xmaxwarns",
                    "10000",
                    "-cp",
                    System.getProperty("java.class.path"));
            JavacTask task = (JavacTask) compiler.getTask(
                    null, files, found, options, null, files.getJavaFileObjectsFromPaths(sources(module)));
            task.analyze();
        }
        assertThat(found.getDiagnostics()).noneMatch(d -> d.getKind() == javax.tools.Diagnostic.Kind.ERROR);
        assertThat(found.getDiagnostics().stream()
                        .filter(d -> d.getMessage(Locale.ROOT).contains("no comment"))
                        .map(Object::toString))
                .isEmpty();
    }

    private static List<Path> sources(String module) throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("..", module, "src", "main", "java"))) {
            List<Path> sources = files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> !file.endsWith("module-info.java"))
                    .toList();
            assertThat(sources).isNotEmpty();
            return sources;
        }
    }
}
