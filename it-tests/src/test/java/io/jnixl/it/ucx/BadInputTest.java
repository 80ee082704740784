// SPDX-License-Identifier: Apache-2.0
package io.jnixl.it.ucx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.jnixl.api.Agent;
import io.jnixl.api.Allocation;
import io.jnixl.api.Config;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.MemoryKind;
import io.jnixl.api.NixlException;
import io.jnixl.api.Peer;
import io.jnixl.api.Status;
import io.jnixl.api.Transfer;
import io.jnixl.spi.wire.WireDescriptors;
import io.jnixl.spi.wire.WireMetadata;
import io.jnixl.testsupport.NeedsNative;
import io.jnixl.testsupport.NeedsNative.Native;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Ranges in a peer's metadata that cannot be, and settings and devices that do not exist. */
@NeedsNative(Native.UCX)
class BadInputTest {
    private static final int BYTES = 1 << 16;

    private static Agent agent(String name, String... settings) {
        Config config = Config.empty().with("agent.backends", "UCX");
        for (int i = 0; i < settings.length; i += 2) {
            config = config.with(settings[i], settings[i + 1]);
        }
        return Agent.builder(name).config(config).build();
    }

    /** The metadata with other ranges, each with the key of the first. */
    private static byte[] withRanges(byte[] metadata, long... addressesAndLengths) {
        WireMetadata sound = WireMetadata.decode(metadata);
        WireDescriptors regions = sound.sections().getFirst().descriptors();
        int count = addressesAndLengths.length / 2;
        long[] addresses = new long[count];
        long[] lengths = new long[count];
        byte[][] keys = new byte[count][];
        for (int i = 0; i < count; i++) {
            addresses[i] = addressesAndLengths[2 * i];
            lengths[i] = addressesAndLengths[2 * i + 1];
            keys[i] = regions.blob(0);
        }
        return new WireMetadata(
                        sound.agent(),
                        sound.connections(),
                        List.of(new WireMetadata.Section(
                                "UCX", WireDescriptors.of(MemoryKind.DRAM, addresses, lengths, new long[count], keys))))
                .encode();
    }

