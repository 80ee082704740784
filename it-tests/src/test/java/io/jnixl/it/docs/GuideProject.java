// SPDX-License-Identifier: Apache-2.0
package io.jnixl.it.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.api.Agent;
import io.jnixl.backend.tck.BackendContract;
import io.jnixl.spi.BackendProvider;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/** The project whose files a page shows, each behind a line with its path, written to a folder and compiled there. */
final class GuideProject {
    private static final Pattern FILE =
            Pattern.compile("^`(\\S+)`:\n\n```\\w+\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);

    private static final long LIMIT_SECONDS = 90;

    private final Path folder;
    private final List<MatchResult> files;

    GuideProject(String page, Path folder) {
        this.folder = folder;
        files = FILE.matcher(page).results().toList();
    }

    /** Writes what stands before a heading; later files replace earlier ones. */
    GuideProject writtenUntil(String page, String heading) throws IOException {
        int end = page.indexOf("\n" + heading);
        assertThat(end).as(heading).isPositive();
        for (MatchResult file : files) {
            if (file.start() < end) {
                Path path = folder.resolve(file.group(1));
                Files.createDirectories(path.getParent());
                Files.writeString(path, file.group(2));
            }
        }
        return this;
    }

    String read(String path) throws IOException {
        return Files.readString(folder.resolve(path));
    }

    /** The main classes as a module against ours, the tests on the class path, as an author's build has them. */
    URLClassLoader compiled() throws IOException {
        Path resources = folder.resolve("src/main/resources");
        Path classes = compile("src/main/java", List.of("-p", path(BackendProvider.class, Agent.class)));
        Path tests = compile(
                "src/test/java",
                List.of(
                        "-cp",
                        classes
                                + File.pathSeparator
                                + path(BackendProvider.class, Agent.class, BackendContract.class, Test.class)));
        List<URL> urls = new ArrayList<>();
        for (Path part : List.of(resources, classes, tests)) {
            urls.add(part.toUri().toURL());
        }
        return new URLClassLoader(urls.toArray(URL[]::new), GuideProject.class.getClassLoader());
    }

    /** What a program of the page prints, run with its folder as the current one, behind {@link #compiled()}. */
    List<String> printed(String program) throws IOException, InterruptedException {
        Path out = folder.resolve(program + ".out");
        Path err = folder.resolve(program + ".err");
        String path = String.join(
                File.pathSeparator,
                folder.resolve("target/src/main/java").toString(),
                folder.resolve("src/main/resources").toString(),
                System.getProperty("java.class.path"));
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        path,
                        program)
                .directory(folder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment()
                .keySet()
                .removeIf(variable -> variable.startsWith("JNIXL_") || variable.endsWith("JAVA_OPTIONS"));
        Process process = builder.start();
        try {
            assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS))
                    .as("ends; %s", Files.readString(err))
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.exitValue()).as(Files.readString(err)).isZero();
        return Files.readAllLines(out);
    }

    private Path compile(String sources, List<String> path) throws IOException {
        Path classes = Files.createDirectories(folder.resolve("target").resolve(sources));
        List<String> options = new ArrayList<>(List.of("-nowarn", "-proc:none", "-d", classes.toString()));
        options.addAll(path);
        StringWriter messages = new StringWriter();
        var compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null);
                Stream<Path> walk = Files.walk(folder.resolve(sources))) {
            List<Path> units = walk.filter(Files::isRegularFile).toList();
            boolean done = compiler.getTask(
                            messages, manager, null, options, null, manager.getJavaFileObjectsFromPaths(units))
                    .call();
            assertThat(done).as("javac: %s", messages).isTrue();
        }
        return classes;
    }

    private static String path(Class<?>... types) {
        return Arrays.stream(types).map(GuideProject::place).collect(Collectors.joining(File.pathSeparator));
    }

    private static String place(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
