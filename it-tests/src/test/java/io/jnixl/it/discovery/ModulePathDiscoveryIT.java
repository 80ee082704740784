// SPDX-License-Identifier: Apache-2.0
package io.jnixl.it.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Broken backends beside a good one, everything in modules.
 *
 * <p>What the class path forgives, the module system may not: it resolves all modules before any code of ours runs, and a
 * virtual machine that cannot resolve them does not start. Those cases are tested here as well, since a user meets them:
 * a jar that cannot be read, a module that requires a missing one, two modules with one package, an automatic module that lists a class it does not
 * have. Two jars with one module's name are none: the first on the path counts, the other is never seen.
 */
class ModulePathDiscoveryIT {
    @TempDir
    Path folder;

    private Path good;

    @BeforeEach
    void goodModule() throws IOException {
        good = Situation.good().build(folder);
    }

    private static String origin(String module, Path jar) {
        return "module " + module + " (" + jar + ")";
    }

    @ParameterizedTest
    @EnumSource
    void aBrokenBackendIsToldOfAndKeepsNoOtherFromWorking(Situation situation)
            throws IOException, InterruptedException {
        Path bad = situation.build(folder);
        String module = situation.jar().module();
        ChildJvm.Result result = Children.onModulePath(folder, "t.good," + module, good, bad);
        Children.assertTold(result, situation, origin("t.good", good), origin(module, bad));
    }

    @Test
    void backendsAreBoundWithoutBeingNamed() throws IOException, InterruptedException {
        ChildJvm.Result result = Children.onModulePath(folder, "java.base", good);
        assertThat(result.exitCode()).as(result.output()).isZero();
        Children.assertGoodWorks(result, origin("t.good", good));
    }

    @Test
    void anAutomaticModuleIsFoundToo() throws IOException, InterruptedException {
        Path other = new BackendJar("other")
                .provider("other.Other", "OTHER")
                .automatic()
                .build(folder);
        ChildJvm.Result result = Children.onModulePath(folder, "t.good,other", good, other);
        assertThat(result.exitCode()).as(result.output()).isZero();
        assertThat(result.backends())
                .as(result.output())
                .extracting(ChildJvm.BackendLine::state, ChildJvm.BackendLine::name, ChildJvm.BackendLine::origin)
                .containsExactly(
                        tuple("ACTIVE", "OTHER", origin("other", other)),
                        tuple("ACTIVE", "GOOD", origin("t.good", good)));
    }

    @Test
    void aModuleThatRequiresAMissingOneKeepsTheJvmFromStarting() throws IOException, InterruptedException {
        Path needed = new BackendJar("t.needed").build(folder);
        Path bad = new BackendJar("t.bad")
                .provider("t.bad.Bad", "BAD")
                .clauses("requires t.needed;")
                .build(folder, needed);
        assertDoesNotStart(
                Children.onModulePath(folder, "t.good", good, bad), "Module t.needed not found, required by t.bad");
    }

    @Test
    void twoModulesWithOnePackageKeepTheJvmFromStarting() throws IOException, InterruptedException {
        Path bad = new BackendJar("t.bad").provider("t.good.Bad", "BAD").build(folder);
        assertDoesNotStart(Children.onModulePath(folder, "t.good", good, bad), "Package t.good in both module");
    }

    @Test
    void anAutomaticModuleThatListsAMissingClassKeepsTheJvmFromStarting() throws IOException, InterruptedException {
        Path bad = new BackendJar("t.bad")
                .source("t.bad.Other", "package t.bad; public class Other {}")
                .lists("t.gone.Gone")
                .automatic()
                .build(folder);
        assertDoesNotStart(Children.onModulePath(folder, "t.good", good, bad), "t.gone.Gone");
    }

    @Test
    void aDamagedJarKeepsTheJvmFromStarting() throws IOException, InterruptedException {
        Path damaged = Files.writeString(folder.resolve("damaged.jar"), "this is no jar");
        assertDoesNotStart(Children.onModulePath(folder, "t.good", good, damaged), damaged.toString());
    }

    @Test
    void ofTwoJarsWithOneModuleNameTheSecondIsNeverSeen() throws IOException, InterruptedException {
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        Path second =
                new BackendJar("t.good").provider("t.other.Other", "OTHER").build(elsewhere);
        ChildJvm.Result result = Children.onModulePath(folder, "t.good", good, second);
        assertThat(result.exitCode()).as(result.output()).isZero();
        assertThat(result.backends()).as(result.output()).hasSize(1);
        Children.assertGoodWorks(result, origin("t.good", good));
    }

    private static void assertDoesNotStart(ChildJvm.Result result, String because) {
        assertThat(result.exitCode()).as(result.output()).isEqualTo(1);
        assertThat(result.output())
                .contains("Error occurred during initialization of boot layer")
                .contains(because);
        assertThat(result.backends()).isEmpty();
    }
}
