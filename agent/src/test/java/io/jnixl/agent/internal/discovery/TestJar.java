// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.api.MemoryKind;
import io.jnixl.spi.BackendProvider;
import io.jnixl.spi.SpiVersion;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/** A jar of sources that a test gives, compiled against this SPI. */
final class TestJar {
    private final Path folder;
    private final Map<String, String> sources = new LinkedHashMap<>();
    private final List<String> services = new ArrayList<>();
    private final List<String> dropped = new ArrayList<>();
    private final Manifest manifest = new Manifest();
    private boolean exploded;

    /** A jar to be written into a folder of its own. */
    TestJar(Path folder) {
        this.folder = folder;
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    }

    /** The source of a class by its full name. */
    TestJar source(String className, String source) {
        sources.put(className.replace('.', '/') + ".java", source);
        return this;
    }

    /** A provider that works, called {@code name}, with more members; an override may replace a method. */
    TestJar annotated(String className, String name, String annotation, String... members) {
        int dot = className.lastIndexOf('.');
        String body = String.join("\n", members);
        StringBuilder source = new StringBuilder("package " + className.substring(0, dot) + ";\n"
                + "import io.jnixl.api.*; import io.jnixl.spi.*; import java.util.*;\n"
                + annotation + "\npublic class " + className.substring(dot + 1) + " implements BackendProvider {\n"
                + body + "\n");
        method(source, body, "name()", "public String name() { return \"" + name + "\"; }");
        method(
                source,
                body,
                "memoryKinds()",
                "public Set<MemoryKind> memoryKinds() { return Set.of(MemoryKind.DRAM); }");
        method(
                source,
                body,
                "availability()",
                "public Availability availability() { return Availability.available(\"1\"); }");
        method(
                source,
                body,
                "create(",
                "public Backend create(BackendConfig c, BackendContext x) { throw new Error(); }");
        return source(className, source + "}\n").service(className);
    }

    /** A provider for this SPI. */
    TestJar provider(String className, String name, String... members) {
        return annotated(className, name, "@SpiVersion(" + SpiVersion.CURRENT + ")", members);
    }

    private static void method(StringBuilder source, String body, String signature, String text) {
        if (!body.contains(signature)) {
            source.append(text).append('\n');
        }
    }

    /** A line of the service file. */
    TestJar service(String line) {
        services.add(line);
        return this;
    }

    TestJar noServices() {
        services.clear();
        return this;
    }

    TestJar attribute(String name, String value) {
        manifest.getMainAttributes().putValue(name, value);
        return this;
    }

    /** Leaves a compiled class out. */
    TestJar without(String className) {
        dropped.add(className.replace('.', '/') + ".class");
        return this;
    }

    /** Makes a folder of classes instead. */
    TestJar exploded() {
        exploded = true;
        return this;
    }

    Path build(String name) throws IOException {
        Path classes = compile(name);
        Files.createDirectories(classes.resolve("META-INF"));
        if (!services.isEmpty()) {
            Path file = classes.resolve("META-INF/services/" + BackendProvider.class.getName());
            Files.createDirectories(file.getParent());
            Files.write(file, services);
        }
        for (String drop : dropped) {
            Files.delete(classes.resolve(drop));
        }
        return exploded ? withManifest(classes) : pack(classes, folder.resolve(name + ".jar"));
    }

    private Path compile(String name) throws IOException {
        Path source = Files.createDirectories(folder.resolve(name + "-src"));
        Path classes = Files.createDirectories(folder.resolve(name + "-classes"));
        List<String> arguments = new ArrayList<>(List.of("-nowarn", "-proc:none", "-d", classes.toString()));
        boolean modular = sources.containsKey("module-info.java");
        arguments.addAll(modular ? List.of("-p", System.getProperty("jdk.module.path")) : List.of("-cp", spi()));
        for (Map.Entry<String, String> entry : sources.entrySet()) {
            Path file = source.resolve(entry.getKey());
            Files.createDirectories(file.getParent());
            Files.writeString(file, entry.getValue());
            arguments.add(file.toString());
        }
        StringWriter output = new StringWriter();
        PrintWriter writer = new PrintWriter(output, true);
        int status = sources.isEmpty()
                ? 0
                : ToolProvider.findFirst("javac").orElseThrow().run(writer, writer, arguments.toArray(String[]::new));
        assertThat(status).as("javac: %s", output).isZero();
        return classes;
    }

    private static String spi() {
        return place(BackendProvider.class) + File.pathSeparator + place(MemoryKind.class);
    }

    private static Path place(Class<?> type) {
        try {
            return Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private Path withManifest(Path classes) throws IOException {
        try (OutputStream out = Files.newOutputStream(classes.resolve("META-INF/MANIFEST.MF"))) {
            manifest.write(out);
        }
        return classes;
    }

    private Path pack(Path classes, Path jar) throws IOException {
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest);
                Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                out.putNextEntry(new JarEntry(classes.relativize(file).toString()));
                Files.copy(file, out);
                out.closeEntry();
            }
        }
        return jar;
    }
}
