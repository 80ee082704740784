// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.backend.ucx.UcxDefaults.Rdma;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UcxDefaultsTest {
    private static Map<String, String> of(int minor, Rdma rdma) {
        return of(minor, rdma, "all");
    }

    private static Map<String, String> of(int minor, Rdma rdma, String transports) {
        return UcxDefaults.of(new UcpVersion(1, minor), 7, new UcxTransports(transports), rdma);
    }

    @Test
    void oldVersionsGetWhatTheyKnow() {
        assertThat(of(13, Rdma.SOME))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "RNDV_THRESH",
                        "inf",
                        "IB_PCI_RELAXED_ORDERING",
                        "try",
                        "RC_FENCE",
                        "none",
                        "MM_ERROR_HANDLING",
                        "y",
                        "KEEPALIVE_INTERVAL",
                        "500ms",
                        "ALLOC_PRIO",
                        "md:sysv,md:posix,huge,mmap"));
    }

    @Test
    void laterOnesGetMore() {
        assertThat(of(14, Rdma.SOME)).doesNotContainKey("MAX_RMA_RAILS");
        assertThat(of(15, Rdma.SOME)).containsEntry("MAX_RMA_RAILS", "2");
        assertThat(of(20, Rdma.SOME)).doesNotContainKeys("RC_GDA_NUM_CHANNELS", "MAX_HCA_PER_GPU");
        assertThat(of(21, Rdma.SOME))
                .containsEntry("RC_GDA_NUM_CHANNELS", "7")
                .containsEntry("MAX_HCA_PER_GPU", "auto")
                .doesNotContainKey("RNDV_PIPELINE_ERROR_HANDLING");
        assertThat(of(22, Rdma.SOME))
                .containsEntry("RNDV_PIPELINE_ERROR_HANDLING", "y")
                .doesNotContainKeys("ADDRESS_VERSION", "MAX_COMPONENT_MDS");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp", "tcp,self", "sm,cuda", "tcp,sysv"})
    void withoutRdmaNothingIsSaidOfIt(String transports) {
        String[] keys = {"IB_PCI_RELAXED_ORDERING", "RC_FENCE", "RC_GDA_NUM_CHANNELS", "ADDRESS_VERSION"};
        assertThat(of(22, Rdma.NONE)).doesNotContainKeys(keys);
        assertThat(of(22, Rdma.EFA, transports)).doesNotContainKeys(keys);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rc", "tcp,rc_mlx5", "ud:aux,tcp", "RC_X", "^tcp", "ib", "all"})
    void rdmaHasSeveralNames(String transports) {
        assertThat(of(13, Rdma.SOME, transports)).containsKey("RC_FENCE");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp", "tcp,self", "rc,cuda"})
    void withoutSharedMemoryNothingIsSaidOfIt(String transports) {
        assertThat(of(22, Rdma.SOME, transports)).doesNotContainKey("MM_ERROR_HANDLING");
    }

    @Test
    void machinesWithEfaGetLongerAddresses() {
        assertThat(of(18, Rdma.EFA)).containsEntry("ADDRESS_VERSION", "v2").doesNotContainKey("MAX_COMPONENT_MDS");
        assertThat(of(19, Rdma.EFA)).containsEntry("ADDRESS_VERSION", "v2").containsEntry("MAX_COMPONENT_MDS", "32");
    }

    @Test
    void efaIsFoundByItsDriver(@TempDir Path folder) throws IOException {
        assertThat(UcxDefaults.rdma(folder.resolve("none"))).isEqualTo(Rdma.NONE);
        Path devices = Files.createDirectory(folder.resolve("infiniband"));
        assertThat(UcxDefaults.rdma(devices)).isEqualTo(Rdma.NONE);
        addDevice(devices, folder, "mlx5_0", "mlx5_core");
        assertThat(UcxDefaults.rdma(devices)).isEqualTo(Rdma.SOME);
        addDevice(devices, folder, "rdmap0s6", "efa");
        assertThat(UcxDefaults.rdma(devices)).isEqualTo(Rdma.EFA);
    }

    private static void addDevice(Path devices, Path folder, String name, String driver) throws IOException {
        Path target = Files.createDirectories(folder.resolve("drivers").resolve(driver));
        Path device = Files.createDirectories(devices.resolve(name).resolve("device"));
        Files.createSymbolicLink(device.resolve("driver"), target);
    }
}
