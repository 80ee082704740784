// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.agent.internal.discovery.Found.Broken;
import io.jnixl.agent.internal.discovery.Found.Usable;
import io.jnixl.spi.BackendProvider;
import java.io.IOException;
import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Modules in a layer of a test's own. The build runs these tests on the module path, so that the SPI is a module. */
class ModuleDiscoveryTest {
    private static final String HEAD = "requires io.jnixl.spi;";

    @TempDir
    Path folder;

    @TempDir
    static Path shared;

    private static Path good;

    @BeforeAll
    static void goodModule() throws IOException {
        assertThat(BackendProvider.class.getModule().isNamed())
                .as("SPI is a module")
                .isTrue();
        good = module(shared, "t.good", "provides io.jnixl.spi.BackendProvider with good.Good;")
                .provider("good.Good", "GOOD")
                .build("good");
    }

    private TestJar module(String name, String clauses) {
        return module(folder, name, clauses);
    }

    private static TestJar module(Path folder, String name, String clauses) {
        return new TestJar(folder).source("module-info", "module " + name + " { " + HEAD + " " + clauses + " }");
    }

    private static ClassLoader layer(String root, Path... jars) {
        ModuleLayer parent = BackendProvider.class.getModule().getLayer();
        Configuration configuration =
                parent.configuration().resolveAndBind(ModuleFinder.of(jars), ModuleFinder.of(), List.of(root));
        return parent.defineModulesWithOneLoader(configuration, BackendProvider.class.getClassLoader())
                .findLoader(root);
    }

    private List<Found> besideGood(Path bad, String badModule) {
        List<Found> found = ProviderDiscovery.discover(layer(badModule, bad, good), List.of());
        assertThat(found).filteredOn(f -> f.name().equals("GOOD")).first().isInstanceOf(Usable.class);
        return found;
    }

    @Test
    void aModulesProviderComesOnceThoughItsServiceFileListsItToo() {
        List<Found> found = ProviderDiscovery.discover(layer("t.good", good), List.of());
        assertThat(found).singleElement().isInstanceOfSatisfying(Usable.class, usable -> {
            assertThat(usable.name()).isEqualTo("GOOD");
            assertThat(usable.origin()).isEqualTo("module t.good (" + good + ")");
        });
    }

    @Test
    void modulesComeByNameAndBeforeTheClassPath() throws IOException {
        Path first = module("t.afirst", "provides io.jnixl.spi.BackendProvider with afirst.First;")
                .provider("afirst.First", "ZZZ")
                .noServices()
                .build("first");
        Path classPath = new TestJar(folder).provider("cp.Cp", "AAA").build("cp");
        ClassLoader layer = layer("t.good", good, first);
        try (URLClassLoader child =
                new URLClassLoader(new URL[] {classPath.toUri().toURL()}, layer)) {
            assertThat(ProviderDiscovery.discover(child, List.of()))
                    .extracting(Found::name)
                    .containsExactly("ZZZ", "GOOD", "AAA");
        }
    }

    @Test
    void aConstructorThatThrows() throws IOException {
        Path bad = module("t.bad", "provides io.jnixl.spi.BackendProvider with bad.Bad;")
                .provider("bad.Bad", "BAD", "public Bad() { throw new IllegalStateException(\"no luck\"); }")
                .build("bad");
        assertThat(besideGood(bad, "t.bad").getFirst()).isInstanceOfSatisfying(Broken.class, broken -> {
            assertThat(broken.name()).isEqualTo("bad.Bad");
            assertThat(broken.origin()).isEqualTo("module t.bad (" + bad + ")");
            assertThat(broken.reason()).isEqualTo("its constructor failed: java.lang.IllegalStateException: no luck");
            assertThat(broken.cause()).isInstanceOf(IllegalStateException.class);
        });
    }

    @Test
    void aClassThatCannotBeLoaded() throws IOException {
        Path bad = module("t.bad", "provides io.jnixl.spi.BackendProvider with bad.Bad;")
                .source("dep.Base", "package dep; public class Base {}")
                .provider("bad.Other", "BAD")
                .source("bad.Bad", "package bad; @io.jnixl.spi.SpiVersion(1) public class Bad extends Middle {}")
                .source("bad.Middle", "package bad; public class Middle extends Other {}")
                .service("bad.Bad")
                .without("bad.Middle")
                .build("bad");
        assertThat(besideGood(bad, "t.bad"))
                .filteredOn(f -> f.name().equals("bad.Bad"))
                .singleElement()
                .isInstanceOfSatisfying(
                        Broken.class,
                        broken -> assertThat(broken.reason())
                                .isEqualTo(
                                        "class bad.Bad cannot be loaded: class bad.Middle, which it needs, is missing"));
    }

    @Test
    void aProvidedClassThatIsNotThere() throws IOException {
        Path bad = module("t.bad", "provides io.jnixl.spi.BackendProvider with bad.Bad;")
                .provider("bad.Bad", "BAD")
                .source("bad.Rest", "package bad; public class Rest {}")
                .noServices()
                .without("bad.Bad")
                .build("bad");
        assertThat(besideGood(bad, "t.bad").getFirst())
                .isInstanceOfSatisfying(
                        Broken.class,
                        broken -> assertThat(broken.reason())
                                .startsWith("class bad.Bad cannot be loaded: class bad.Bad"));
    }

    @Test
    void aWrongSpiVersionIsSeenBeforeAnyOfItsCodeRuns() throws IOException {
        Path bad = module("t.bad", "provides io.jnixl.spi.BackendProvider with bad.Bad;")
                .annotated("bad.Bad", "BAD", "@SpiVersion(99)", "static { System.exit(42); }")
                .build("bad");
        assertThat(besideGood(bad, "t.bad").getFirst())
                .isInstanceOfSatisfying(
                        Broken.class,
                        broken -> assertThat(broken.reason()).contains("compiled against SPI version 99"));
    }

    @Test
    void theManifestOfAModuleStandsForTheAnnotation() throws IOException {
        Path plain = module("t.plain", "provides io.jnixl.spi.BackendProvider with plain.Plain;")
                .annotated("plain.Plain", "PLAIN", "")
                .attribute("Jnixl-Spi-Version", "1")
                .build("plain");
        assertThat(besideGood(plain, "t.plain")).extracting(Found::name).containsExactly("GOOD", "PLAIN");
        Path silent = module("t.silent", "provides io.jnixl.spi.BackendProvider with silent.Silent;")
                .annotated("silent.Silent", "SILENT", "")
                .build("silent");
        assertThat(besideGood(silent, "t.silent").get(1)).isInstanceOf(Broken.class);
    }

    @Test
    void ofTwoWithOneNameTheFirstWorks() throws IOException {
        Path twin = module("t.twin", "provides io.jnixl.spi.BackendProvider with twin.Twin;")
                .provider("twin.Twin", "GOOD")
                .build("twin");
        assertThat(besideGood(twin, "t.twin").get(1))
                .isInstanceOfSatisfying(
                        Broken.class,
                        broken -> assertThat(broken.reason())
                                .contains(good.toString())
                                .contains(twin.toString()));
    }

    @Test
    void aProviderThatOnlyTheServiceFileOfAModuleLists() throws IOException {
        Path bad = module("t.bad", "").provider("bad.Bad", "BAD").build("bad");
        assertThat(besideGood(bad, "t.bad").get(1)).isInstanceOfSatisfying(Broken.class, broken -> {
            assertThat(broken.reason()).contains("module t.bad does not provide class bad.Bad");
            assertThat(broken.remedy()).contains("provides io.jnixl.spi.BackendProvider with bad.Bad");
        });
    }
}
