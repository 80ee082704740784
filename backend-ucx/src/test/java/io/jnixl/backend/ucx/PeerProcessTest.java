// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PeerProcessTest {
    private static final String HEAD = "       key      shmid perms                  size  cpid  lpid nattch   uid";
    private static final String THEIRS = "         0   28442629  1660                 12288 13394 13408      3     0";
    private static final String THEIR_DATA =
            "         0   28442630  1660               4296704 13394 13408      3     0";
    private static final int NUMBER = 28442629;

    private static byte[] address(long... numbers) {
        ByteBuffer bytes = ByteBuffer.allocate(30 + numbers.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.position(13);
        for (long number : numbers) {
            bytes.putLong(number);
        }
        return bytes.array();
    }

    private static OptionalInt of(byte[] address, Set<Integer> attached, String... lines) {
        List<String> table = new java.util.ArrayList<>(List.of(HEAD));
        table.addAll(List.of(lines));
        return PeerProcess.of(address, table, attached);
    }

    @Test
    void whoMadeTheSegmentThatTheAddressNames() {
        assertThat(of(address(NUMBER), Set.of(NUMBER, 5), THEIRS, THEIR_DATA)).hasValue(13394);
    }

    @Test
    void uncertainIsNobody() {
        assertThat(of(address(NUMBER), Set.of(), THEIRS))
                .as("not attached here")
                .isEmpty();
        assertThat(of(address(NUMBER, NUMBER), Set.of(NUMBER), THEIRS))
                .as("twice")
                .isEmpty();
        assertThat(of(address(NUMBER, NUMBER + 1), Set.of(NUMBER, NUMBER + 1), THEIRS, THEIR_DATA))
                .as("two segments")
                .isEmpty();
        assertThat(of(address(7), Set.of(NUMBER), THEIRS)).as("another number").isEmpty();
        assertThat(of(address(NUMBER), Set.of(NUMBER), THEIRS.replace("13394", "    0")))
                .as("a process of another namespace")
                .isEmpty();
        assertThat(of(address(NUMBER), Set.of(NUMBER), "garbage", "")).isEmpty();
        assertThat(PeerProcess.of(address(NUMBER), List.of(), Set.of(NUMBER))).isEmpty();
    }

    @Test
    void thisProcessIsNoPeer() {
        String own =
                THEIRS.replace("13394", Long.toString(ProcessHandle.current().pid()));
        assertThat(of(address(NUMBER), Set.of(NUMBER), own)).isEmpty();
    }
}
