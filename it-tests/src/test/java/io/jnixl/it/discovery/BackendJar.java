// SPDX-License-Identifier: Apache-2.0
package io.jnixl.it.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.api.Agent;
import io.jnixl.spi.BackendProvider;
import io.jnixl.spi.SpiVersion;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/**
 * A jar with a provider, made as its author would make it: compiled against the SPI, listed in {@code META-INF/services}
 * and, as a module, in {@code provides}.
 */
final class BackendJar {
    private static final String SERVICE = BackendProvider.class.getName();

    private final String module;
    private final Map<String, String> sources = new LinkedHashMap<>();
    private final List<String> providers = new ArrayList<>();
    private final List<String> left = new ArrayList<>();
    private String clauses = "";
    private boolean descriptor = true;

    /** A jar whose module has this name. */
    BackendJar(String module) {
        this.module = module;
    }

    String module() {
        return module;
    }

    /** A provider of a backend that takes host memory; {@code members} may replace constructor and questions. */
    BackendJar provider(String className, String name, int spiVersion, String... members) {
        String body = String.join("\n", members);
        int dot = className.lastIndexOf('.');
        String availability = body.contains("availability()")
                ? ""
                : "public Availability availability() { return Availability.available(\"1\"); }";
        providers.add(className);
        return source(className, """
                package %s;
                import io.jnixl.api.*;
                import io.jnixl.spi.*;
                import java.util.*;
                @SpiVersion(%d)
                public class %s implements BackendProvider {
                    %s
                    %s
                    public String name() { return "%s"; }
                    public Set<MemoryKind> memoryKinds() { return Set.of(MemoryKind.DRAM); }
                    public Backend create(BackendConfig config, BackendContext context) {
                        return new Backend() {
                            public Capabilities capabilities() { return Capabilities.localOnly(); }
                            public RegisteredMemory register(MemoryRegion region) { return () -> {}; }
                            public BackendTransfer prepare(TransferRequest request) {
                                throw new UnsupportedOperationException();
                            }
                            public void close() {}
                        };
                    }
                }
                """.formatted(
                className.substring(0, dot), spiVersion, className.substring(dot + 1), body, availability, name));
    }

    /** A provider for this SPI. */
    BackendJar provider(String className, String name, String... members) {
        return provider(className, name, SpiVersion.CURRENT, members);
    }

    BackendJar source(String className, String source) {
        sources.put(className.replace('.', '/') + ".java", source);
        return this;
    }

    /** Lists a class that the jar need not have. */
    BackendJar lists(String className) {
        providers.add(className);
        return this;
    }

    /** Compiles against a class that does not go into the jar. */
    BackendJar leavesOut(String className) {
        left.add(className.replace('.', '/') + ".class");
        return this;
    }

    /** More clauses of {@code module-info.java}. */
    BackendJar clauses(String text) {
        clauses = text;
        return this;
    }

    /** Without {@code module-info.class}: an automatic module, where it is one at all. */
    BackendJar automatic() {
        descriptor = false;
        return this;
    }

    /** Writes {@code module.jar}, compiled with these jars beside the SPI. */
    Path build(Path folder, Path... dependencies) throws IOException {
        Path classes = Files.createDirectories(folder.resolve(module + "-classes"));
        Path source = Files.createDirectories(folder.resolve(module + "-src"));
        if (!sources.isEmpty()) {
            compile(source, classes, sources, List.of("-cp", path(dependencies)));
        }
        if (descriptor) {
            compile(source, classes, Map.of("module-info.java", moduleInfo()), List.of("-p", path(dependencies)));
        }
        Path services = classes.resolve("META-INF/services/" + SERVICE);
        Files.createDirectories(services.getParent());
        Files.write(services, providers);
        for (String file : left) {
            Files.delete(classes.resolve(file));
        }
        return pack(classes, folder.resolve(module + ".jar"));
    }

    private String moduleInfo() {
        String provides =
                providers.isEmpty() ? "" : "provides " + SERVICE + " with " + String.join(", ", providers) + ";";
        return "module " + module + " { requires io.jnixl.spi; " + clauses + " " + provides + " }";
    }

    /** The SPI as this test sees it, and the annotations that its module names. */
    private static String path(Path... more) {
        List<String> entries = new ArrayList<>();
        for (Class<?> type : List.of(BackendProvider.class, Agent.class, Nullable.class)) {
            entries.add(place(type));
        }
        for (Path path : more) {
            entries.add(path.toString());
        }
        return String.join(File.pathSeparator, entries);
    }

    private static void compile(Path source, Path classes, Map<String, String> units, List<String> path)
            throws IOException {
        List<Path> files = new ArrayList<>();
        for (Map.Entry<String, String> unit : units.entrySet()) {
            Path file = source.resolve(unit.getKey());
            Files.createDirectories(file.getParent());
            files.add(Files.writeString(file, unit.getValue()));
        }
        List<String> options = new ArrayList<>(List.of("-nowarn", "-proc:none", "-d", classes.toString()));
        options.addAll(path);
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter messages = new StringWriter();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
            boolean done = compiler.getTask(
                            messages, manager, null, options, null, manager.getJavaFileObjectsFromPaths(files))
                    .call();
            assertThat(done).as("javac: %s", messages).isTrue();
        }
    }

    private static Path pack(Path classes, Path jar) throws IOException {
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
                Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                out.putNextEntry(new JarEntry(classes.relativize(file).toString()));
                Files.copy(file, out);
                out.closeEntry();
            }
        }
        return jar;
    }

    /** The jar or folder a class comes from. */
    static String place(Class<?> type) {
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
