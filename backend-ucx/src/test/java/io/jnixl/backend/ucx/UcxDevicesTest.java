// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UcxDevicesTest {
    private static final Set<String> THERE = new TreeSet<>(List.of("eth0", "lo", "mlx5_0:1", "mlx5_10:1", "mlx5_10:2"));

    private static UcxDevices of(String... words) {
        return UcxDevices.of(List.of(words));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "e*        | eth0",
                "eth?      | eth0",
                "l*        | lo",
                "*o        | lo",
                "mlx5_?    | mlx5_0:1",
                "mlx5_*    | mlx5_0:1,mlx5_10:1",
                "mlx5_*:1  | mlx5_0:1,mlx5_10:1",
                "mlx5_*:2  | mlx5_10:2",
                "mlx5_*:*  | mlx5_0:1,mlx5_10:1,mlx5_10:2",
                "*         | eth0,lo,mlx5_0:1,mlx5_10:1",
            })
    void patternsMatchAsNamesAreWritten(String pattern, String devices) {
        assertThat(of(pattern).among(THERE).setting()).isEqualTo(devices);
    }

    @Test
    void eachDeviceIsGivenOnce() {
        assertThat(of("mlx5_10:1", "mlx5_*", "mlx5_10").among(THERE).setting()).isEqualTo("mlx5_10:1,mlx5_0:1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x*", "e", "eth0:*", "^l*", "mlx5_0.*", "[a-z]*"})
    void aPatternThatMatchesNothingIsAnErrorThatNamesWhatThereIs(String pattern) {
        UcxDevices devices = of("lo", pattern);
        assertThatExceptionOfType(NixlException.class)
                .isThrownBy(() -> devices.among(THERE).check(Optional.of(THERE), () -> THERE))
                .withMessageContaining("no device " + pattern + " here, only " + String.join(", ", THERE))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_PARAM));
    }

    /** What is there and not used is named all the same; {@code all} is a word for itself. */
    @ParameterizedTest
    @ValueSource(strings = {"moon0", "mlx5_1", "^lo", "all"})
    void aNameThatIsNoDeviceIsAnErrorThatNamesWhatThereIs(String name) {
        UcxDevices devices = of("lo", name);
        assertThatExceptionOfType(NixlException.class)
                .isThrownBy(() -> devices.check(Optional.of(Set.of("lo")), () -> THERE))
                .withMessageContaining("no device " + name + " here, only " + String.join(", ", THERE));
    }

    @Test
    void withoutANetworkNothingIsADevice() {
        assertThatExceptionOfType(NixlException.class)
                .isThrownBy(() -> of("lo").check(Optional.of(Set.of()), Set::of))
                .withMessageContaining("no device lo here, nor any other");
    }

    @Test
    void namesThatAreDevicesPass() {
        assertThatCode(() -> of("lo", "mlx5_0", "mlx5_10:2").check(Optional.of(THERE), Set::of))
                .doesNotThrowAnyException();
        assertThatCode(() -> of("moon0").check(Optional.empty(), Set::of))
                .as("a library that does not tell")
                .doesNotThrowAnyException();
        assertThatCode(() -> of("all").check(Optional.of(Set.of()), Set::of))
                .as("no restriction")
                .doesNotThrowAnyException();
    }

    /** UCX's own setting is for UCX to read: no port is added, nothing is a pattern. */
    @ParameterizedTest
    @ValueSource(strings = {"moon0", "mlx5_0", "mlx5_1:1", "mlx5_10:3"})
    void aNameInUcxsOwnSettingIsTakenAsItIs(String name) {
        UcxDevices devices = UcxDevices.ofSetting("lo, " + name);
        assertThat(devices.havePatterns()).isFalse();
        assertThatExceptionOfType(NixlException.class)
                .isThrownBy(() -> devices.check(Optional.of(Set.of("lo")), () -> THERE))
                .withMessageContaining("engine_config: NET_DEVICES: UCX uses no device " + name + " here, only ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "lo",
                "lo,mlx5_0:1",
                "mlx5_10:2, eth0,",
                "all",
                "ALL",
                "moon0,all",
                "",
                ",",
                "^moon0",
                "moon[0-3]:1"
            })
    void whatUcxMayUnderstandInItsOwnSettingPasses(String value) {
        assertThatCode(() -> UcxDevices.ofSetting(value).check(Optional.of(THERE), Set::of))
                .doesNotThrowAnyException();
    }

    /** Newer versions of UCX do without the port; and another transport may be left out on purpose. */
    @Test
    void whatUcxUsesOrCouldUseIsNoMistakeInItsOwnSetting() {
        UcxDevices devices = UcxDevices.ofSetting("mlx5_0,eth0");
        assertThatCode(() -> devices.check(Optional.of(Set.of("mlx5_0:1")), () -> THERE))
                .doesNotThrowAnyException();
    }

    /** More would end the process. */
    @Test
    void moreThanUcxTakesAreRefused() {
        Set<String> many = new TreeSet<>(
                IntStream.range(0, 65).mapToObj(i -> "veth" + i + ":1").toList());
        assertThatExceptionOfType(NixlException.class)
                .isThrownBy(() -> of("veth*").among(many))
                .withMessageContaining("64 devices at most, not 65");
        String names = String.join(",", many);
        assertThatExceptionOfType(NixlException.class)
                .isThrownBy(() -> UcxDevices.ofSetting(names))
                .withMessageContaining("engine_config: NET_DEVICES: UCX takes 64 devices at most, not 65");
    }
}
