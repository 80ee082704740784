// SPDX-License-Identifier: Apache-2.0
package io.jnixl.it.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.jnixl.backend.memory.MemoryBackendProvider;
import io.jnixl.it.CliProcess;
import io.jnixl.testsupport.NeedsNative;
import io.jnixl.testsupport.NeedsNative.Native;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Backends in a plugin directory, with the product on the class path and in modules. */
class PluginDirectoryIT {
    private static final String DENY = "--illegal-native-access=deny";

    /** Where api, spi and agent are. */
    enum Product {
        CLASS_PATH,
        MODULE_PATH
    }

    /** The command's jars. */
    private static final Path DELIVERED =
            Path.of(System.getProperty("basedir", "")).toAbsolutePath().resolveSibling("cli/target/dist/lib");

    @TempDir
    Path folder;

    private Path plugins;

    @BeforeEach
    void plugins() throws IOException {
        plugins = Files.createDirectory(folder.resolve("plugins"));
    }

    private ChildJvm.Result run(Product product, List<String> flags) throws IOException, InterruptedException {
        return switch (product) {
            case CLASS_PATH -> Children.withPlugins(folder, plugins, flags);
            case MODULE_PATH -> Children.inModulesWithPlugins(folder, plugins, flags);
        };
    }

    private String origin(String plugin, String jar) {
        return "plugin " + plugin + " (" + plugins.resolve(jar) + ")";
    }

    @ParameterizedTest
    @EnumSource
    void aBrokenPluginIsToldOfAndKeepsNoOtherFromWorking(Situation situation) throws IOException, InterruptedException {
        Situation.good().build(folder);
        Files.copy(folder.resolve("t.good.jar"), plugins.resolve("a.jar"));
        Files.copy(situation.build(folder), plugins.resolve("b.jar"));
        for (Product product : Product.values()) {
            Children.assertTold(run(product, List.of()), situation, origin("a.jar", "a.jar"), origin("b.jar", "b.jar"));
        }
    }

    /** A backend that tells which version of a library it got; every one of these libraries has the same class. */
    private Path withLibrary(String name, int version) throws IOException {
        Path place = Files.createDirectories(folder.resolve(name));
        return new BackendJar("t." + name.toLowerCase(Locale.ROOT))
                .source(
                        "lib.Version",
                        "package lib; public class Version { public static int number() { return " + version + "; } }")
                .provider(
                        "t." + name.toLowerCase(Locale.ROOT) + ".Provider",
                        name,
                        "public Availability availability() {"
                                + " return Availability.available(String.valueOf(lib.Version.number())); }")
                .build(place);
    }

    @Test
    void backendsWithConflictingVersionsOfALibraryLiveTogether() throws IOException, InterruptedException {
        Path application = withLibrary("APPLICATION", 3);
        Files.copy(withLibrary("ONE", 1), plugins.resolve("one.jar"));
        Path two = Files.createDirectory(plugins.resolve("two"));
        Files.copy(withLibrary("TWO", 2), two.resolve("two.jar"));
        ChildJvm.Result result = Children.withPlugins(folder, plugins, List.of(), application);
        assertThat(result.exitCode()).as(result.output()).isZero();
        assertThat(result.backends())
                .as(result.output())
                .extracting(
                        ChildJvm.BackendLine::state,
                        ChildJvm.BackendLine::name,
                        ChildJvm.BackendLine::version,
                        ChildJvm.BackendLine::origin)
                .containsExactly(
                        tuple("ACTIVE", "APPLICATION", "3", application.toString()),
                        tuple("ACTIVE", "ONE", "1", origin("one.jar", "one.jar")),
                        tuple("ACTIVE", "TWO", "2", origin("two", "two/two.jar")));
        assertThat(result.output())
                .contains(
                        ChildMain.REGISTERED + "APPLICATION: accepted",
                        ChildMain.REGISTERED + "ONE: accepted",
                        ChildMain.REGISTERED + "TWO: accepted");
    }

