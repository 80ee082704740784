// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UcxInventoryTest {

    @Test
    void namesOfSettingsAndThoseThatTheyInherit() {
        assertThat(UcxInventory.names("""
                        #
                        # UCX_ not a name: UCX_NOT=this
                        # inherits: UCX_DC_FENCE, UCX_RC_FENCE
                        UCX_DC_MLX5_FENCE=auto
                        UCX_TLS=all
                        """)).containsExactlyInAnyOrder("DC_FENCE", "RC_FENCE", "DC_MLX5_FENCE", "TLS");
    }

    @Test
    void networkDevicesOfAContext() {
        assertThat(UcxInventory.devices("""
                        #            md 1  :  component 1  tcp
                        #      resource 0  :  md 0  dev 0  flags -- self/memory0
                        #      resource 1  :  md 1  dev 1  flags -- tcp/eth0
                        #      resource 2  :  md 5  dev 3  flags -- rc_mlx5/mlx5_0:1
                        #      resource 3  :  md 2  dev 4  flags -- sysv/memory
                        #      resource 4  :  md 6  dev 5  flags -- cuda_ipc/cuda
                        #      resource 5  :  md 7  dev 6  flags -a srd/rdmap0s6:1
                        """)).containsExactlyInAnyOrder("eth0", "mlx5_0:1", "rdmap0s6:1");
    }
}
