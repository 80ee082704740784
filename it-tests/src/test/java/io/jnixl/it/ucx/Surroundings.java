// SPDX-License-Identifier: Apache-2.0
package io.jnixl.it.ucx;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a child process is started with.
 *
 * @param launcher a command in front of Java's
 * @param javaOptions more options of Java's
 * @param classPath where its classes are
 */
record Surroundings(List<String> launcher, List<String> javaOptions, String classPath) {
    private static final boolean ROOT = System.getProperty("user.name").equals("root");

    Surroundings {
        launcher = List.copyOf(launcher);
        javaOptions = List.copyOf(javaOptions);
    }

    /** Those of this process. */
    Surroundings() {
        this(List.of(), List.of(), System.getProperty("java.class.path"));
    }

    Surroundings with(String... options) {
        return new Surroundings(launcher, List.of(options), classPath);
    }

    /** In mounts of its own, after a shell command, such as one that mounts something. */
    Surroundings afterMounting(String command) {
        List<String> unshare =
                ROOT ? List.of("unshare", "--mount") : List.of("unshare", "--user", "--map-root-user", "--mount");
        return new Surroundings(
                Stream.concat(unshare.stream(), Stream.of("sh", "-c", command + " && exec \"$@\"", "sh"))
                        .toList(),
                javaOptions,
                classPath);
    }

    /** As a user without privileges, who may lock 8 MiB; where this process has none, only the limit is set. */
    Surroundings unprivileged(Path readable) throws IOException {
        List<String> drop = ROOT
                ? List.of("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "--bounding-set", "-all")
                : List.of("env");
        List<String> limit = List.of("sh", "-c", "ulimit -l 8192 && exec \"$@\"", "sh");
        return new Surroundings(
                Stream.concat(drop.stream(), limit.stream()).toList(), javaOptions, readableClassPath(readable));
    }

    /** Copies of what the child needs, where any user may read them: a build may lie in somebody's home. */
    private String readableClassPath(Path folder) throws IOException {
        StringBuilder path = new StringBuilder();
        int i = 0;
        for (String entry : classPath.split(File.pathSeparator, -1)) {
            if (Files.isDirectory(Path.of(entry)) || entry.matches(".*/(jnixl|jucx|tomlj|antlr4-runtime)-[^/]*")) {
                Path copy = folder.resolve("cp" + i++ + (Files.isDirectory(Path.of(entry)) ? "" : ".jar"));
                copy(Path.of(entry), copy);
                path.append(path.isEmpty() ? "" : File.pathSeparator).append(copy);
            }
        }
        return path.toString();
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    open(Files.createDirectories(target));
                } else {
                    open(Files.copy(file, file.equals(from) ? to : target));
                }
            }
        }
    }

    static void open(Path path) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxrwxrwx"));
    }
}
