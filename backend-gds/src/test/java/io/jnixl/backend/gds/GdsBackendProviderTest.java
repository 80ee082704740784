// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.gds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.MemoryKind;
import io.jnixl.api.NixlException;
import io.jnixl.nativesupport.NativeLibrary;
import io.jnixl.spi.Availability.Unavailable;
import io.jnixl.spi.BackendConfig;
import io.jnixl.spi.BackendProvider;
import io.jnixl.spi.OptionSpec;
import io.jnixl.spi.SpiVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GdsBackendProviderTest {
    private static final String NO_DATA_PATH = "this release of jnixl has no GDS data path yet";

    @TempDir
    Path folder;

    @Test
    void theServiceLoaderFindsBoth() {
        getClass().getModule().addUses(BackendProvider.class);
        List<BackendProvider> found = ServiceLoader.load(
                        BackendProvider.class, getClass().getClassLoader())
                .stream()
                .map(ServiceLoader.Provider::get)
                .toList();

        assertThat(found).extracting(BackendProvider::name).containsExactlyInAnyOrder("GDS", "GDS_MT");
        assertThat(found).extracting(BackendProvider::preference).containsExactlyInAnyOrder(60, 55);
        assertThat(found).allSatisfy(p -> {
            assertThat(p.memoryKinds()).containsExactlyInAnyOrder(MemoryKind.DRAM, MemoryKind.VRAM, MemoryKind.FILE);
            assertThat(p.getClass().getAnnotation(SpiVersion.class).value()).isEqualTo(SpiVersion.CURRENT);
        });
    }

    @Test
    void theTwoExcludeEachOther() {
        assertThat(new GdsMtBackendProvider().excludes()).containsExactly(new GdsBackendProvider().name());
    }

    @Test
    void optionsHaveNativeNamesAndDefaults() {
        assertThat(new GdsBackendProvider().options())
                .extracting(OptionSpec::name)
                .containsExactly("batch_pool_size", "batch_limit", "max_request_size");
        assertThat(new GdsMtBackendProvider().options())
                .extracting(OptionSpec::name)
                .containsExactly("thread_count");
        BackendConfig defaults = BackendConfig.of(Map.of());
        assertThat(defaults.get(GdsOptions.BATCH_POOL_SIZE)).isEqualTo(16);
        assertThat(defaults.get(GdsOptions.BATCH_LIMIT)).isEqualTo(128);
        assertThat(defaults.get(GdsOptions.MAX_REQUEST_SIZE)).isEqualTo(16L << 20);
        assertThat(defaults.find(GdsOptions.THREAD_COUNT)).isEmpty();
    }

    @Test
    void availabilitySaysWhatThisMachineHas() {
        Unavailable answer = new GdsBackendProvider().availability();

        assertThat(answer.reason()).endsWith(NO_DATA_PATH);
        assertThat(answer.remedy()).contains("MEMORY");
        if (NativeLibrary.open(GdsProbe.CUFILE, List.of()) instanceof NativeLibrary.Found) {
            assertThat(answer.reason()).matches("cuFile [0-9]+\\.[0-9]+ is installed.*");
        } else {
            assertThat(answer.reason()).contains(GdsProbe.CUFILE);
            assertThat(answer.remedy()).contains("nvidia-gds");
        }
        if (NativeLibrary.open(GdsProbe.CUDA, List.of()) instanceof NativeLibrary.Found) {
            assertThat(answer.reason()).contains("CUDA driver");
        } else {
            assertThat(answer.reason()).contains(GdsProbe.CUDA);
        }
    }

    @Test
    void withoutTheLibrariesItNamesBothAndWhereTheyComeFrom() {
        Unavailable answer =
                new GdsMtBackendProvider("libjnixl-no-cufile.so.0", "libjnixl-no-cuda.so.1").availability();

        assertThat(answer.reason())
                .isEqualTo("libjnixl-no-cufile.so.0 not found, libjnixl-no-cuda.so.1 not found, and " + NO_DATA_PATH);
        assertThat(answer.remedy())
                .contains("install libjnixl-no-cufile.so.0: apt-get install nvidia-gds")
                .contains("install libjnixl-no-cuda.so.1: it is part of the driver");
    }

    @Test
    void withTheLibrariesItSaysTheirVersions() throws Exception {
        String cufile = compile(
                "cufile",
                "struct e { int err; int cu; }; struct e cuFileGetVersion(int *v)"
                        + " { struct e ok = {0, 77}; *v = 1140; return ok; }");
        String cuda = compile("cuda", "int cuDriverGetVersion(int *v) { *v = 13020; return 0; }");

        Unavailable answer = new GdsBackendProvider(cufile, cuda).availability();

        assertThat(answer.reason())
                .isEqualTo(
                        "cuFile 1.14 is installed and a CUDA driver for CUDA 13.2 is installed, but " + NO_DATA_PATH);
        assertThat(answer.remedy()).contains("MEMORY").doesNotContain("apt-get");
    }

    @Test
    void versionsThatCannotBeToldAreErrorsByNumber() throws Exception {
        String cufile = compile(
                "badfile",
                "struct e { int err; int cu; }; struct e cuFileGetVersion(int *v)"
                        + " { struct e bad = {5033, 0}; return bad; }");
        String cuda = compile("badcuda", "int cuDriverGetVersion(int *v) { return 3; }");

        assertThat(new GdsBackendProvider(cufile, cuda).availability().reason())
                .contains("cuFile of unknown version (error 5033)", "CUDA of unknown version (error 3)");
    }

    @Test
    void createRefusesInTheSameWords() {
        for (BackendProvider provider : List.of(new GdsBackendProvider(), new GdsMtBackendProvider())) {
            Unavailable answer = (Unavailable) provider.availability();

            assertThatThrownBy(() -> provider.create(BackendConfig.of(Map.of()), null))
                    .isInstanceOfSatisfying(NixlException.class, e -> {
                        assertThat(e.code()).isEqualTo(ErrorCode.NOT_SUPPORTED);
                        assertThat(e.backend()).isEqualTo(provider.name());
                        assertThat(e.remedy()).isEqualTo(answer.remedy());
                    })
                    .hasMessageContaining(answer.reason());
        }
    }

    /** A stand-in for NVIDIA's library with the same binary interface; skipped where there is no compiler. */
    private String compile(String name, String source) throws IOException, InterruptedException {
        Path compiler = Path.of("/usr/bin/cc");
        Assumptions.assumeTrue(Files.isExecutable(compiler), "no C compiler");
        Path code = Files.writeString(folder.resolve(name + ".c"), source);
        Path library = folder.resolve("lib" + name + ".so");
        Process process = new ProcessBuilder(
                        compiler.toString(), "-shared", "-fPIC", "-o", library.toString(), code.toString())
                .inheritIO()
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
        return library.toString();
    }
}