    /** This project's own jar as it is published. Two agents reach each other by it since they share its classes. */
    @Test
    void agentsOfOneProcessMoveBytesByAPlugin() throws IOException, InterruptedException {
        Files.copy(Path.of(BackendJar.place(MemoryBackendProvider.class)), plugins.resolve("memory.jar"));
        ChildJvm.Result result = Children.movingWithPlugins(folder, plugins);
        assertThat(result.exitCode()).as(result.output()).isZero();
        assertThat(result.output()).contains("SUCCESS", MoveMain.MOVED);
    }

    /** Both processes of a run: the second is told where the first has its backend from. */
    @Test
    @NeedsNative(Native.UCX)
    void benchAndItsPartnerFindTheirBackendInAPluginDirectory() throws IOException, InterruptedException {
        Path ucx = Files.createDirectory(plugins.resolve("ucx"));
        Path rest = Files.createDirectory(folder.resolve("rest"));
        try (Stream<Path> jars = Files.list(DELIVERED)) {
            for (Path jar : jars.toList()) {
                String name = jar.getFileName().toString();
                boolean ofUcx = name.startsWith("jnixl-backend-ucx") || name.startsWith("jucx");
                Files.copy(jar, (ofUcx ? ucx : rest).resolve(name));
            }
        }
        List<String> jvm = List.of("-cp", rest.resolve("*").toString());
        List<String> small = List.of("bench", "--max_block_size=4K", "--num_iter=20", "--check_consistency");
        try (CliProcess without = new CliProcess(folder, Map.of(), jvm, small)) {
            assertThat(without.expect(2).log()).contains("backend UCX is named by the settings and was not found");
        }
        List<String> with = new ArrayList<>(small);
        with.add("--plugins=" + plugins);
        try (CliProcess bench = new CliProcess(folder, Map.of(), jvm, with)) {
            assertThat(bench.expect(0).results().getLast().strip()).endsWith(" OK");
        }
    }

    @Test
    void theClassPathBeatsAPlugin() throws IOException, InterruptedException {
        Path good = Situation.good().build(folder);
        Files.copy(good, plugins.resolve("good.jar"));
        Children.assertTold(
                Children.withPlugins(folder, plugins, List.of(), good),
                Situation.DUPLICATE_NAME,
                good.toString(),
                origin("good.jar", "good.jar"));
    }

    /** Libraries of a plugin look for their own parts by the thread's context class loader, also when a backend is made. */
    @Test
    void aPluginsBackendIsMadeWithThePluginsLoaderAsContext() throws IOException, InterruptedException {
        new BackendJar("t.good").source("t.good.Good", """
                package t.good;
                import io.jnixl.api.*;
                import io.jnixl.spi.*;
                import java.util.*;
                @SpiVersion(1)
                public class Good implements BackendProvider {
                    public String name() { return "GOOD"; }
                    public Set<MemoryKind> memoryKinds() { return Set.of(MemoryKind.DRAM); }
                    public Availability availability() { return Availability.available("1"); }
                    public Backend create(BackendConfig config, BackendContext context) {
                        if (Thread.currentThread().getContextClassLoader() != Good.class.getClassLoader()) {
                            throw new IllegalStateException("another context class loader");
                        }
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
                """).lists("t.good.Good").build(folder);
        Files.copy(folder.resolve("t.good.jar"), plugins.resolve("good.jar"));
        ChildJvm.Result result = run(Product.CLASS_PATH, List.of());
        assertThat(result.exitCode()).as(result.output()).isZero();
        Children.assertGoodWorks(result, origin("good.jar", "good.jar"));
    }

