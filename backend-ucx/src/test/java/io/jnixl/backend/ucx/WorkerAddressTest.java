// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.backend.ucx.WorkerAddress.Series;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WorkerAddressTest {
    private static byte[] startingWith(int first) {
        byte[] address = new byte[64];
        address[0] = (byte) first;
        return address;
    }

    /** The first bytes are those of UCX 1.13.1 and 1.18.1, 1.18.1 and 1.22.0. */
    @ParameterizedTest
    @CsvSource({"0x20, UNKNOWN", "0x21, UP_TO_1_18", "0x61, FROM_1_19", "0x01, UP_TO_1_18", "0x31, FROM_1_19"})
    void aSecondFormatTellsTheVersion(int first, Series series) {
        assertThat(WorkerAddress.fault(startingWith(first))).isEmpty();
        assertThat(WorkerAddress.series(startingWith(first))).isEqualTo(series);
    }

    @Test
    void whatCannotBeIsRefused() {
        assertThat(WorkerAddress.fault(new byte[0])).isEqualTo("these 0 bytes are no worker address");
        assertThat(WorkerAddress.fault(startingWith(0x22))).contains("64 bytes", "version 2");
        assertThat(WorkerAddress.fault(Arrays.copyOf(startingWith(0x20), 9))).contains("9 bytes");
        assertThat(WorkerAddress.fault(new byte[(1 << 16) + 1])).isNotEmpty();
    }

    @Test
    void versionsAreReadAndCompared() {
        assertThat(UcpVersion.of("1.13.1")).isEqualTo(new UcpVersion(1, 13)).hasToString("1.13");
        assertThat(UcpVersion.of("1.22.0-rc1").isFrom(1, 21)).isTrue();
        assertThat(UcpVersion.of("1.18.1").isOfSecondSeries()).isFalse();
        assertThat(UcpVersion.of("1.19.0").isOfSecondSeries()).isTrue();
        assertThat(UcpVersion.of("2.0").isOfSecondSeries()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "unknown", "1", "1.", "99999999999.1"})
    void whatIsNoVersionCountsAsOld(String text) {
        assertThat(UcpVersion.of(text)).isEqualTo(new UcpVersion(0, 0));
    }
}
