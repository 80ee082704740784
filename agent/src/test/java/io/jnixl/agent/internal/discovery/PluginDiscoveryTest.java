// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jnixl.agent.AgentAssembly;
import io.jnixl.agent.internal.discovery.Found.Broken;
import io.jnixl.agent.internal.discovery.Found.Usable;
import io.jnixl.agent.internal.plugins.Plugin;
import io.jnixl.api.Agent;
import io.jnixl.api.Config;
import io.jnixl.api.MemoryKind;
import io.jnixl.spi.Availability;
import io.jnixl.spi.BackendProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PluginDiscoveryTest {
    /** Answers with a feature that the expression gives. */
    private static String feature(String expression) {
        return "public Availability availability() {"
                + " try { return Availability.available(\"1\", String.valueOf(" + expression + ")); }"
                + " catch (Exception e) { throw new IllegalStateException(e); } }";
    }

    @TempDir
    Path temporary;

    private Path folder;

    @BeforeEach
    void folder() throws IOException {
        folder = temporary.toRealPath();
    }

    private TestJar jar() throws IOException {
        return new TestJar(folder);
    }

    private Path good() throws IOException {
        return jar().provider("good.Good", "GOOD").build("good");
    }

    /** A folder of jars. */
    private Path plugin(String name, Path... jars) throws IOException {
        Path plugin = Files.createDirectory(folder.resolve(name));
        for (Path jar : jars) {
            Files.move(jar, plugin.resolve(jar.getFileName()));
        }
        return plugin;
    }

    private static List<Found> discover(List<BackendProvider> program, Path... plugins) {
        ClassLoader nothing = ClassLoader.getPlatformClassLoader();
        return ProviderDiscovery.discover(
                nothing, program, Stream.of(plugins).map(Plugin::new).toList());
    }

    private static List<Found> discover(Path... plugins) {
        return discover(List.of(), plugins);
    }

    private static String featureOf(Found found) {
        assertThat(found).isInstanceOf(Usable.class);
        Availability availability = ((Usable) found).availability();
        assertThat(availability).isInstanceOf(Availability.Available.class);
        return ((Availability.Available) availability).features().getFirst();
    }

    private Broken brokenBesideGood(Path plugin) throws IOException {
        List<Found> found = discover(plugin, good());
        assertThat(found).hasSize(2);
        assertThat(found.get(1))
                .isInstanceOf(Usable.class)
                .extracting(Found::name)
                .isEqualTo("GOOD");
        assertThat(found.getFirst()).isInstanceOf(Broken.class);
        Broken broken = (Broken) found.getFirst();
        assertThat(broken.origin())
                .startsWith("plugin " + plugin.getFileName() + " (")
                .contains(plugin.toString());
        assertThat(broken.remedy()).isNotBlank();
        return broken;
    }

    // ---- what works

    @Test
    void aJarIsAPlugin() throws IOException {
        Path good = good();
        assertThat(discover(good)).singleElement().isInstanceOfSatisfying(Usable.class, usable -> {
            assertThat(usable.name()).isEqualTo("GOOD");
            assertThat(usable.origin()).isEqualTo("plugin good.jar (" + good + ")");
        });
    }

    @Test
    void aFolderIsAPluginWithItsLibraries() throws IOException {
        Path library = jar().source(
                        "lib.Answer", "package lib; public class Answer { public static int of() { return 41; } }")
                .build("library");
        Path backend = jar().provider(
                        "x.X", "X", feature("Class.forName(\"lib.Answer\").getMethod(\"of\").invoke(null)"))
                .build("backend");
        Path plugin = plugin("x", backend, library);
        List<Found> found = discover(plugin);
        assertThat(featureOf(found.getFirst())).isEqualTo("41");
        assertThat(found)
                .singleElement()
                .satisfies(f -> assertThat(f.origin()).isEqualTo("plugin x (" + plugin.resolve("backend.jar") + ")"));
    }

    @Test
    void pluginsWithOtherVersionsOfOneLibraryLiveTogether() throws IOException {
        assertThat(discover(withLibrary("one", 1), withLibrary("two", 2)))
                .extracting(PluginDiscoveryTest::featureOf)
                .containsExactly("1", "2");
    }

    /** Of a name that the agent's own surroundings have, too. */
    private Path withLibrary(String name, int answer) throws IOException {
        return jar().source(
                        "org.tomlj.Toml",
                        "package org.tomlj; public class Toml { public static int answer() { return " + answer
                                + "; } }")
                .provider(name + ".Provider", name, feature("org.tomlj.Toml.answer()"))
                .build(name);
    }

    @Test
    void whatAPluginDoesNotBringItHasFromTheAgentsSurroundings() throws IOException {
        Path plugin = jar().provider(
                        "x.X",
                        "X",
                        feature("Class.forName(\"org.tomlj.Toml\").getClassLoader() == x.X.class.getClassLoader()"))
                .build("x");
        assertThat(featureOf(discover(plugin).getFirst())).isEqualTo("false");
    }

    @Test
    void aCopyOfTheSpiInAPluginDoesNotCount() throws IOException {
        Path copy = jar().source(
                        "io.jnixl.spi.BackendProvider", "package io.jnixl.spi; public interface BackendProvider {}")
                .build("copy");
        assertThat(discover(plugin("x", copy, good()))).singleElement().isInstanceOf(Usable.class);
    }

    @Test
    void resourcesComeFromThePluginFirst() throws IOException {
        String loader = "x.X.class.getClassLoader()";
        String path = "(\"org/tomlj/Toml.class\")";
        Path plugin = jar().source("org.tomlj.Toml", "package org.tomlj; public class Toml {}")
                .provider(
                        "x.X",
                        "X",
                        feature("java.util.Collections.list(" + loader + ".getResources" + path + ").size() + \" \" + "
                                + loader + ".getResource" + path))
                .build("x");
        assertThat(featureOf(discover(plugin).getFirst())).isEqualTo("2 jar:file:" + plugin + "!/org/tomlj/Toml.class");
    }

    /** Those of the surroundings implement another interface of the same name. */
    @Test
    void aPluginWithItsOwnServiceSeesItsOwnProvidersAlone() throws IOException {
        String count = "java.util.Collections.list(x.X.class.getClassLoader()"
                + ".getResources(\"META-INF/services/%s\")).size()";
        String service = "org.junit.platform.engine.TestEngine";
        Path without =
                jar().provider("x.X", "X", feature(count.formatted(service))).build("without");
        Path with = jar().source(service, "package org.junit.platform.engine; public interface TestEngine {}")
                .provider("x.X", "Y", feature(count.formatted(service)))
                .build("with");
        List<Found> found = discover(without, with);
        assertThat(featureOf(found.get(0))).isNotEqualTo("0");
        assertThat(featureOf(found.get(1))).isEqualTo("0");
    }

    @Test
    void aPluginIsAskedWithItsLoaderAsTheThreadsContext() throws IOException {
        Path plugin = jar().provider(
                        "x.X",
                        "X",
                        "final ClassLoader then = Thread.currentThread().getContextClassLoader();",
                        feature("then == x.X.class.getClassLoader()"
                                + " && then == Thread.currentThread().getContextClassLoader()"))
                .build("x");
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        assertThat(featureOf(discover(plugin).getFirst())).isEqualTo("true");
        assertThat(Thread.currentThread().getContextClassLoader()).isSameAs(before);
    }

    @Test
    void allAgentsOfTheProcessShareAPluginsClasses() throws IOException {
        Path good = good();
        Usable first = (Usable) discover(good).getFirst();
        Usable second = (Usable) discover(good).getFirst();
        assertThat(second.provider().getClass()).isSameAs(first.provider().getClass());
        assertThat(second.provider()).isNotSameAs(first.provider());
    }

    @Test
    void aPluginThatIsReachedTwiceIsOne() throws IOException {
        Path good = good();
        Path link = Files.createSymbolicLink(folder.resolve("link.jar"), good);
        assertThat(discover(good, link)).singleElement().isInstanceOf(Usable.class);
    }

    // ---- names

    @Test
    void theProgramBeatsAPlugin() throws IOException {
        Path good = good();
        List<Found> found = discover(List.of(new Named("GOOD")), good);
        assertThat(found).hasSize(2);
        assertThat(found.getFirst()).isInstanceOf(Usable.class);
        assertThat(found.get(1))
                .isInstanceOfSatisfying(
                        Broken.class,
                        broken -> assertThat(broken.reason())
                                .startsWith("there is a backend GOOD in program (")
                                .endsWith("the one in plugin good.jar (" + good + ") is left out"));
    }

    @Test
    void theFirstOfTwoPluginsWins() throws IOException {
        Path twin = jar().provider("twin.Twin", "GOOD").build("twin");
        List<Found> found = discover(good(), twin);
        assertThat(found.getFirst()).isInstanceOf(Usable.class);
        assertThat(found.get(1))
                .isInstanceOfSatisfying(
                        Broken.class,
                        broken -> assertThat(broken.origin()).isEqualTo("plugin twin.jar (" + twin + ")"));
    }

    // ---- what is broken

    @Test
    void aFileThatIsNoJar() throws IOException {
        Path jar = Files.writeString(folder.resolve("bad.jar"), "this is no jar");
        Broken broken = brokenBesideGood(jar);
        assertThat(broken.name()).isEqualTo("bad.jar");
        assertThat(broken.reason()).startsWith(jar + " is no jar that can be read: ");
        assertThat(broken.remedy()).startsWith("replace it");
    }

    @Test
    void aJarThatWasCutOff() throws IOException {
        Path jar = jar().provider("bad.Bad", "BAD").build("bad");
        byte[] bytes = Files.readAllBytes(jar);
        Files.write(jar, java.util.Arrays.copyOf(bytes, bytes.length / 2));
        assertThat(brokenBesideGood(jar).reason()).startsWith(jar + " is no jar that can be read: ");
    }

    @Test
    void aDamagedLibraryBreaksThePluginAlone() throws IOException {
        Path library = Files.writeString(folder.resolve("library.jar"), "this is no jar");
        Path plugin = plugin("bad", jar().provider("bad.Bad", "BAD").build("backend"), library);
        assertThat(brokenBesideGood(plugin).reason()).contains(plugin.resolve("library.jar") + " is no jar");
    }

    @Test
    void aFolderWithoutJars() throws IOException {
        Path plugin = plugin("bad");
        Files.createDirectories(plugin.resolve("lib"));
        assertThat(brokenBesideGood(plugin).reason()).isEqualTo(plugin + " holds no jar");
    }

    @Test
    void aLinkThatLeadsNowhere() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("bad.jar"), Path.of("nowhere"));
        assertThat(brokenBesideGood(link).reason()).startsWith(link + " leads nowhere");
    }

    @Test
    void aJarThatAllCanWrite() throws IOException {
        Path jar =
                jar().provider("bad.Bad", "BAD", "static { System.exit(42); }").build("bad");
        Files.setPosixFilePermissions(jar, PosixFilePermissions.fromString("rw-rw-rw-"));
        Broken broken = brokenBesideGood(jar);
        assertThat(broken.reason()).isEqualTo(jar + " can be written by everybody (mode 666)");
        assertThat(broken.remedy()).startsWith("chmod o-w " + jar);
    }

    @Test
    void aFolderThatAllCanWrite() throws IOException {
        Path plugin = plugin("bad", jar().provider("bad.Bad", "BAD").build("backend"));
        Files.setPosixFilePermissions(plugin, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThat(brokenBesideGood(plugin).reason()).isEqualTo(plugin + " can be written by everybody (mode 777)");
    }

    @Test
    void aJarWithoutABackend() throws IOException {
        Path jar = jar().source("lib.Lib", "package lib; public class Lib {}").build("bad");
        assertThat(brokenBesideGood(jar).reason()).startsWith("no jar of it lists a backend in META-INF/services/");
    }

    @Test
    void aConstructorThatThrows() throws IOException {
        Path jar = jar().provider("bad.Bad", "BAD", "public Bad() { throw new IllegalStateException(\"no luck\"); }")
                .build("bad");
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        assertThat(brokenBesideGood(jar).reason())
                .startsWith("its constructor failed: ")
                .endsWith("no luck");
        assertThat(Thread.currentThread().getContextClassLoader()).isSameAs(before);
    }

    @Test
    void aLibraryThatIsMissing() throws IOException {
        Path jar = jar().source("dep.Base", "package dep; public class Base {}")
                .source("bad.Uses", "package bad; public class Uses extends dep.Base {}")
                .provider("bad.Bad", "BAD", "final Uses uses = new Uses();")
                .without("dep.Base")
                .build("bad");
        Broken broken = brokenBesideGood(jar);
        assertThat(broken.reason()).contains("class dep.Base, which it needs, is missing");
        assertThat(broken.remedy()).contains("beside the jar if that is a plugin");
    }

    /** Any library does; this one of the JDK's is not loaded by the JDK itself as long as nobody keeps preferences. */
    @Test
    void aNativeLibraryThatAnotherPluginHas() throws IOException {
        String load = "public Availability availability() {"
                + " System.load(System.getProperty(\"java.home\") + \"/lib/libprefs.so\");"
                + " return Availability.available(\"1\"); }";
        Path first = jar().provider("x.X", "FIRST", load).build("first");
        Path second = jar().provider("x.X", "SECOND", load).build("second");
        List<Found> found = discover(first, second);
        assertThat(found.getFirst()).isInstanceOf(Usable.class);
        assertThat(found.get(1)).isInstanceOfSatisfying(Broken.class, broken -> {
            assertThat(broken.name()).isEqualTo("SECOND");
            assertThat(broken.reason())
                    .contains("a native library cannot be loaded twice in one process: ", "libprefs.so");
            assertThat(broken.remedy()).contains("remove one, and start the process anew");
        });
        assertThat(discover(first)).singleElement().isInstanceOf(Usable.class);
    }

    @Test
    void anotherVersionOfTheSpi() throws IOException {
        Path jar = jar().annotated("bad.Bad", "BAD", "@SpiVersion(99)", "static { System.exit(42); }")
                .build("bad");
        assertThat(brokenBesideGood(jar).reason()).startsWith("it is compiled against SPI version 99");
    }

    // ---- Class-Path

    private TestJar leadingTo(String classPath) throws IOException {
        return jar().provider("bad.Bad", "BAD", "static { System.exit(42); }").attribute("Class-Path", classPath);
    }

    @Test
    void aClassPathThatNamesJarsOfThePluginIsFine() throws IOException {
        Path library =
                jar().source("lib.Lib", "package lib; public class Lib {}").build("my library");
        Path backend = jar().provider("x.X", "X", feature("Class.forName(\"lib.Lib\").getName()"))
                .attribute("Class-Path", "backend.jar my%20library.jar")
                .build("backend");
        assertThat(featureOf(discover(plugin("x", backend, library)).getFirst()))
                .isEqualTo("lib.Lib");
    }

    @Test
    void aClassPathThatLeadsToAnotherPluginIsRefused() throws IOException {
        Broken broken = brokenBesideGood(leadingTo("good.jar").build("bad"));
        assertThat(broken.reason())
                .startsWith(folder.resolve("bad.jar")
                        + " has a Class-Path that leads to good.jar, which is no jar of this");
        assertThat(broken.remedy()).startsWith("put the jars that it needs, and itself, into a folder of their own");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "lib/dep.jar",
                "../bad/backend.jar",
                "./backend.jar",
                ".",
                "file:/tmp/dep.jar",
                "http://host/dep.jar",
                "missing.jar",
                "backend.jar missing.jar",
                "%62ackend.jar",
                "backend.jar?",
                "backend.jar\u000bbackend.jar"
            })
    void aClassPathThatLeadsElsewhereIsRefused(String classPath) throws IOException {
        Path plugin = plugin("bad", leadingTo(classPath).build("backend"));
        assertThat(brokenBesideGood(plugin).reason())
                .startsWith(plugin.resolve("backend.jar") + " has a Class-Path that leads to ");
    }

    /** What counts is beside the jar itself and not beside the link. */
    @Test
    void aClassPathIsFollowedFromWhereTheJarReallyLies() throws IOException {
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        Path library =
                jar().source("lib.Lib", "package lib; public class Lib {}").build("library");
        Path plugin = plugin("bad", library);
        Path backend = leadingTo("library.jar").build("backend");
        Path moved = Files.move(backend, elsewhere.resolve("backend.jar"));
        Files.createSymbolicLink(plugin.resolve("backend.jar"), moved);
        assertThat(brokenBesideGood(plugin).reason()).startsWith(moved + " has a Class-Path that leads to library.jar");
    }

    // ---- what changes

    /** macOS's tar leaves such files. */
    @Test
    void aHiddenFileOfAPluginsFolderIsPassedOver() throws IOException {
        Path plugin = plugin("x", good());
        Files.writeString(plugin.resolve("._good.jar"), "this is no jar");
        assertThat(discover(plugin)).singleElement().isInstanceOf(Usable.class);
    }

    /** By renaming, as an operator would; the class of the old jar goes by the old jar's list. */
    @Test
    void aPluginThatWasReplacedIsUsedByTheNextProcess() throws IOException {
        Path good = good();
        Usable before = (Usable) discover(good).getFirst();
        Path newer = jar().provider("good.Newer", "NEWER")
                .attribute("Jnixl-Spi-Version", "99")
                .build("newer");
        Files.move(newer, good, StandardCopyOption.REPLACE_EXISTING);
        assertThat(discover(good))
                .singleElement()
                .isInstanceOfSatisfying(
                        Usable.class,
                        after -> assertThat(after.provider().getClass())
                                .isSameAs(before.provider().getClass()));
        Files.move(
                jar().source("lib.Lib", "package lib; public class Lib {}").build("without"),
                good,
                StandardCopyOption.REPLACE_EXISTING);
        assertThat(discover(good)).singleElement().isInstanceOf(Usable.class);
    }

    @Test
    void aPluginIsAskedForMemoryOfDevicesWithItsLoaderAsTheThreadsContext() throws IOException {
        String told = "jnixl.test.devices.context";
        Path plugins = plugin(
                "plugins",
                jar().provider(
                                "x.X",
                                "X",
                                "public Availability availability() { return Availability.unavailable(\"a\", \"b\"); }",
                                "public Optional<DeviceMemory> deviceMemory() { System.setProperty(\"" + told
                                        + "\", \"\" + (Thread.currentThread().getContextClassLoader()"
                                        + " == X.class.getClassLoader())); return Optional.empty(); }")
                        .build("x"));
        try (Agent agent = AgentAssembly.of(Config.empty().with("agent.plugins", plugins.toString()))
                .name("me")
                .build()) {
            assertThatThrownBy(() -> agent.allocate(MemoryKind.VRAM, 0, 100))
                    .hasMessageContaining("no module here allocates and copies memory of GPUs");
            assertThat(System.getProperty(told)).isEqualTo("true");
        } finally {
            System.clearProperty(told);
        }
    }
}
