// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jnixl.agent.internal.discovery.Found.Broken;
import io.jnixl.agent.internal.discovery.Found.Usable;
import io.jnixl.api.MemoryKind;
import io.jnixl.spi.Availability;
import io.jnixl.spi.BackendProvider;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClassPathDiscoveryTest {
    @TempDir
    Path folder;

    private final List<URLClassLoader> loaders = new ArrayList<>();

    @TempDir
    static Path shared;

    private static Path good;

    @BeforeAll
    static void goodJar() throws IOException {
        good = new TestJar(shared)
                .provider(
                        "good.Good",
                        "GOOD",
                        "public int preference() { return 7; }",
                        "public Set<String> excludes() { return Set.of(\"X\"); }")
                .build("good");
    }

    @AfterEach
    void closeLoaders() throws IOException {
        for (URLClassLoader loader : loaders) {
            loader.close();
        }
    }

    private URLClassLoader loader(Path... jars) throws IOException {
        URL[] urls = new URL[jars.length];
        for (int i = 0; i < jars.length; i++) {
            urls[i] = jars[i].toUri().toURL();
        }
        URLClassLoader loader = new URLClassLoader(urls, BackendProvider.class.getClassLoader());
        loaders.add(loader);
        return loader;
    }

    private List<Found> discover(Path... jars) throws IOException {
        return ProviderDiscovery.discover(loader(jars), List.of());
    }

    /** What becomes of a jar beside a good one, which must work whatever the other does. */
    private Broken brokenBesideGood(TestJar bad) throws IOException {
        Path jar = bad.build("bad");
        List<Found> found = discover(jar, good);
        assertThat(found).hasSize(2);
        assertThat(found.get(1))
                .isInstanceOfSatisfying(
                        Usable.class, usable -> assertThat(usable.name()).isEqualTo("GOOD"));
        assertThat(found.getFirst()).isInstanceOf(Broken.class);
        Broken broken = (Broken) found.getFirst();
        assertThat(broken.origin()).isEqualTo(jar.toString());
        assertThat(broken.reason()).isNotBlank();
        assertThat(broken.remedy()).isNotBlank();
        return broken;
    }

    @Test
    void aWorkingProviderIsAskedEverything() throws IOException {
        assertThat(discover(good)).singleElement().isInstanceOfSatisfying(Usable.class, usable -> {
            assertThat(usable.name()).isEqualTo("GOOD");
            assertThat(usable.kinds()).containsExactly(MemoryKind.DRAM);
            assertThat(usable.options()).isEmpty();
            assertThat(usable.availability()).isInstanceOf(Availability.Available.class);
            assertThat(usable.preference()).isEqualTo(7);
            assertThat(usable.excludes()).containsExactly("X");
            assertThat(usable.origin()).isEqualTo(good.toString());
        });
    }

    @Test
    void providersComeInTheOrderOfTheClassPath() throws IOException {
        Path other = new TestJar(folder)
                .provider("other.B", "B")
                .provider("other.A", "A")
                .service("# a comment")
                .service("  other.B  # again")
                .build("other");
        assertThat(discover(other, good)).extracting(Found::name).containsExactly("B", "A", "GOOD");
        assertThat(discover(good, other)).extracting(Found::name).containsExactly("GOOD", "B", "A");
    }

    @Test
    void aFolderOfClassesAndBlanksInItsNameAreFine() throws IOException {
        Path classes = new TestJar(folder).provider("x.X", "X").exploded().build("a folder #1%20");
        assertThat(discover(classes)).singleElement().isInstanceOf(Usable.class);
        assertThat(discover(classes).getFirst().origin()).isEqualTo(classes.toString());
    }

    @Test
    void nothingIsThereWithoutJars() throws IOException {
        assertThat(discover()).isEmpty();
    }

    @Test
    void aConstructorThatThrows() throws IOException {
        Broken broken = brokenBesideGood(new TestJar(folder)
                .provider(
                        "bad.Bad", "BAD", "public Bad() { throw new IllegalStateException(\"no luck\\n\\u001b\"); }"));
        assertThat(broken.name()).isEqualTo("bad.Bad");
        assertThat(broken.reason())
                .startsWith("its constructor failed: java.lang.IllegalStateException: no luck")
                .doesNotContain("\n", "\u001b");
        assertThat(broken.cause()).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aStaticInitializerThatThrows() throws IOException {
        Broken broken = brokenBesideGood(new TestJar(folder)
                .provider("bad.Bad", "BAD", "static { if (true) throw new IllegalStateException(\"no luck\"); }"));
        assertThat(broken.reason())
                .isEqualTo("its constructor failed: its static initializer failed:"
                        + " java.lang.IllegalStateException: no luck");
    }

    @Test
    void aMissingDependencyOfTheClass() throws IOException {
        Broken broken = brokenBesideGood(new TestJar(folder)
                .source("dep.Base", "package dep; public class Base {}")
                .source(
                        "bad.Bad",
                        "package bad; @io.jnixl.spi.SpiVersion(1) public abstract class Bad extends dep.Base"
                                + " implements io.jnixl.spi.BackendProvider {}")
                .service("bad.Bad")
                .without("dep.Base"));
        assertThat(broken.name()).isEqualTo("bad.Bad");
        assertThat(broken.reason())
                .isEqualTo("class bad.Bad cannot be loaded: class dep.Base, which it needs, is missing");
        assertThat(broken.remedy()).contains("put the jar that holds dep.Base on the class path");
    }

    @Test
    void aMissingDependencyOfAMethod() throws IOException {
        Broken broken = brokenBesideGood(new TestJar(folder)
                .source("dep.Tool", "package dep; public class Tool { public static int x() { return 1; } }")
                .provider("bad.Bad", "BAD", "public int preference() { return dep.Tool.x(); }")
                .without("dep.Tool"));
        assertThat(broken.name()).isEqualTo("BAD");
        assertThat(broken.reason()).isEqualTo("its preference() failed: class dep.Tool, which it needs, is missing");
    }

    @Test
    void aListedClassThatIsNotThere() throws IOException {
        Broken broken = brokenBesideGood(new TestJar(folder).service("bad.Gone"));
        assertThat(broken.name()).isEqualTo("bad.Gone");
        assertThat(broken.reason())
                .contains("class bad.Gone, which its META-INF/services/")
                .contains("is missing");
    }

    @Test
    void aNativeLibraryThatIsMissing() throws IOException {
        Broken broken = brokenBesideGood(new TestJar(folder)
                .provider(
                        "bad.Bad",
                        "BAD",
                        "public Availability availability() { throw new UnsatisfiedLinkError(\"libucp.so.0\"); }"));
        assertThat(broken.name()).isEqualTo("BAD");
        assertThat(broken.reason())
                .isEqualTo("its availability() failed: a native library or a symbol of it is missing: libucp.so.0");
        assertThat(broken.remedy()).contains("-Djava.library.path");
    }

    @Test
    void aNativeLibraryThatTheProviderMissesItself() throws IOException {
        Path jar = new TestJar(folder)
                .provider(
                        "bad.Bad",
                        "BAD",
                        "public Availability availability() { return Availability.unavailable(\"no ucx\", \"apt\"); }")
                .build("bad");
        assertThat(discover(jar))
                .singleElement()
                .isInstanceOfSatisfying(
                        Usable.class,
                        usable ->
                                assertThat(usable.availability()).isEqualTo(Availability.unavailable("no ucx", "apt")));
    }

    @Test
    void nativeAccessThatIsDenied() throws IOException {
        Broken broken = brokenBesideGood(new TestJar(folder)
                .provider("bad.Bad", "BAD", "public Bad() { throw new IllegalCallerException(\"denied\"); }"));
        assertThat(broken.remedy()).contains("--enable-native-access=");
    }

    @Test
    void anSpiVersionThatIsTooNewAsksForANewerAgent() throws IOException {
        Broken broken = brokenBesideGood(new TestJar(folder)
                .annotated("bad.Bad", "BAD", "@SpiVersion(99)", "public Bad() { System.exit(42); }"));
        assertThat(broken.reason()).isEqualTo("it is compiled against SPI version 99, this agent has version 1");
        assertThat(broken.remedy()).startsWith("upgrade jnixl-agent");
    }

    @Test
    void anSpiVersionThatIsTooOldAsksForANewerBackend() throws IOException {
        Broken broken = brokenBesideGood(
                new TestJar(folder).annotated("bad.Bad", "BAD", "@SpiVersion(0)", "static { System.exit(42); }"));
        assertThat(broken.remedy()).isEqualTo("upgrade the backend");
    }

    @Test
    void anSpiVersionIsRequired() throws IOException {
        Broken broken =
                brokenBesideGood(new TestJar(folder).annotated("bad.Bad", "BAD", "", "static { System.exit(42); }"));
        assertThat(broken.reason()).startsWith("it does not say which SPI version");
        assertThat(broken.remedy()).contains("@SpiVersion");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theManifestStandsForTheAnnotation(boolean exploded) throws IOException {
        TestJar jar = new TestJar(folder).annotated("x.X", "X", "").attribute("Jnixl-Spi-Version", "1");
        Path place = (exploded ? jar.exploded() : jar).build("x y");
        assertThat(discover(good, place)).extracting(Found::name).containsExactly("GOOD", "X");
        assertThat(discover(good, place)).allSatisfy(found -> assertThat(found).isInstanceOf(Usable.class));
    }

    @ParameterizedTest
    @CsvSource({"2, compiled against SPI version 2", "one, 'is \"one\", not a number'", "'', 'is \"\", not a number'"})
    void theManifestIsCheckedAsTheAnnotationIs(String value, String reason) throws IOException {
        Broken broken = brokenBesideGood(
                new TestJar(folder).annotated("bad.Bad", "BAD", "").attribute("Jnixl-Spi-Version", value));
        assertThat(broken.reason()).contains(reason);
    }

    @Test
    void theManifestExplainsAClassThatDoesNotLoad() throws IOException {
        Broken broken = brokenBesideGood(new TestJar(folder).service("bad.Gone").attribute("Jnixl-Spi-Version", "3"));
        assertThat(broken.reason()).isEqualTo("it is compiled against SPI version 3, this agent has version 1");
    }

    @Test
    void aClassThatIsNoProvider() throws IOException {
        Broken broken = brokenBesideGood(new TestJar(folder)
                .source("bad.Bad", "package bad; public class Bad { static { System.exit(42); } }")
                .service("bad.Bad"));
        assertThat(broken.reason()).isEqualTo("class bad.Bad is no io.jnixl.spi.BackendProvider");
    }

    @Test
    void aProviderOfAnotherCopyOfTheSpi() throws IOException {
        Path jar = new TestJar(folder)
                .source("io.jnixl.spi.BackendProvider", "package io.jnixl.spi; public interface BackendProvider {}")
                .source("bad.Bad", "package bad; public class Bad implements io.jnixl.spi.BackendProvider {}")
                .service("bad.Bad")
                .build("copy");
        URLClassLoader alone = new URLClassLoader(new URL[] {jar.toUri().toURL()}, null);
        loaders.add(alone);
        assertThat(ProviderDiscovery.discover(alone, List.of()))
                .singleElement()
                .isInstanceOfSatisfying(
                        Broken.class,
                        broken -> assertThat(broken.reason())
                                .contains("is no io.jnixl.spi.BackendProvider of this agent")
                                .contains(jar.toString()));
    }

    @ParameterizedTest
    @CsvSource({
        "public class Bad, 'Bad(int x) {}', no public constructor without arguments",
        "public class Bad, 'Bad() {}', no public constructor without arguments",
        "public abstract class Bad, 'public Bad() {}', is abstract",
        "class Bad, 'public Bad() {}', is not public"
    })
    void aClassThatCannotBeInstantiated(String head, String constructor, String reason) throws IOException {
        Broken broken = brokenBesideGood(new TestJar(folder)
                .source(
                        "bad.Bad",
                        "package bad; import io.jnixl.api.*; import io.jnixl.spi.*; import java.util.*; @SpiVersion(1) "
                                + head + " implements BackendProvider { " + constructor
                                + " public String name() { return \"BAD\"; }"
                                + " public Set<MemoryKind> memoryKinds() { return Set.of(); }"
                                + " public Availability availability() { return null; }"
                                + " public Backend create(BackendConfig c, BackendContext x) { return null; } }")
                .service("bad.Bad"));
        assertThat(broken.reason()).startsWith("class bad.Bad").contains(reason);
    }

    @Test
    void linesThatAreNoClassNames() throws IOException {
        Path jar = new TestJar(folder)
                .service("not a class")
                .service("a..b")
                .service(".a")
                .service("1.a")
                .service("\u001b[2J")
                .service("x/Y")
                .build("lines");
        assertThat(discover(jar))
                .hasSize(6)
                .allSatisfy(found -> assertThat(((Broken) found).reason()).endsWith("is no class name"))
                .allSatisfy(found -> assertThat(found.name()).doesNotContain("\u001b"));
    }

    @Test
    void aServiceFileThatIsTooLong() throws IOException {
        Path jar = new TestJar(folder).service("#" + "x".repeat(1 << 16)).build("long");
        assertThat(discover(jar, good))
                .hasSize(2)
                .first()
                .isInstanceOfSatisfying(
                        Broken.class, broken -> assertThat(broken.reason()).contains("longer than 65536 bytes"));
    }

    @ParameterizedTest
    @CsvSource({
        "public String name() { return null; }, name() answered null, bad.Bad",
        "public String name() { return \"a b\"; }, name() answered \"a b\", bad.Bad",
        "public String name() { return \"\"; }, 'name() answered \"\"', bad.Bad",
        "public String name() { return \"x\".repeat(65); }, name() answered \"xxx, bad.Bad",
        "public String name() { throw new Error(); }, name() failed: java.lang.Error, bad.Bad",
        "public Set<MemoryKind> memoryKinds() { return null; }, memoryKinds() answered null, BAD",
        "'public Set<MemoryKind> memoryKinds() { return Collections.singleton(null); }', memoryKinds() answered null, BAD",
        "public List<OptionSpec<?>> options() { return null; }, options() answered null, BAD",
        "'public List<OptionSpec<?>> options() { return List.of(OptionSpec.string(\"a\", \"\"), OptionSpec.bool(\"a\", \"\")); }',"
                + " two options named a, BAD",
        "public Set<String> excludes() { return null; }, excludes() answered null, BAD",
        "public Availability availability() { return null; }, availability() answered null, BAD",
        "public int preference() { return preference() + 1; }, preference() failed: java.lang.StackOverflowError, BAD",
        "public int preference() { return 1 / (int) Math.floor(0.5); }, ArithmeticException, BAD"
    })
    void answersThatTheContractDoesNotAllow(String member, String reason, String name) throws IOException {
        Broken broken = brokenBesideGood(new TestJar(folder).provider("bad.Bad", "BAD", member));
        assertThat(broken.reason()).contains(reason);
        assertThat(broken.name()).isEqualTo(name);
    }

    @Test
    void aThrowableThatThrowsWhenAsked() throws IOException {
        Broken broken = brokenBesideGood(new TestJar(folder)
                .provider(
                        "bad.Bad",
                        "BAD",
                        "static class Nasty extends RuntimeException {"
                                + " public String getMessage() { throw new Nasty(); } }",
                        "public Bad() { throw new Nasty(); }"));
        assertThat(broken.reason()).isEqualTo("its constructor failed: bad.Bad$Nasty");
    }

    @Test
    void errorsOfTheVirtualMachineAreNotTheProviders() throws IOException {
        Path jar = new TestJar(folder)
                .provider("bad.Bad", "BAD", "public Bad() { throw new OutOfMemoryError(\"test\"); }")
                .build("bad");
        URLClassLoader loader = loader(jar);
        assertThatThrownBy(() -> ProviderDiscovery.discover(loader, List.of())).isInstanceOf(OutOfMemoryError.class);
    }

    @Test
    void ofTwoWithOneNameTheFirstWorks() throws IOException {
        Path twin = new TestJar(folder).provider("twin.Twin", "GOOD").build("twin");
        List<Found> found = discover(good, twin);
        assertThat(found.getFirst()).isInstanceOf(Usable.class);
        assertThat(found.getFirst().origin()).isEqualTo(good.toString());
        assertThat(found.get(1)).isInstanceOfSatisfying(Broken.class, broken -> {
            assertThat(broken.name()).isEqualTo("GOOD");
            assertThat(broken.reason()).contains(good.toString()).contains(twin.toString());
        });
        assertThat(discover(twin, good).getFirst().origin()).isEqualTo(twin.toString());
    }

    @Test
    void twoVersionsOfOneJarAreReported() throws IOException {
        Path second = Files.copy(good, folder.resolve("good-2.jar"));
        List<Found> found = discover(good, second);
        assertThat(found).hasSize(2);
        assertThat(found.get(1)).isInstanceOfSatisfying(Broken.class, broken -> {
            assertThat(broken.name()).isEqualTo("GOOD");
            assertThat(broken.origin()).isEqualTo(second.toString());
            assertThat(broken.reason()).contains(good.toString()).contains(second.toString());
        });
    }

    @Test
    void oneJarSeenTwiceIsOneProvider() throws IOException {
        URLClassLoader parent = loader(good);
        URLClassLoader child = new URLClassLoader(new URL[] {good.toUri().toURL()}, parent);
        loaders.add(child);
        assertThat(ProviderDiscovery.discover(child, List.of())).singleElement().isInstanceOf(Usable.class);
    }

    @Test
    void theProgramsProvidersComeFirst() throws Exception {
        URLClassLoader loader = loader(good);
        Path otherJar = new TestJar(folder).provider("twin.Twin", "GOOD").build("twin");
        BackendProvider mine = (BackendProvider)
                loader(otherJar).loadClass("twin.Twin").getConstructor().newInstance();
        List<Found> found = ProviderDiscovery.discover(loader, List.of(mine));
        assertThat(found.getFirst()).isInstanceOfSatisfying(Usable.class, usable -> {
            assertThat(usable.provider()).isSameAs(mine);
            assertThat(usable.origin()).isEqualTo("program (twin.Twin)");
        });
        assertThat(found.get(1)).isInstanceOf(Broken.class);
    }

    @Test
    void aProviderThatTheProgramMadeOfAClassOnTheClassPathIsOne() throws Exception {
        URLClassLoader loader = loader(good);
        BackendProvider mine =
                (BackendProvider) loader.loadClass("good.Good").getConstructor().newInstance();
        assertThat(ProviderDiscovery.discover(loader, List.of(mine)))
                .singleElement()
                .isInstanceOfSatisfying(
                        Usable.class, usable -> assertThat(usable.provider()).isSameAs(mine));
    }

    @Test
    void theProgramMayMakeSeveralOfOneClassUnderSeveralNames() {
        List<Found> found = ProviderDiscovery.discover(
                new URLClassLoader(new URL[0], null), List.of(new Named("A"), new Named("B"), new Named("A")));
        assertThat(found).hasSize(3);
        assertThat(found.subList(0, 2)).allSatisfy(f -> assertThat(f).isInstanceOf(Usable.class));
        assertThat(found.get(2)).isInstanceOf(Broken.class);
    }

    @Test
    void aLoaderThatFailsIsReported() throws IOException {
        ClassLoader failing = new ClassLoader("failing", null) {
            @Override
            public java.util.Enumeration<URL> getResources(String name) throws IOException {
                throw new IOException("disk on fire");
            }
        };
        assertThat(ProviderDiscovery.discover(failing, List.of()))
                .singleElement()
                .isInstanceOfSatisfying(
                        Broken.class, broken -> assertThat(broken.reason()).contains("disk on fire"));
    }

    @Test
    void placesAreWrittenOneWay() throws Exception {
        String path = ServiceFile.PATH;
        assertThat(Place.of(URI.create("jar:file:/a%20b/c.jar!/" + path).toURL(), path))
                .isEqualTo("/a b/c.jar");
        assertThat(Place.of(URI.create("file:///a/classes/" + path).toURL(), path))
                .isEqualTo("/a/classes");
        assertThat(Place.of(URI.create("http://h/x/" + path).toURL(), path)).isEqualTo("http://h/x");
        assertThat(Place.of(java.util.Optional.of(URI.create("file:///a%20b/c.jar"))))
                .isEqualTo("/a b/c.jar");
        assertThat(Place.of(String.class)).isEqualTo(Place.UNKNOWN);
    }
}
