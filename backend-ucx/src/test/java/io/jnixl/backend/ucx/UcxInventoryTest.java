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
    void devicesOfAContext() {
        assertThat(UcxInventory.devices("""
                        #            md 1  :  component 1  tcp
                        #      resource 0  :  md 0  dev 0  flags -- self/memory0
                        #      resource 1  :  md 1  dev 1  flags -- tcp/eth0
                        #      resource 2  :  md 5  dev 3  flags -- rc_mlx5/mlx5_0:1
                        """)).containsExactlyInAnyOrder("memory0", "eth0", "mlx5_0:1");
    }
}
