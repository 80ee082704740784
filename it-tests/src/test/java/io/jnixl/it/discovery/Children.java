// SPDX-License-Identifier: Apache-2.0
package io.jnixl.it.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.api.Agent;
import io.jnixl.spi.BackendProvider;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;

/** How the children are started, and what all of them must tell. */
final class Children {
    private static final String MAIN = ChildMain.class.getName();

    private Children() {}

    /** api, spi, agent and its TOML parser. */
    static String product() {
        return String.join(
                File.pathSeparator,
                BackendJar.place(Agent.class),
                BackendJar.place(BackendProvider.class),
                BackendJar.place(named("io.jnixl.agent.internal.discovery.ProviderDiscovery")),
                BackendJar.place(named("org.tomlj.Toml")));
    }

    private static Class<?> named(String name) {
        try {
            return Class.forName(name, false, Children.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A jar with the children's programs alone: nothing else of the tests is to be on their path. */
    static Path mainJar(Path folder) throws IOException {
        Path jar = folder.resolve("main.jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            for (Class<?> program : List.of(ChildMain.class, MoveMain.class)) {
                String name = program.getName().replace('.', '/') + ".class";
                out.putNextEntry(new JarEntry(name));
                try (InputStream in = program.getResourceAsStream("/" + name)) {
                    assertThat(in).isNotNull().satisfies(bytes -> bytes.transferTo(out));
                }
                out.closeEntry();
            }
        }
        return jar;
    }

    static ChildJvm.Result onClassPath(Path folder, Path... jars) throws IOException, InterruptedException {
        return ChildJvm.run(folder, List.of("-cp", product() + join(mainJar(folder)) + join(jars), MAIN));
    }

    /** The program itself is on the class path, as an application is that puts its libraries into modules. */
    static ChildJvm.Result onModulePath(Path folder, String modules, Path... jars)
            throws IOException, InterruptedException {
        return ChildJvm.run(
                folder,
                List.of(
                        "-p",
                        product() + join(jars),
                        "--add-modules",
                        "io.jnixl.agent," + modules,
                        "-cp",
                        mainJar(folder).toString(),
                        MAIN));
    }

    /** The product on the class path, with these jars; backends in a directory of plugins. */
    static ChildJvm.Result withPlugins(Path folder, Path plugins, List<String> flags, Path... jars)
            throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(flags);
        arguments.addAll(List.of("-cp", product() + join(mainJar(folder)) + join(jars), MAIN, plugins.toString()));
        return ChildJvm.run(folder, arguments);
    }

    static ChildJvm.Result withPlugins(Path folder, Path plugins) throws IOException, InterruptedException {
        return withPlugins(folder, plugins, List.of());
    }

    /** Two agents move bytes by a backend in a directory of plugins. */
    static ChildJvm.Result movingWithPlugins(Path folder, Path plugins) throws IOException, InterruptedException {
        return ChildJvm.run(
                folder,
                List.of("-cp", product() + join(mainJar(folder)), MoveMain.class.getName(), plugins.toString()));
    }

    /** The same as {@link #withPlugins} with the product in modules. */
    static ChildJvm.Result inModulesWithPlugins(Path folder, Path plugins, List<String> flags)
            throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(flags);
        arguments.addAll(List.of("-p", product(), "--add-modules", "io.jnixl.agent"));
        arguments.addAll(List.of("-cp", mainJar(folder).toString(), MAIN, plugins.toString()));
        return ChildJvm.run(folder, arguments);
    }

    private static String join(Path... paths) {
        StringBuilder text = new StringBuilder();
        for (Path path : paths) {
            text.append(File.pathSeparator).append(path);
        }
        return text.toString();
    }

    /** The good backend runs and takes memory, and the other is told of as the situation demands. */
    static void assertTold(ChildJvm.Result result, Situation situation, String goodOrigin, String badOrigin) {
        assertThat(result.exitCode()).as(result.output()).isZero();
        assertThat(result.backends()).as(result.output()).hasSize(2);
        assertGoodWorks(result, goodOrigin);
        assertThat(result.backends())
                .as(result.output())
                .filteredOn(backend -> !backend.state().equals("ACTIVE"))
                .singleElement()
                .satisfies(backend -> {
                    assertThat(backend.state()).isEqualTo(situation.state);
                    assertThat(backend.name()).isEqualTo(situation.name);
                    assertThat(backend.origin()).isEqualTo(badOrigin);
                    assertThat(backend.reason()).startsWith(situation.reason);
                    assertThat(backend.remedy()).isNotBlank();
                });
    }

    static void assertGoodWorks(ChildJvm.Result result, String goodOrigin) {
        assertThat(result.backends())
                .as(result.output())
                .filteredOn(backend -> backend.state().equals("ACTIVE"))
                .singleElement()
                .satisfies(backend -> {
                    assertThat(backend.name()).isEqualTo("GOOD");
                    assertThat(backend.origin()).isEqualTo(goodOrigin);
                });
        assertThat(result.output()).contains(ChildMain.REGISTERED + "GOOD: accepted");
    }
}
