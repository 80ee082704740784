// SPDX-License-Identifier: Apache-2.0
package io.jnixl.it.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each of our modules, required by somebody else's, with warnings as errors and without the annotations that ours name. */
class ModuleConsumersIT {
    /** On this test's class path and not on a consumer's module path: those annotations, and two tools that share packages. */
    private static final List<String> NOT_THEIRS = List.of("jspecify-", "jazzer-", "lincheck-");

    @TempDir
    Path folder;

    private static List<Path> jars() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .map(Path::of)
                .filter(path -> path.toString().endsWith(".jar"))
                .filter(path -> NOT_THEIRS.stream()
                        .noneMatch(prefix -> path.getFileName().toString().startsWith(prefix)))
                .toList();
    }

    private static List<String> modules() {
        Path[] ours = jars().stream()
                .filter(jar -> jar.getFileName().toString().startsWith("jnixl-"))
                .toArray(Path[]::new);
        return ModuleFinder.of(ours).findAll().stream()
                .map(ModuleReference::descriptor)
                .filter(module -> !module.isAutomatic())
                .map(module -> module.name())
                .sorted()
                .toList();
    }

    @Test
    void allAreLookedAt() {
        assertThat(modules())
                .contains(
                        "io.jnixl.api",
                        "io.jnixl.spi",
                        "io.jnixl.agent",
                        "io.jnixl.guice",
                        "io.jnixl.backend.memory",
                        "io.jnixl.backend.posix",
                        "io.jnixl.backend.tck",
                        "io.jnixl.backend.ucx",
                        "io.jnixl.metadata.etcd");
    }

    @ParameterizedTest
    @MethodSource("modules")
    void aModuleThatRequiresItCompiles(String module) throws IOException {
        Path source =
                Files.writeString(folder.resolve("module-info.java"), "module consumer { requires " + module + "; }");
        String path = String.join(
                File.pathSeparator, jars().stream().map(Path::toString).toList());
        List<String> options = List.of("-Xlint:all", "-Werror", "-proc:none", "-p", path, "-d", folder.toString());
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter messages = new StringWriter();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
            boolean done = compiler.getTask(messages, manager, null, options, null, manager.getJavaFileObjects(source))
                    .call();
            assertThat(done).as("javac: %s", messages).isTrue();
        }
        assertThat(folder.resolve("module-info.class")).exists();
    }
}
