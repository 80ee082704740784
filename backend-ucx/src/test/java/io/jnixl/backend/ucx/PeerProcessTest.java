// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PeerProcessTest {
    private static final String HEAD =
            "       key      shmid perms                  size  cpid  lpid nattch   uid   gid  cuid  cgid      atime      dtime      ctime";
    private static final String OWNERS = "     0     0     0     0 1795997793 1795997794 1795997791     12288     0";
    private static final String THEIRS =
            "         0   28442629  1660                 12288 13394 13408      3" + OWNERS;
    private static final String THEIR_DATA =
            "         0   28442630  1660               4296704 13394 13408      3" + OWNERS;
    private static final long NUMBER = 28442629;

    private static byte[] address(long... numbers) {
        ByteBuffer bytes = ByteBuffer.allocate(30 + numbers.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.position(13);
        for (long number : numbers) {
            bytes.putLong(number);
        }
        return bytes.array();
    }

    private static Optional<PeerProcess> of(byte[] address, Set<Long> attached, String... lines) {
        return of(address, ReceiveQueue.bytes(64), attached, lines);
    }

    private static Optional<PeerProcess> of(byte[] address, long bytes, Set<Long> attached, String... lines) {
        return PeerProcess.of(
                address,
                SharedSegments.parse(
                                Stream.concat(Stream.of(HEAD), Stream.of(lines)).toList())
                        .values(),
                attached.stream()
                        .map(number -> new SharedSegments.Attachment(number, 4096, bytes))
                        .toList());
    }

    @Test
    void rows() {
        assertThat(SharedSegments.parse(List.of(HEAD, THEIRS, "garbage", "", THEIRS.replace("13394", "-1"))))
                .isEqualTo(Map.of(NUMBER, new SharedSegments.Segment(NUMBER, 13394, 3, 1795997794)));
    }

    @Test
    void whoMadeTheSegmentThatTheAddressNames() {
        assertThat(of(address(NUMBER), Set.of(NUMBER, 5L), THEIRS, THEIR_DATA))
                .contains(new PeerProcess(13394, NUMBER));
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
        assertThat(of(address(NUMBER), Set.of(NUMBER))).isEmpty();
    }

    @Test
    void whatIsNoQueueTellsTheProcessAlone() {
        assertThat(of(address(NUMBER), 4096, Set.of(NUMBER), THEIRS))
                .hasValueSatisfying(it -> assertThat(it.isQueueKnown()).isFalse())
                .map(PeerProcess::pid)
                .contains(13394L);
    }

    @Test
    void thisProcess() {
        String own =
                THEIRS.replace("13394", Long.toString(ProcessHandle.current().pid()));
        assertThat(of(address(NUMBER), Set.of(NUMBER), own))
                .hasValueSatisfying(it -> assertThat(it.isThisOne()).isTrue());
    }
}
