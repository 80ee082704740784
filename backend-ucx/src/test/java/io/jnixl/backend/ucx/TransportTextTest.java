// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TransportTextTest {
    private static final String PRINTED = """
            #
            # UCP endpoint
            #
            #               peer: <no debug data>
            #                 lane[0]:  3:sysv/memory.0 md[2]           -> md[2]/sysv/sysdev[255] amo#0 am am_bw#0 keepalive
            #                 lane[1]:  1:tcp/lo.0 md[1]                -> md[1]/tcp/sysdev[255] wireup
            #
            #                  put[0]: 0..<short>..4294967296..<bcopy>..(inf)
            #
            """;

    @Test
    void lanesAreTheLinesThatSaySo() {
        assertThat(TransportText.lanes(PRINTED))
                .containsExactly(
                        "lane[0]: 3:sysv/memory.0 md[2] -> md[2]/sysv/sysdev[255] amo#0 am am_bw#0 keepalive",
                        "lane[1]: 1:tcp/lo.0 md[1] -> md[1]/tcp/sysdev[255] wireup");
    }

    @Test
    void anotherFormIsShownAsItIs() {
        assertThat(TransportText.lanes("# endpoint x\n#\n#  by  rc_mlx5/mlx5_0:1\n"))
                .containsExactly("endpoint x", "by rc_mlx5/mlx5_0:1");
        assertThat(TransportText.lanes("")).isEmpty();
    }
}
