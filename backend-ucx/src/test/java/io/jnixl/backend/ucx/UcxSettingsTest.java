// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.spi.BackendConfig;
import io.jnixl.testsupport.NeedsNative;
import io.jnixl.testsupport.NeedsNative.Native;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UcxSettingsTest {
    private static final UcpVersion VERSION = new UcpVersion(1, 22);

    private static UcxSettings of(Map<String, String> options, Map<String, String> environment) {
        return UcxSettings.of(BackendConfig.of(options), environment::get, VERSION);
    }

    /** From the weakest to the strongest: default, engine_config, environment; and device_list above all. */
    @Test
    void eachSourceBeatsTheOnesBefore() {
        String key = "MAX_RMA_RAILS";
        Map<String, String> engineConfig = Map.of("engine_config", key + "=4");
        Map<String, String> environment = Map.of("UCX_" + key, "8");

        assertThat(of(Map.of(), Map.of()).ucx()).containsEntry(key, "2");
        assertThat(of(engineConfig, Map.of()).ucx()).containsEntry(key, "4");
        assertThat(of(Map.of(), environment).ucx())
                .as("left to the environment")
                .doesNotContainKey(key);
        assertThat(of(engineConfig, environment).ucx()).doesNotContainKey(key);

        Map<String, String> devices = Map.of("engine_config", "NET_DEVICES=a:1", "device_list", "b c:2");
        assertThat(of(devices, Map.of("UCX_NET_DEVICES", "d")).ucx()).containsEntry("NET_DEVICES", "b:1,c:2");
        assertThat(of(Map.of("engine_config", "NET_DEVICES=a:1"), Map.of("UCX_NET_DEVICES", "d"))
                        .ucx())
                .doesNotContainKey("NET_DEVICES");
    }

    @Test
    void theEnvironmentBeatsEveryDefault() {
        UcxDefaults.of(VERSION, 4, new UcxTransports("all"), UcxDefaults.Rdma.EFA)
                .forEach((key, value) -> assertThat(
                                of(Map.of(), Map.of("UCX_" + key, value)).ucx())
                        .as(key)
                        .doesNotContainKey(key));
    }

    @Test
    void workersAndModesComeFromTheOptions() {
        assertThat(of(Map.of(), Map.of()).workers()).isEqualTo(1);
        UcxSettings settings = of(
                Map.of("num_workers", "4", "ucx_error_handling_mode", "none", "ucx_ep_close_force", "true"), Map.of());
        assertThat(settings.workers()).isEqualTo(4);
        assertThat(settings.noticesFailure()).isFalse();
        assertThat(settings.closeForce()).isTrue();
        assertThat(of(Map.of("engine_config", "TLS=tcp,MM_ERROR_HANDLING=y"), Map.of())
                        .sharedMemory())
                .isFalse();
    }

    @Test
    void defaultsMakeSharedMemoryUsable() {
        UcxSettings settings = of(Map.of(), Map.of());
        assertThat(settings.ucx())
                .containsEntry("MM_ERROR_HANDLING", "y")
                .containsEntry("RNDV_THRESH", "inf")
                .containsEntry("KEEPALIVE_INTERVAL", "500ms");
        assertThat(settings.sharedMemory()).isTrue();
        assertThat(settings.noticesFailure()).isTrue();
    }

    @Test
    void theUsersEnvironmentBeatsDefaultsAndEngineConfig() {
        UcxSettings settings = of(
                Map.of("engine_config", "KEEPALIVE_INTERVAL=5s, ucx_tls=tcp,self"),
                Map.of("UCX_KEEPALIVE_INTERVAL", "9s", "UCX_MM_ERROR_HANDLING", "n"));
        assertThat(settings.ucx())
                .doesNotContainKeys("KEEPALIVE_INTERVAL", "MM_ERROR_HANDLING")
                .containsEntry("TLS", "tcp,self");
        assertThat(settings.sharedMemory())
                .as("a peer that has it on would crash")
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"SYSV_ERROR_HANDLING=n", "MM_ERROR_HANDLING=no", "POSIX_ERROR_HANDLING=0"})
    void sharedMemoryNeedsErrorHandlingOfBothKinds(String setting) {
        assertThat(of(Map.of("engine_config", setting), Map.of()).sharedMemory())
                .isFalse();
    }

    @Test
    void devicesBeatTheEnvironment() {
        UcxSettings settings =
                of(Map.of("device_list", "mlx5_0, mlx5_1:2, lo"), Map.of("UCX_NET_DEVICES", "something"));
        assertThat(settings.ucx()).containsEntry("NET_DEVICES", "mlx5_0:1,mlx5_1:2,lo");
    }

    /** Above the environment too, as every other list. */
    @ParameterizedTest
    @ValueSource(strings = {"all", "ALL", " All "})
    void allAloneIsNoRestriction(String list) {
        UcxSettings settings = of(
                Map.of("device_list", list, "engine_config", "NET_DEVICES=lo"), Map.of("UCX_NET_DEVICES", "something"));
        assertThat(settings.ucx()).containsEntry("NET_DEVICES", "all");
        assertThat(settings.devices().words()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " , "})
    void anEmptyListLeavesTheEnvironmentAlone(String list) {
        assertThat(of(Map.of("device_list", list), Map.of("UCX_NET_DEVICES", "something"))
                        .ucx())
                .doesNotContainKey("NET_DEVICES");
    }

    /** Unless something stronger decides of them. */
    @Test
    void devicesOfTheEngineAreToBeChecked() {
        Map<String, String> engine = Map.of("engine_config", "NET_DEVICES=lo,moon0");
        assertThat(of(engine, Map.of()).devices().words()).containsExactly("lo", "moon0");
        assertThat(of(engine, Map.of()).ucx()).containsEntry("NET_DEVICES", "lo,moon0");
        assertThat(of(engine, Map.of("UCX_NET_DEVICES", "eth0")).devices().words())
                .isEmpty();
        Map<String, String> both = Map.of("engine_config", "NET_DEVICES=moon0", "device_list", "lo:1");
        assertThat(of(both, Map.of()).devices().words()).containsExactly("lo:1");
    }

    /** Where a list of ours names devices whose transport is left out, that is a mistake. */
    @Test
    void toFindOutWhatThereIsTransportsAreLeftToUcxsOwnSetting() {
        Map<String, String> engine = Map.of("engine_config", "TLS=rc,NET_DEVICES=lo");
        assertThat(of(engine, Map.of("UCX_TLS", "sm")).unrestricted().ucx())
                .containsEntry("NET_DEVICES", "all")
                .containsEntry("TLS", "all");
        Map<String, String> list = Map.of("engine_config", "TLS=rc", "device_list", "lo");
        assertThat(of(list, Map.of()).unrestricted().ucx())
                .containsEntry("NET_DEVICES", "all")
                .containsEntry("TLS", "rc");
    }

    @Test
    void patternsGiveWayToTheDevicesThatTheyMatch() {
        UcxSettings settings = of(Map.of("device_list", "mlx5_?, lo"), Map.of());
        assertThat(settings.devices().havePatterns()).isTrue();
        UcxSettings named = settings.on(settings.devices().among(Set.of("mlx5_3:1", "eth0", "lo")));
        assertThat(named.devices().havePatterns()).isFalse();
        assertThat(named.ucx()).isEqualTo(withDevices(settings.ucx(), "mlx5_3:1,lo"));
    }

    private static Map<String, String> withDevices(Map<String, String> ucx, String devices) {
        Map<String, String> others = new HashMap<>(ucx);
        others.put("NET_DEVICES", devices);
        return others;
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLS", "=x", "A B=c", "TLS=tcp,,=", "1=2"})
    void whatIsNoPairIsRefused(String text) {
        if (text.startsWith("TLS=")) {
            assertThat(of(Map.of("engine_config", text), Map.of()).ucx()).containsEntry("TLS", "tcp,,=");
            return;
        }
        assertThatThrownBy(() -> of(Map.of("engine_config", text), Map.of()))
                .isInstanceOf(NixlException.class)
                .hasMessageContaining("engine_config")
                .hasMessageContaining(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"RNDV_THRESH=many", "KEEPALIVE_INTERVAL=soon"})
    @NeedsNative(Native.UCX)
    void aValueThatUcxDoesNotUnderstandIsRefusedByName(String setting) {
        UcxSettings settings = of(Map.of("engine_config", setting), Map.of());
        assertThatThrownBy(settings::check)
                .isInstanceOfSatisfying(
                        NixlException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_PARAM))
                .hasMessageContaining(setting);
    }

    @Test
    void aHostMayBeSilentForTenSecondsUnlessSaidOtherwise() {
        assertThat(of(Map.of(), Map.of()).tcpTimeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(of(Map.of("tcp_timeout", "1500ms"), Map.of()).tcpTimeout()).isEqualTo(Duration.ofMillis(1500));
        assertThat(of(Map.of("tcp_timeout", "0s"), Map.of()).tcpTimeout()).isZero();
    }

    /** A packet that is lost now and then is sent again in that time. */
    @ParameterizedTest
    @ValueSource(strings = {"1ms", "999ms", "PT-10S"})
    void aHostMayNotBeSilentForLessThanASecond(String given) {
        assertThatThrownBy(() -> of(Map.of("tcp_timeout", given), Map.of()))
                .isInstanceOfSatisfying(
                        NixlException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_PARAM))
                .hasMessageContaining("tcp_timeout");
    }

    /** UCX 1.13 would warn, and go on without. */
    @ParameterizedTest
    @ValueSource(strings = {"TCP_TX_SEG_SIZE=16K", "TCP_CONN_NB=n", "SELF_SEG_SIZE=8K", "sysv_error_handling=y"})
    void whatAnOldVersionTakesFromTheEnvironmentAloneIsRefused(String setting) {
        BackendConfig config = BackendConfig.of(Map.of("engine_config", "TLS=tcp," + setting));
        int equals = setting.indexOf('=');
        assertThatThrownBy(() -> UcxSettings.of(config, name -> null, new UcpVersion(1, 13)))
                .isInstanceOf(NixlException.class)
                .hasMessageContaining("start Java with UCX_"
                        + setting.substring(0, equals).toUpperCase(Locale.ROOT) + setting.substring(equals));
        UcxSettings.of(config, name -> null, new UcpVersion(1, 18));
        UcxSettings.of(config, name -> "as told", new UcpVersion(1, 13));
    }

    @Test
    void settingsOfAllTransportsAreTakenByAnyVersion() {
        BackendConfig config = BackendConfig.of(Map.of("engine_config", "MM_FIFO_SIZE=128,SELF_DEVICES=memory"));
        assertThat(UcxSettings.of(config, name -> null, new UcpVersion(1, 13)).ucx())
                .containsEntry("MM_FIFO_SIZE", "128")
                .containsEntry("SELF_DEVICES", "memory");
    }
}
