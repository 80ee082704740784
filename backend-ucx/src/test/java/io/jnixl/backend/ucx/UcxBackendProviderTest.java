// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.MemoryKind;
import io.jnixl.api.NixlException;
import io.jnixl.nativesupport.NativeLibrary;
import io.jnixl.spi.Availability.Available;
import io.jnixl.spi.Availability.Unavailable;
import io.jnixl.spi.BackendConfig;
import io.jnixl.spi.BackendProvider;
import io.jnixl.spi.OptionSpec;
import io.jnixl.spi.SpiVersion;
import io.jnixl.testsupport.NeedsNative;
import io.jnixl.testsupport.NeedsNative.Native;
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

class UcxBackendProviderTest {
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
                        "(\"tcp_timeout\", \"10s\")",
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
    @NeedsNative(Native.UCX)
    void availabilitySaysWhatThisMachineHas() {
        assertThat(provider.availability()).isInstanceOfSatisfying(Available.class, yes -> {
            assertThat(yes.version()).matches("[0-9]+\\.[0-9]+\\.[0-9]+.*");
            assertThat(yes.features()).singleElement().asString().contains(UcxProbe.SONAME);
        });
    }

    @Test
    void withoutTheLibraryItSaysSoAndNamesThePackage() {
        Unavailable answer = unavailable("libjnixl-no-ucp.so.0");

        assertThat(answer.reason()).isEqualTo("libjnixl-no-ucp.so.0 not found");
        assertThat(answer.remedy()).contains("apt-get install libucx0", "dnf install ucx");
    }

    @Test
    void aLibraryWithoutWhatIsNeededIsTooOld() {
        assertThat(unavailable("libc.so.6").reason()).contains("too old", "ucp_put_nbx");
    }

    @Test
    void createRefusesInTheSameWords() {
        UcxBackendProvider without = new UcxBackendProvider("libjnixl-no-ucp.so.0");
        Unavailable answer = unavailable("libjnixl-no-ucp.so.0");

        assertThatThrownBy(() -> without.create(BackendConfig.of(Map.of()), null))
                .isInstanceOfSatisfying(NixlException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.NOT_SUPPORTED);
                    assertThat(e.backend()).isEqualTo("UCX");
                    assertThat(e.remedy()).isEqualTo(answer.remedy());
                })
                .hasMessageContaining(answer.reason());
    }

    private static Unavailable unavailable(String soname) {
        return (Unavailable) new UcxBackendProvider(soname).availability();
    }

    /** libucp's initialiser would take over the handlers by which the JVM finds null references and stops threads. */
    @Test
    @NeedsNative(Native.UCX)
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
