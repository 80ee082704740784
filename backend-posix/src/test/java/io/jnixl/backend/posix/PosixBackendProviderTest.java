// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

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
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

class PosixBackendProviderTest {
    private static final String NO_DATA_PATH = "this release of jnixl has no POSIX data path yet";

    private final PosixBackendProvider provider = new PosixBackendProvider();

    @Test
    void theServiceLoaderFindsIt() {
        getClass().getModule().addUses(BackendProvider.class);
        List<BackendProvider> found = ServiceLoader.load(
                        BackendProvider.class, getClass().getClassLoader())
                .stream()
                .map(ServiceLoader.Provider::get)
                .toList();

        assertThat(found).hasOnlyElementsOfType(PosixBackendProvider.class).hasSize(1);
        assertThat(found.getFirst().name()).isEqualTo("POSIX");
        assertThat(PosixBackendProvider.class.getAnnotation(SpiVersion.class).value())
                .isEqualTo(SpiVersion.CURRENT);
    }

    @Test
    void itTakesHostMemoryAndFiles() {
        assertThat(provider.memoryKinds()).containsExactlyInAnyOrder(MemoryKind.DRAM, MemoryKind.FILE);
        assertThat(provider.preference()).isEqualTo(50);
    }

    @Test
    void optionsHaveNativeDefaults() {
        assertThat(provider.options())
                .extracting(OptionSpec::name, OptionSpec::defaultText)
                .map(Object::toString)
                .containsExactly(
                        "(\"engine\", \"auto\")", "(\"ios_pool_size\", \"65536\")", "(\"kernel_queue_size\", \"256\")");
        assertThat(PosixOptions.ENGINE.parse("io_uring")).isEqualTo(PosixOptions.Engine.IO_URING);
        assertThat(PosixOptions.ENGINE.parse("pool")).isEqualTo(PosixOptions.Engine.POOL);
        assertThat(PosixOptions.IOS_POOL_SIZE.parse("0"))
                .as("native NIXL's word for the default")
                .isZero();
        assertThatThrownBy(() -> PosixOptions.ENGINE.parse("aio"))
                .isInstanceOf(NixlException.class)
                .hasMessageContaining("auto, io_uring, pool");
    }

    @Test
    void availabilitySaysWhatThisMachineHas() {
        Unavailable answer = provider.availability();

        assertThat(answer.reason()).startsWith(PosixProbe.SONAME).endsWith(NO_DATA_PATH);
        assertThat(answer.remedy()).contains("MEMORY", "Adapters.map");
        if (NativeLibrary.open(PosixProbe.SONAME, List.of()) instanceof NativeLibrary.Found) {
            assertThat(answer.reason())
                    .contains("is installed")
                    .containsAnyOf("the kernel permits io_uring", "the kernel refuses io_uring");
            assertThat(answer.remedy()).doesNotContain("apt-get");
        } else {
            assertThat(answer.remedy()).contains("liburing2");
        }
    }

    @Test
    void withoutTheLibraryItSaysSoAndNamesThePackage() {
        Unavailable answer = new PosixBackendProvider("libjnixl-no-uring.so.2").availability();

        assertThat(answer.reason()).isEqualTo("libjnixl-no-uring.so.2 not found, and " + NO_DATA_PATH);
        assertThat(answer.remedy()).contains("MEMORY", "apt-get install liburing2", "dnf install liburing");
    }

    @Test
    void createRefusesInTheSameWords() {
        Unavailable answer = provider.availability();

        assertThatThrownBy(() -> provider.create(BackendConfig.of(Map.of()), null))
                .isInstanceOfSatisfying(NixlException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.NOT_SUPPORTED);
                    assertThat(e.backend()).isEqualTo("POSIX");
                    assertThat(e.remedy()).isEqualTo(answer.remedy());
                })
                .hasMessageContaining(answer.reason());
    }
}
