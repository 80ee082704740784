// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

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
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class UcxBackendProviderTest {
    private static final String NO_DATA_PATH = "this release of jnixl has no UCX data path yet";
    /** SIGILL, SIGBUS, SIGFPE, SIGSEGV. */
    private static final List<Integer> JVM_SIGNALS = List.of(4, 7, 8, 11);

    private final UcxBackendProvider provider = new UcxBackendProvider();

    @Test
    void theServiceLoaderFindsIt() {
        getClass().getModule().addUses(BackendProvider.class);
        List<BackendProvider> found = ServiceLoader.load(
                        BackendProvider.class, getClass().getClassLoader())
                .stream()
                .map(ServiceLoader.Provider::get)
                .toList();

        assertThat(found).hasOnlyElementsOfType(UcxBackendProvider.class).hasSize(1);
        assertThat(found.getFirst().name()).isEqualTo("UCX");
        assertThat(UcxBackendProvider.class.getAnnotation(SpiVersion.class).value())
                .isEqualTo(SpiVersion.CURRENT);
    }

    @Test
    void itTakesHostAndGpuMemoryBeforeOthers() {
        assertThat(provider.memoryKinds()).containsExactlyInAnyOrder(MemoryKind.DRAM, MemoryKind.VRAM);
        assertThat(provider.preference()).isEqualTo(100);
    }

    @Test
    void optionsHaveNativeNamesAndDefaults() {
        assertThat(provider.options())
                .extracting(OptionSpec::name, OptionSpec::defaultText)
                .map(Object::toString)
                .containsExactly(
                        "(\"device_list\", null)",
                        "(\"num_workers\", \"1\")",
                        "(\"num_threads\", \"0\")",
                        "(\"split_batch_size\", \"1024\")",
                        "(\"ucx_num_device_channels\", \"4\")",
                        "(\"ucx_ep_close_force\", \"false\")",
                        "(\"ucx_error_handling_mode\", \"peer\")",
                        "(\"engine_config\", \"\")");
    }

    @Test
    void optionsReadWhatUsersWrite() {
        BackendConfig config = BackendConfig.of(Map.of(
                "device_list", "mlx5_0, mlx5_1:1", "ucx_error_handling_mode", "none", "ucx_ep_close_force", "yes"));

        assertThat(config.get(UcxOptions.DEVICE_LIST)).containsExactly("mlx5_0", "mlx5_1:1");
        assertThat(config.get(UcxOptions.ERROR_HANDLING_MODE)).isEqualTo(UcxOptions.ErrorHandling.NONE);
        assertThat(config.get(UcxOptions.EP_CLOSE_FORCE)).isTrue();
        assertThatThrownBy(() -> UcxOptions.NUM_WORKERS.parse("0")).isInstanceOf(NixlException.class);
        assertThatThrownBy(() -> UcxOptions.ERROR_HANDLING_MODE.parse("failover"))
                .isInstanceOf(NixlException.class)
                .hasMessageContaining("none, peer");
    }

    @Test
    void availabilitySaysWhatThisMachineHas() {
        Unavailable answer = provider.availability();

        if (NativeLibrary.open(UcxProbe.SONAME, List.of()) instanceof NativeLibrary.Found) {
            assertThat(answer.reason()).matches("libucp [0-9]+\\.[0-9]+\\.[0-9]+.* is installed, but " + NO_DATA_PATH);
            assertThat(answer.remedy()).contains("MEMORY").doesNotContain("apt-get");
        } else {
            assertThat(answer.reason()).startsWith(UcxProbe.SONAME).endsWith(NO_DATA_PATH);
            assertThat(answer.remedy()).contains("MEMORY", "libucx0");
        }
    }

    @Test
    void withoutTheLibraryItSaysSoAndNamesThePackage() {
        Unavailable answer = new UcxBackendProvider("libjnixl-no-ucp.so.0").availability();

        assertThat(answer.reason()).isEqualTo("libjnixl-no-ucp.so.0 not found, and " + NO_DATA_PATH);
        assertThat(answer.remedy()).contains("MEMORY", "apt-get install libucx0", "dnf install ucx");
    }

    @Test
    void aLibraryWithoutItsVersionIsTooOld() {
        Unavailable answer = new UcxBackendProvider("libc.so.6").availability();

        assertThat(answer.reason()).contains("too old", "ucp_get_version_string", NO_DATA_PATH);
    }

    @Test
    void createRefusesInTheSameWords() {
        Unavailable answer = provider.availability();

        assertThatThrownBy(() -> provider.create(BackendConfig.of(Map.of()), null))
                .isInstanceOfSatisfying(NixlException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.NOT_SUPPORTED);
                    assertThat(e.backend()).isEqualTo("UCX");
                    assertThat(e.remedy()).isEqualTo(answer.remedy());
                })
                .hasMessageContaining(answer.reason());
    }

    /** libucp's initialiser would take over the handlers by which the JVM finds null references and stops threads. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void theJvmKeepsItsSignalHandlers() throws Throwable {
        NativeLibrary.Found libc = (NativeLibrary.Found) NativeLibrary.open("libc.so.6", List.of("sigaction"));

        provider.availability();

        for (int signal : JVM_SIGNALS) {
            assertThat(fileOf(handler(libc, signal))).as("signal %d", signal).endsWith("libjvm.so");
        }
    }

    /** The first field of {@code struct sigaction} on Linux. */
    private static long handler(NativeLibrary.Found libc, int signal) throws Throwable {
        MethodHandle sigaction = libc.function(
                "sigaction",
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment action = arena.allocate(256, 8);
            assertThat((int) sigaction.invokeExact(signal, MemorySegment.NULL, action))
                    .isZero();
            return action.get(ValueLayout.JAVA_LONG, 0);
        }
    }

    private static String fileOf(long address) throws IOException {
        return Files.readAllLines(Path.of("/proc/self/maps")).stream()
                .filter(line -> {
                    String[] range = line.substring(0, line.indexOf(' ')).split("-", 2);
                    return Long.parseUnsignedLong(range[0], 16) <= address
                            && address < Long.parseUnsignedLong(range[1], 16);
                })
                .findFirst()
                .orElse("no file at " + Long.toHexString(address));
    }
}