    @ParameterizedTest
    @CsvSource({
        "0, 4096", // no process has memory there
        "4096, 0x7fffffffffffffff", // more than there can be
        "0x7fffffff00000000, 4096", // beyond all addresses
        "0xffffffffffff0000, 4096", // the kernel's
    })
    void rangesThatCannotBe(String address, String length) {
        try (Agent near = agent("near");
                Agent far = agent("far");
                Allocation _ = far.allocate(BYTES)) {
            byte[] bad = withRanges(
                    far.metadata(), Long.parseUnsignedLong(hex(address), 16), Long.parseLong(hex(length), 16));
            assertThatExceptionOfType(NixlException.class)
                    .isThrownBy(() -> near.loadPeer(bad))
                    .withMessageContaining("cannot be memory")
                    .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.BACKEND));
            assertThat(near.peers()).isEmpty();
            assertThat(near.loadPeer(far.metadata()).regions()).hasSize(1);
        }
    }

    @Test
    void emptyRanges() {
        try (Agent near = agent("near");
                Agent far = agent("far");
                Allocation _ = far.allocate(BYTES)) {
            assertThatExceptionOfType(NixlException.class)
                    .isThrownBy(() -> near.loadPeer(withRanges(far.metadata(), 4096, 0)))
                    .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.MISMATCH));
        }
    }

    private static String hex(String number) {
        return number.startsWith("0x") ? number.substring(2) : Long.toHexString(Long.parseLong(number));
    }

    /** Regions may overlap: agents register as they like. */
    @Test
    void overlappingRangesAreTwoRegions() {
        try (Agent near = agent("near");
                Agent far = agent("far");
                Allocation theirs = far.allocate(BYTES);
                Allocation mine = near.allocate(BYTES)) {
            long address = theirs.segment().address();
            Peer peer = near.loadPeer(withRanges(far.metadata(), address, BYTES, address + 4096, 4096));
            assertThat(peer.regions()).hasSize(2);
            mine.segment().fill((byte) 5);
            try (Transfer write = near.write(mine.segment().asSlice(0, 4096))
                    .to(peer.region(1).slice(0, 4096))
                    .prepare()) {
                write.post();
                assertThat(write.await(Duration.ofSeconds(30))).isEqualTo(Status.SUCCESS);
            }
            assertThat(theirs.segment().get(java.lang.foreign.ValueLayout.JAVA_BYTE, 4096 + 100))
                    .isEqualTo((byte) 5);
        }
    }

    @Test
    void aSettingThatUcxDoesNotHaveIsAnErrorThatNamesIt() {
        assertThatExceptionOfType(NixlException.class)
                .isThrownBy(() -> agent("a", "backends.UCX.engine_config", "TLS=tcp,FIFO_SIZE=64"))
                .withMessageContaining("UCX has no setting FIFO_SIZE")
                .withMessageContaining("SYSV_FIFO_SIZE")
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_PARAM));
    }

    /** Of UCX's core, of several transports by what they inherit, and hidden. */
    @ParameterizedTest
    @ValueSource(strings = {"TLS=tcp", "MM_FIFO_SIZE=64", "LOG_LEVEL=warn", "UCX_KEEPALIVE_INTERVAL=1s"})
    void settingsThatItHasAreTaken(String engineConfig) {
        try (Agent agent = agent("a", "backends.UCX.engine_config", engineConfig)) {
            assertThat(agent.self().backends()).containsExactly("UCX");
        }
    }

    /** UCX 1.13 takes such from the environment alone, and would go on without. */
    @Test
    void aSettingOfOneTransportIsTakenOrRefused() {
        String version;
        try (Agent agent = agent("a")) {
            version = agent.backends().stream()
                    .filter(backend -> backend.name().equals("UCX"))
                    .findFirst()
                    .orElseThrow()
                    .version();
        }
        String setting = "TCP_KEEPIDLE=5s";
        if (version.startsWith("1.13.")) {
            assertThatExceptionOfType(NixlException.class)
                    .isThrownBy(() -> agent("a", "backends.UCX.engine_config", setting))
                    .withMessageContaining("start Java with UCX_" + setting)
                    .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_PARAM));
        } else {
            agent("a", "backends.UCX.engine_config", setting).close();
        }
    }

    /** Without a network there would be no transport at all, and no agent. */
    @ParameterizedTest
    @ValueSource(strings = {"all", "ALL", "lo", "l*", "l?", "*", "l*, lo"})
    void devicesThatThereAreKeepTheNetwork(String list) {
        try (Agent agent = agent("a", "backends.UCX.device_list", list, "backends.UCX.engine_config", "TLS=tcp")) {
            assertThat(agent.self().backends()).containsExactly("UCX");
        }
    }

    /** As many addresses in the worker's one. */
    @Test
    void allIsAsWithoutAList() {
        assertThat(addressWith("backends.UCX.device_list", "all")).hasSameSizeAs(addressWith());
        assertThat(addressWith("backends.UCX.device_list", "l?"))
                .hasSameSizeAs(addressWith("backends.UCX.device_list", "lo"));
    }

    private static byte[] addressWith(String... settings) {
        try (Agent agent = agent("a", settings)) {
            return WireMetadata.decode(agent.metadata())
                    .connections()
                    .getFirst()
                    .info();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"x-*", "lo, x-*", "^l*", "lo, all", "memory", "memory*"})
    void whatMatchesNoNetworkDeviceIsAnErrorThatNamesThoseThatThereAre(String list) {
        String wrong = list.replace("lo, ", "");
        assertThatExceptionOfType(NixlException.class)
                .isThrownBy(() -> agent("a", "backends.UCX.device_list", list))
                .withMessageMatching("(?s).*UCX uses no device \\Q" + wrong + "\\E here, only .*\\blo\\b.*")
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_PARAM));
    }

    @ParameterizedTest
    @ValueSource(strings = {"moon0", "moon*"})
    void aWrongDeviceThatLeavesNoTransportIsNamedToo(String list) {
        assertThatExceptionOfType(NixlException.class)
                .isThrownBy(() -> agent("a", "backends.UCX.device_list", list, "backends.UCX.engine_config", "TLS=tcp"))
                .withMessageContaining("UCX uses no device " + list + " here, only ")
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_PARAM));
    }

    /** UCX only warns, and goes on without the network. */
    @ParameterizedTest
    @ValueSource(strings = {"NET_DEVICES=moon0", "TLS=tcp,UCX_NET_DEVICES=moon0", "NET_DEVICES=lo,moon0"})
    void aWrongDeviceInTheEngineConfigIsNamedToo(String settings) {
        assertThatExceptionOfType(NixlException.class)
                .isThrownBy(() -> agent("a", "backends.UCX.engine_config", settings))
                .withMessageMatching(
                        "(?s).*engine_config: NET_DEVICES: UCX uses no device moon0 here, only .*\\blo\\b.*")
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_PARAM));
        try (Agent agent = agent("a", "backends.UCX.engine_config", settings.replace("moon0", "lo"))) {
            assertThat(agent.self().backends()).containsExactly("UCX");
        }
    }

    /** Nothing is amiss: a native agent may have the same settings, and UCX does not even warn. */
    @Test
    void aDeviceOfATransportThatIsLeftOutMayStandInTheEngineConfig() {
        try (Agent agent = agent("a", "backends.UCX.engine_config", "TLS=sm,self,NET_DEVICES=lo")) {
            assertThat(agent.self().backends()).containsExactly("UCX");
        }
    }

    @Test
    void aDeviceThatIsNotThereIsAnErrorThatNamesThoseThatAre() {
        assertThatExceptionOfType(NixlException.class)
                .isThrownBy(() -> agent("a", "backends.UCX.device_list", "lo, moon0"))
                .withMessageContaining("UCX uses no device moon0")
                .withMessageContaining("lo")
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_PARAM));
        try (Agent agent = agent("a", "backends.UCX.device_list", "lo")) {
            assertThat(agent.self().backends()).containsExactly("UCX");
        }
    }
}
