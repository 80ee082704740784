// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Addresses that these versions of UCX wrote, all on one host. */
class SharedMemoryHostTest {
    private static final String HOST = "f992d1d0633f0c50";
    private static final String SYSV = "8d53";
    private static final String POSIX = "a7d3";
    private static final String CMA = "478b";

    enum Written {
        BY_1_13(
                "2035f88e7e33eff16e2000637577cc2b3200f8d74f00000000004f03008807fe9010990e345b21120102f992d1d0633f0cd0f9ffff"
                        + "ef00000000cf1917b75138539e3e4bd7e037370113230082ecfb21060002c0000202cf1917b751389763344bd7e037370013230082a3"
                        + "334208f992d1d0633f0c508d5377cc2b32004c3e5077ccab33004f2300880d805b00000000004308f992d1d0633f0c50a7d377cc2b32"
                        + "004c3e5077ccab33004f2300888d610000040000c02488f992d1d0633f0c50478bbd37063600242e5077ccab3300922100848d610000"),
        BY_1_18_AS_V2(
                "210254c325595caa6f11000063754426000080001b008889ffa1cf6648c6d901060002c0000202cf190c015a0080008b0082baf50112"
                        + "0102f992d1d0633f0cd0f9ffffef00000000cf190c015a0180008b00829e6d0208f992d1d0633f0c508d5344e5430081009b008817805b"
                        + "00000000000308f992d1d0633f0c50a7d344e5430081009b00889c610000040000c00488f992d1d0633f0c50478bfb5543000000990084"
                        + "9c610000"),
        BY_1_23(
                "20050bd786a3562da20000637577cc2b320040975000000000004f03008889cb19b3b7f5a7dc01060002c0000202cf1917b75138976334"
                        + "4bd7e037370013230082e5f5010e0102f992d1d0633f0cd0f9ffffefcf1917b75138539e3e4bd7e037370113230082dc350208f992d1d0"
                        + "633f0c508d5377cc2b320000705077ccab33004f2300881c805b00000000000308f992d1d0633f0c50a7d377cc2b320000705077ccab33"
                        + "004f230088a7610000040000c00408f992d1d0633f0c50478bbd37063600242e5077ccab330092210084a76100008780");

        private final String hex;

        Written(String hex) {
            this.hex = hex;
        }

        byte[] address() {
            return bytes(hex);
        }
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static SharedMemoryHost here() {
        return SharedMemoryHost.of(Written.BY_1_13.address()).orElseThrow();
    }

    @ParameterizedTest
    @EnumSource(Written.class)
    void hidesWhatIsWrittenIntoAndNothingElse(Written by) {
        assertThat(here().isNamedIn(by.address())).isTrue();
        byte[] hidden = here().hiddenIn(by.address());
        assertThat(here().isNamedIn(hidden)).isFalse();
        String other = "06" + HOST.substring(2);
        assertThat(hex(hidden))
                .isEqualTo(by.hex.replace(HOST + SYSV, other + SYSV).replace(HOST + POSIX, other + POSIX))
                .contains(other + SYSV, other + POSIX, HOST + CMA);
        assertThat(SharedMemoryHost.of(by.address()).orElseThrow().isNamedIn(Written.BY_1_13.address()))
                .isTrue();
    }

    @ParameterizedTest
    @EnumSource(Written.class)
    void anotherHostIsLeftAlone(Written by) {
        byte[] elsewhere = bytes(by.hex.replace(HOST, "0102030405060750"));
        assertThat(here().isNamedIn(elsewhere)).isFalse();
        assertThat(here().hiddenIn(elsewhere)).isEqualTo(elsewhere);
    }

    /** As 1.13 and 1.18 write it, and 1.23. */
    @ParameterizedTest
    @CsvSource({"10,510100f000000000", "0c,510100f0"})
    void aNamespaceOfItsOwnIsAnotherHost(String length, String namespace) {
        String inside = length + "f992d1d0633f0cd0" + namespace;
        byte[] address = bytes(Written.BY_1_13
                .hex
                .replace("08" + HOST + SYSV, inside + SYSV)
                .replace("08" + HOST + POSIX, inside + POSIX));
        assertThat(here().isNamedIn(address)).isFalse();
        SharedMemoryHost there = SharedMemoryHost.of(address).orElseThrow();
        assertThat(there.isNamedIn(address)).isTrue();
        assertThat(there.isNamedIn(Written.BY_1_13.address())).isFalse();
        assertThat(there.isNamedIn(there.hiddenIn(address))).isFalse();
        byte[] neighbour = bytes(hex(address).replace("510100f0", "520100f0"));
        assertThat(there.isNamedIn(neighbour)).isFalse();
        assertThat(there.hiddenIn(neighbour)).isEqualTo(neighbour);
        String otherVersions =
                length.equals("10") ? "0cf992d1d0633f0cd0510100f0" : "10f992d1d0633f0cd0510100f000000000";
        assertThat(there.isNamedIn(bytes(hex(address).replace(inside, otherVersions))))
                .isTrue();
    }

    @Test
    void nothingIsSaidWhereItIsNotCertain() {
        assertThat(SharedMemoryHost.of(bytes("2035f88e"))).isEmpty();
        assertThat(SharedMemoryHost.of(new byte[0])).isEmpty();
        assertThat(SharedMemoryHost.of(bytes(Written.BY_1_13.hex.replace(HOST + SYSV, "0102030405060708" + SYSV))))
                .as("two hosts")
                .isEmpty();
        byte[] address = Written.BY_1_13.address();
        for (int end = 0; end <= address.length; end++) {
            assertThat(here().hiddenIn(Arrays.copyOf(address, end))).hasSize(end);
        }
    }

    @Test
    void theMarkIsBehindTheAddress() {
        byte[] address = Written.BY_1_13.address();
        String mark = "6a6e69786c2d6d6d" + "3030303030336538"; // jnixl-mm000003e8
        byte[] marked = new ConnectionInfo(address, 1000).bytes();
        assertThat(hex(marked)).isEqualTo(Written.BY_1_13.hex + mark);
        assertThat(ConnectionInfo.of(marked).user()).isEqualTo(1000);
        assertThat(ConnectionInfo.of(marked).address()).isEqualTo(address);
        assertThat(ConnectionInfo.of(address).user()).isEqualTo(ConnectionInfo.UNMARKED);
        assertThat(ConnectionInfo.of(address).address()).isEqualTo(address);
        assertThat(new ConnectionInfo(address, ConnectionInfo.UNMARKED).bytes()).isEqualTo(address);
        byte[] highest = new ConnectionInfo(address, 0xffff_fffeL).bytes();
        assertThat(ConnectionInfo.of(highest).user()).isEqualTo(0xffff_fffeL);
        assertThat(ConnectionInfo.ownUser()).isNotNegative();
    }

    @Test
    void whatIsNoMarkBelongsToTheAddress() {
        assertThat(ConnectionInfo.of(bytes("6a6e69786c2d6d6d" + "3030303030336538"))
                        .address())
                .isEmpty();
        for (String other : new String[] {"", "6d6d", "6a6e69786c2d6d6d", "6a6e69786c2d6d6d" + "ff30303030336538"}) {
            ConnectionInfo info = ConnectionInfo.of(bytes(other));
            assertThat(info.user()).isEqualTo(ConnectionInfo.UNMARKED);
            assertThat(info.address()).isEqualTo(bytes(other));
        }
    }
}
