// SPDX-License-Identifier: Apache-2.0
package io.jnixl.it.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A sample project, built as its author would: alone in a folder, by Maven, against this build's artifacts. Those come from a repository of
 * the test's own, and everything else from the one that this build uses, without a network.
 */
final class Maven {
    private static final long LIMIT_MINUTES = 5;
    private static final Path MODULE =
            Path.of(System.getProperty("basedir", "")).toAbsolutePath();

    /** This project's root. */
    static final Path ROOT = MODULE.getParent();

    private static final Pattern ARTIFACT = Pattern.compile("jnixl-([a-z-]+)-([0-9].*)\\.jar");

    /** How Maven ended, what it wrote, and where the project is. */
    record Result(int exitCode, String output, Path project) {}

    private Maven() {}

    /** {@code mvn verify} on a copy of a sample in this folder. */
    static Result verify(String sample, Path folder) throws IOException, InterruptedException {
        Path project = folder.resolve(sample);
        copy(MODULE.resolve(sample), project);
        Path log = folder.resolve(sample + ".log");
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("maven.home"), "bin", "mvn").toString(),
                        "--batch-mode",
                        "--offline",
                        "--no-transfer-progress",
                        "-Dmaven.repo.local=" + repository(),
                        "-Dmaven.repo.local.tail=" + buildsRepositories(),
                        "verify")
                .directory(project.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("MAVEN_"));
        builder.environment()
                .keySet()
                .removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS", "CLASSPATH"));
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Process process = builder.start();
        try {
            process.getOutputStream().close();
            if (!process.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES)) {
                throw new AssertionError("Maven ran longer than " + LIMIT_MINUTES + " min: " + Files.readString(log));
            }
            return new Result(process.exitValue(), Files.readString(log), project);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    /** Where this build finds what it has downloaded, and what was installed for it. */
    private static String buildsRepositories() {
        String local = System.getProperty("localRepository");
        String tail = System.getProperty("maven.repo.local.tail", "");
        return tail.isEmpty() ? local : local + "," + tail;
    }

    /** What {@code mvn install} would install, where nobody else sees it. */
    private static Path repository() throws IOException {
        Path repository = MODULE.resolve("target").resolve("sample-repository");
        String version = "";
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            Matcher artifact = ARTIFACT.matcher(Path.of(entry).getFileName().toString());
            if (artifact.matches()) {
                version = artifact.group(2);
                Path folder = install(repository, "jnixl-" + artifact.group(1), version, artifact.group(1));
                Path jar = Path.of(entry);
                Files.copy(jar, folder.resolve(jar.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        assertThat(version).as("the version of a jar of ours on the class path").isNotEmpty();
        install(repository, "jnixl", version, "");
        install(repository, "jnixl-bom", version, "bom");
        return repository;
    }

    private static Path install(Path repository, String artifact, String version, String module) throws IOException {
        Path folder = Files.createDirectories(
                repository.resolve("io/jnixl").resolve(artifact).resolve(version));
        Files.copy(
                ROOT.resolve(module).resolve("pom.xml"),
                folder.resolve(artifact + "-" + version + ".pom"),
                StandardCopyOption.REPLACE_EXISTING);
        return folder;
    }

    /** Without what an author has built there. */
    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path name = from.relativize(file);
                if (!name.startsWith("target")) {
                    Path copy = to.resolve(name);
                    Files.createDirectories(copy.getParent());
                    Files.copy(file, copy);
                }
            }
        }
    }
}
