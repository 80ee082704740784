// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RkeyCheckTest {
    /** One memory domain with 3 bytes. */
    private static final byte[] SMALL = HexFormat.of().parseHex("0400000000000000" + "00" + "03" + "aabbcc");

    @Test
    void takesWhatIsWhole() {
        assertThat(RkeyCheck.fault(SMALL)).isEmpty();
        assertThat(RkeyCheck.fault(Arrays.copyOf(SMALL, 20)))
                .as("later versions append")
                .isEmpty();
        assertThat(RkeyCheck.fault(new byte[9])).as("no domain at all").isEmpty();
    }

    @Test
    @DisplayName("I: corrupt remote keys, cut")
    void refusesWhatIsCut() {
        for (int length = 0; length < SMALL.length; length++) {
            assertThat(RkeyCheck.fault(Arrays.copyOf(SMALL, length)))
                    .as("%d bytes", length)
                    .isNotEmpty();
        }
    }

    @Test
    @DisplayName("I: corrupt remote keys, impossible")
    void refusesWhatCannotBe() {
        byte[] type = SMALL.clone();
        type[8] = 77;
        assertThat(RkeyCheck.fault(type)).contains("memory type is 77");
        byte[] domains = SMALL.clone();
        domains[7] = (byte) 0xff;
        assertThat(RkeyCheck.fault(domains)).contains("names 9 memory domains and ends after 1");
        byte[] length = SMALL.clone();
        length[9] = (byte) 200;
        assertThat(RkeyCheck.fault(length)).contains("part 0 of 1 has 200 bytes, and 3 are left");
        assertThat(RkeyCheck.fault(new byte[1 << 17])).contains("131072 bytes");
    }
}
