// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.MemoryKind;
import io.jnixl.api.NixlException;
import io.jnixl.spi.Availability.Available;
import io.jnixl.spi.Backend;
import io.jnixl.spi.BackendConfig;
import io.jnixl.spi.BackendProvider;
import io.jnixl.spi.OptionSpec;
import io.jnixl.spi.SpiVersion;
import io.jnixl.testsupport.NeedsNative;
import io.jnixl.testsupport.NeedsNative.Native;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

class PosixBackendProviderTest {
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
                        "(\"engine\", \"auto\")",
                        "(\"ios_pool_size\", \"65536\")",
                        "(\"kernel_queue_size\", \"256\")",
                        "(\"pool_threads\", \"4\")",
                        "(\"bounce_buffer\", \"1M\")",
                        "(\"rings\", \"1\")",
                        "(\"completion\", \"caller\")",
                        "(\"registered_mib\", \"1024\")");
        assertThat(PosixOptions.ENGINE.parse("io_uring")).isEqualTo(PosixOptions.Engine.IO_URING);
        assertThat(PosixOptions.ENGINE.parse("pool")).isEqualTo(PosixOptions.Engine.POOL);
        assertThat(PosixOptions.IOS_POOL_SIZE.parse("0"))
                .as("native NIXL's word for the default")
                .isZero();
        assertThatThrownBy(() -> PosixOptions.ENGINE.parse("aio"))
                .isInstanceOf(NixlException.class)
                .hasMessageContaining("auto, io_uring, libaio, pool");
    }

    @Test
    void sizesOutsideTheRangeAreMovedIntoIt() {
        assertThat(window("0", "0")).isEqualTo(256);
        assertThat(window("1", "0")).isEqualTo(16);
        assertThat(window("5000", "0")).isEqualTo(1024);
        assertThat(window("0", "1")).isEqualTo(64);
    }

    private static int window(String queue, String pool) {
        return PosixOptions.window(BackendConfig.of(Map.of("kernel_queue_size", queue, "ios_pool_size", pool)));
    }

    @Test
    @NeedsNative(Native.URING)
    void availabilitySaysWhatThisMachineHas() {
        assertThat(provider.availability()).isInstanceOfSatisfying(Available.class, answer -> {
            assertThat(answer.version()).startsWith("liburing 2");
            assertThat(answer.features().getFirst()).isEqualTo("io_uring");
            assertThat(answer.features()).contains("libaio");
        });
    }

    @Test
    void withoutTheLibraryThePoolIsLeft() {
        PosixBackendProvider without = new PosixBackendProvider("libjnixl-no-uring.so.2");

        assertThat(without.availability()).isInstanceOfSatisfying(Available.class, answer -> {
            assertThat(answer.version()).isEmpty();
            assertThat(answer.features().getFirst()).isEqualTo("thread pool only: libjnixl-no-uring.so.2 not found");
        });
        assertThat(engineOf(without, "auto")).isEqualTo("pool");
        assertThat(engineOf(without, "pool")).isEqualTo("pool");
        assertThatThrownBy(() -> engineOf(without, "io_uring"))
                .isInstanceOfSatisfying(NixlException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.NOT_SUPPORTED);
                    assertThat(e.backend()).isEqualTo("POSIX");
                    assertThat(e.remedy()).contains("apt-get install liburing2", "dnf install liburing");
                })
                .hasMessageContaining("libjnixl-no-uring.so.2 not found");
    }

    private static String engineOf(PosixBackendProvider provider, String engine) {
        try (Backend backend = provider.create(BackendConfig.of(Map.of("engine", engine)), new BareContext())) {
            return backend.details().traits().getOrDefault("engine", "none");
        }
    }
}
