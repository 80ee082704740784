// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Runs {@link ChildMain} under a command that takes rights away. Everything it needs lies where any user may read it. */
final class Child implements AutoCloseable {
    private static final long LIMIT_SECONDS = 60;

    private final Path folder;

    Child() throws IOException {
        folder = Files.createTempDirectory(
                "jnixl-child", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxrwxrwx")));
        open(folder);
        int i = 0;
        for (String entry : System.getProperty("jdk.module.path").split(File.pathSeparator, -1)) {
            copy(Path.of(entry), folder.resolve("cp").resolve(Integer.toString(i++)));
        }
        copy(TargetFolder.TARGET.resolve("classes"), folder.resolve("cp/main"));
        copy(TargetFolder.TARGET.resolve("test-classes"), folder.resolve("cp/test"));
    }

    private static void open(Path path) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxrwxrwx"));
    }

    private static void copy(Path from, Path to) throws IOException {
        if (Files.isRegularFile(from)) { // a module that is packaged already
            Files.createDirectories(to.getParent());
            open(Files.copy(from, to.resolveSibling(to.getFileName() + ".jar")));
            open(to.getParent());
            return;
        }
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    open(Files.createDirectories(target));
                } else {
                    open(Files.copy(file, target));
                }
            }
        }
        open(to.getParent());
    }

    /** A folder that anybody may write in. */
    Path folder() {
        return folder;
    }

    /** Compiles a program of the tests' resources. */
    Path compile(String source) throws IOException, InterruptedException {
        Path code = folder.resolve(source);
        try (var in = Child.class.getResourceAsStream(source)) {
            Files.copy(in, code);
        }
        Path program = folder.resolve(source + ".out");
        run(List.of("cc", "-o", program.toString(), code.toString()));
        return program;
    }

    /** Java with the arguments of {@link ChildMain}, behind a command; answers its output, errors and all. */
    String java(List<String> before, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(before);
        try (Stream<Path> entries = Files.list(folder.resolve("cp"))) {
            String path =
                    String.join(File.pathSeparator, entries.map(Path::toString).toList());
            command.addAll(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx128m",
                    "-XX:+UseSerialGC",
                    "--enable-native-access=ALL-UNNAMED",
                    "-cp",
                    path,
                    ChildMain.class.getName()));
        }
        command.addAll(List.of(arguments));
        return run(command);
    }

    private String run(List<String> command) throws IOException, InterruptedException {
        Path log = Files.createTempFile(folder, "out", ".log");
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            boolean ended = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
            String output = Files.readString(log);
            assertThat(ended).as("%s ended; it said: %s", command, output).isTrue();
            assertThat(process.exitValue())
                    .as("%s; it said: %s", command, output)
                    .isZero();
            return output;
        } finally {
            process.destroyForcibly();
        }
    }

    @Override
    public void close() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(file);
            }
        }
    }
}