    /** The flag for everything that is in no named module covers every class loader. */
    @ParameterizedTest
    @EnumSource
    void pluginsCallNativeCodeByTheFlagForUnnamedModules(Product product) throws IOException, InterruptedException {
        Path jar = new BackendJar("t.native")
                .provider(
                        "t.nativ.Provider",
                        "GOOD",
                        "public Availability availability() { java.lang.foreign.Linker linker ="
                                + " java.lang.foreign.Linker.nativeLinker();"
                                + " try { return Availability.available(String.valueOf((int) linker.downcallHandle("
                                + "linker.defaultLookup().find(\"getpid\").orElseThrow(),"
                                + " java.lang.foreign.FunctionDescriptor.of("
                                + "java.lang.foreign.ValueLayout.JAVA_INT)).invokeExact())); }"
                                + " catch (RuntimeException e) { throw e; }"
                                + " catch (Throwable e) { throw new IllegalStateException(e); } }")
                .automatic()
                .build(folder);
        Files.copy(jar, plugins.resolve("native.jar"));
        ChildJvm.Result allowed = run(product, List.of("--enable-native-access=ALL-UNNAMED", DENY));
        assertThat(allowed.exitCode()).as(allowed.output()).isZero();
        Children.assertGoodWorks(allowed, origin("native.jar", "native.jar"));
        ChildJvm.Result denied = run(product, List.of(DENY));
        assertThat(denied.backends()).as(denied.output()).singleElement().satisfies(backend -> {
            assertThat(backend.state()).isEqualTo("BROKEN");
            assertThat(backend.reason()).contains("it may not call native code");
            assertThat(backend.remedy()).contains("--enable-native-access=").contains("ALL-UNNAMED");
        });
    }

    @Test
    void theDoctorSaysWhatIsWrongWithADirectory() throws IOException, InterruptedException {
        Files.setPosixFilePermissions(plugins, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThat(doctor(1, plugins))
                .contains("error: INVALID_PARAM: agent.plugins (environment JNIXL_AGENT_PLUGINS) cannot be followed: ")
                .contains(plugins + " can be written by everybody (mode 777)")
                .contains("chmod o-w " + plugins);
        Path missing = folder.resolve("missing");
        assertThat(doctor(1, missing)).contains("there is no directory " + missing);
    }

    private String doctor(int status, Path directory) throws IOException, InterruptedException {
        Map<String, String> variables =
                Map.of("JNIXL_AGENT_PLUGINS", directory.toString(), "JNIXL_AGENT_BACKENDS", "MEMORY");
        try (CliProcess doctor = new CliProcess(folder, variables, List.of("doctor"))) {
            return String.join("\n", doctor.expect(status).results());
        }
    }

    /** A plugin's options are settings as any other backend's: known to the reference, and checked. */
    @Test
    void theOptionsOfAPluginAreChecked() throws IOException, InterruptedException {
        Path jar = new BackendJar("t.opt")
                .provider(
                        "t.opt.Opt",
                        "OPT",
                        "public List<OptionSpec<?>> options() { return List.of("
                                + "OptionSpec.integer(\"depth\", \"how deep\", 1, 9).withDefault(\"3\")); }")
                .build(folder);
        Files.copy(jar, plugins.resolve("opt.jar"));
        Path right = toml("right.toml", "depth = 4");
        Path wrong = toml("wrong.toml", "dept = 4");
        try (CliProcess check = config("check", right.toString())) {
            assertThat(check.expect(0).results()).containsExactly(right + " is right");
        }
        try (CliProcess check = config("check", wrong.toString())) {
            assertThat(String.join("\n", check.expect(1).results()))
                    .contains("unknown setting backends.OPT.dept (" + wrong + ":4:1)")
                    .contains("did you mean backends.OPT.depth?");
        }
        try (CliProcess show = config("show", "--config", right.toString())) {
            assertThat(String.join("\n", show.expect(0).results())).contains("backends.OPT.depth", right + ":4:1");
        }
        try (CliProcess reference =
                new CliProcess(folder, Map.of("JNIXL_CONFIG", right.toString()), List.of("config", "reference"))) {
            assertThat(String.join("\n", reference.expect(0).results()))
                    .contains("### [backends.OPT]")
                    .contains("| `depth` | number from 1 to 9 | `3` | how deep |");
        }
    }

    private Path toml(String name, String option) throws IOException {
        return Files.writeString(
                folder.resolve(name), "[agent]\nplugins = [\"" + plugins + "\"]\n[backends.OPT]\n" + option + "\n");
    }

    private CliProcess config(String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of("config"));
        all.addAll(List.of(arguments));
        return new CliProcess(folder, Map.of(), all);
    }
}
