// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.backend.tck.Bytes;
import io.jnixl.backend.tck.Inbox;
import io.jnixl.spi.wire.WireNotification;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What active messages become, those of older native peers and hostile ones too. */
class ReceiverTest {
    /** From agentA: hello, by native NIXL's serializer. */
    private static final byte[] HELLO = HexFormat.of()
            .parseHex("6e69786c5365724465737c" + "6e616d65" + "0600000000000000" + "6167656e7441" + "7c" + "6d7367"
                    + "0500000000000000" + "68656c6c6f" + "7c");

    private final Inbox inbox = new Inbox(64 << 20);
    private final Receiver receiver = new Receiver(inbox);

    @AfterEach
    void free() {
        receiver.close();
    }

    private void receive(int id, byte[] body) {
        receive(id, body, 0);
    }

    /** The body in a place of exactly its size. */
    private void receive(int id, byte[] body, long attributes) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment data = arena.allocate(Math.max(1, body.length));
            MemorySegment.copy(body, 0, data, ValueLayout.JAVA_BYTE, 0, body.length);
            MemorySegment param = arena.allocate(UcpLayouts.AM_RECV_PARAM);
            param.set(ValueLayout.JAVA_LONG, 0, attributes);
            receiver.received(id, data.address(), body.length, param.address());
        }
    }

    private void assertCounts(long ignored, long malformed) {
        assertThat(receiver.ignored()).as("ignored").isEqualTo(ignored);
        assertThat(receiver.malformed()).as("malformed").isEqualTo(malformed);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @ParameterizedTest
    @ValueSource(ints = {Upcalls.NOTIFICATION_ID, Upcalls.OLD_NOTIFICATION_ID})
    void notificationsOfNewAndOldPeersArrive(int id) {
        receive(id, HELLO);
        assertThat(inbox.drain()).containsExactly("agentA:hello");
        assertCounts(0, 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"agentA", "", "n", "nixlSerDes", "an agent with a name that is longer than the prefix"})
    void theGreetingOfAnOldPeerIsIgnored(String name) {
        for (int i = 0; i < 10; i++) {
            receive(Upcalls.NOTIFICATION_ID, ascii(name));
        }
        assertThat(inbox.drain()).isEmpty();
        assertCounts(10, 0);
    }

    @Test
    void theGoodbyeOfAnOldPeerIsIgnored() {
        receive(Upcalls.OLD_DISCONNECT_ID, ascii("agentA"));
        receive(Upcalls.OLD_DISCONNECT_ID, HELLO);
        receive(Upcalls.OLD_DISCONNECT_ID, new byte[0], UcpLayouts.AM_RECV_ATTR_FLAG_RNDV);
        assertThat(inbox.drain()).isEmpty();
        assertCounts(3, 0);
    }

    @Test
    void aCutNotificationIsMalformed() {
        for (int length = ascii("nixlSerDes|").length; length < HELLO.length; length++) {
            receive(Upcalls.NOTIFICATION_ID, Arrays.copyOf(HELLO, length));
        }
        assertThat(inbox.drain()).isEmpty();
        assertCounts(0, HELLO.length - ascii("nixlSerDes|").length);
    }

    @Test
    void oldNotificationsMustBeWholeToo() {
        receive(Upcalls.OLD_NOTIFICATION_ID, ascii("agentA"));
        assertCounts(0, 1);
    }

    /** Then what the pointer points to is not the body. */
    @ParameterizedTest
    @ValueSource(ints = {Upcalls.NOTIFICATION_ID, Upcalls.OLD_NOTIFICATION_ID})
    void whatComesByRendezvousIsNotLookedAt(int id) {
        MemorySegment param = Arena.ofAuto().allocate(UcpLayouts.AM_RECV_PARAM);
        param.set(ValueLayout.JAVA_LONG, 0, UcpLayouts.AM_RECV_ATTR_FLAG_RNDV);
        receiver.received(id, 0x10, 1 << 20, param.address());
        assertThat(inbox.drain()).isEmpty();
        assertCounts(0, 1);
    }

    /** Nothing is read for lengths that cannot be. */
    @Test
    void impossibleLengthsReadNothing() {
        for (int id = Upcalls.NOTIFICATION_ID; id <= Upcalls.OLD_DISCONNECT_ID; id++) {
            receiver.received(id, 0x10, -1, 0);
            receiver.received(id, 0x10, Long.MIN_VALUE, 0);
            receiver.received(id, 0, 0, 0);
        }
        assertThat(inbox.drain()).isEmpty();
    }

    /** Its length is right, and what comes behind it arrives. */
    @Test
    void whatIsTooLongIsDroppedAlone() {
        long payload = UcxBackend.MAX_NOTIFICATION + 1L;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment body = arena.allocate(HELLO.length + payload);
            byte[] name = ascii("hostile");
            WireNotification.encode(body, name, arena.allocate(payload), (int) payload);
            int length = WireNotification.encodedLength(name, (int) payload);
            receiver.received(Upcalls.NOTIFICATION_ID, body.address(), length, 0);
            receive(Upcalls.NOTIFICATION_ID, HELLO);
            WireNotification.encode(body, name, arena.allocate(payload), (int) payload - 1);
            receiver.received(Upcalls.NOTIFICATION_ID, body.address(), length - 1, 0);
        }
        List<String> taken = inbox.drain();
        assertThat(taken).hasSize(2).startsWith("agentA:hello");
        assertThat(taken.getLast()).as("the longest that is allowed").hasSize("hostile:".length() + (int) payload - 1);
        assertThat(receiver.oversize()).isOne();
        assertCounts(0, 0);
    }

    @Test
    void hostileBodiesNeverThrow() {
        SplittableRandom random = Bytes.random();
        for (int i = 0; i < 20_000; i++) {
            byte[] body = i % 2 == 0 ? new byte[random.nextInt(64)] : HELLO.clone();
            if (i % 2 == 0) {
                random.nextBytes(body);
            } else {
                body[random.nextInt(body.length)] = (byte) random.nextInt();
                body = Arrays.copyOf(body, random.nextInt(body.length + 1));
            }
            receive(random.nextInt(3), body);
        }
        receive(Upcalls.NOTIFICATION_ID, HELLO);
        assertThat(inbox.drain()).endsWith("agentA:hello");
    }
}
