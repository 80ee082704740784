// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.gds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.MemoryKind;
import io.jnixl.api.NixlException;
import io.jnixl.spi.Availability.Available;
import io.jnixl.spi.Availability.Unavailable;
import io.jnixl.spi.BackendConfig;
import io.jnixl.spi.BackendProvider;
import io.jnixl.spi.OptionSpec;
import io.jnixl.spi.SpiVersion;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class GdsBackendProviderTest {
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
    @Tag(StandIn.TAG)
    void withTheLibrariesItSaysTheirVersionsAndTheGpus() {
        StandIn.ready();
        Available answer = (Available) new GdsBackendProvider().availability();

        assertThat(answer.version()).isEqualTo("1.14");
        assertThat(answer.features())
                .contains("GPU 0: Stand-in A", "GPU 1: Stand-in B", "CUDA driver for CUDA 13.2")
                .anySatisfy(f -> assertThat(f).startsWith("nvidia-fs is"))
                .anySatisfy(f -> assertThat(f).startsWith("settings from ").endsWith(".json"));
        assertThat(StandIn.count("drivers")).isZero();
        assertThat(StandIn.count("contexts")).isZero();
    }

    @Test
    @Tag(StandIn.TAG)
    void aBackendSaysTheModeAndTheFileSystems() {
        try (Rig rig = new Rig("GDS")) {
            assertThat(rig.backend().details().traits())
                    .containsEntry("mode", "GDS by nvidia-fs 2.25, else through host memory")
                    .containsEntry("file_systems", "NFS, NVMe");
        }
        assertThat(new DriverProperties("", 0, 2, 0).mode())
                .isEqualTo("compatibility mode: through host memory, since neither nvidia-fs is loaded nor PCI"
                        + " peer-to-peer set up");
        assertThat(new DriverProperties("", 0, 0, 0).mode()).startsWith("none");
        assertThat(new DriverProperties("", 1 << 11, 0, 0).mode()).isEqualTo("GDS by PCI peer-to-peer");
        assertThat(new DriverProperties("", 0, 2, 0).fileSystems()).isEqualTo("none");
    }

    @Test
    void withoutTheLibrariesItNamesBothAndWhereTheyComeFrom() {
        Unavailable answer = (Unavailable) missing().availability();

        assertThat(answer.reason()).isEqualTo("libjnixl-no-cufile.so.0 not found, and libjnixl-no-cuda.so.1 not found");
        assertThat(answer.remedy())
                .contains("install libjnixl-no-cufile.so.0: apt-get install nvidia-gds")
                .contains("install libjnixl-no-cuda.so.1: it is part of the driver")
                .contains("POSIX");
    }

    private static BackendProvider missing() {
        return new GdsMtBackendProvider("libjnixl-no-cufile.so.0", "libjnixl-no-cuda.so.1");
    }

    @Test
    void aLibraryWithoutBatchesIsTooOldForThem() {
        StandIn.ready();
        Unavailable answer = (Unavailable) new GdsBackendProvider("libc.so.6", CudaNative.soname()).availability();

        assertThat(answer.reason()).contains("libc.so.6 is installed", "too old", "cuFileBatchIOSetUp");
    }

    @Test
    void createRefusesInTheSameWords() {
        Unavailable answer = (Unavailable) missing().availability();

        assertThatThrownBy(() -> missing().create(BackendConfig.of(Map.of()), null))
                .isInstanceOfSatisfying(NixlException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.NOT_SUPPORTED);
                    assertThat(e.backend()).isEqualTo("GDS_MT");
                    assertThat(e.remedy()).isEqualTo(answer.remedy());
                })
                .hasMessageContaining(answer.reason());
    }
}
