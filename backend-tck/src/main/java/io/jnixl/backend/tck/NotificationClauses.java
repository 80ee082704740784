// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jnixl.api.NixlException;
import io.jnixl.api.Operation;
import io.jnixl.api.Status;
import io.jnixl.spi.Backend;
import io.jnixl.spi.BackendPeer;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** What messages say and when they come. */
final class NotificationClauses {
    static final String WHOLE = "C-NOTE-1 a message arrives once and whole: none, empty, binary, long";
    static final String VISIBLE = "C-NOTE-2 when a WRITE's message arrives, its bytes are there";
    static final String SENDER = "C-NOTE-3 a message is signed with its sender's name";
    static final String TOO_LONG = "C-NOTE-4 a message that is too long is refused";
    static final String DRIVEN =
            "C-NOTE-5 messages come while a thread that waits drives the backend, and when it rests";
    static final String EVERY_KIND = "C-NOTE-6 a message comes with every kind of transfer";
    private static final int SIZE = 64 << 10;
    private static final int ROUNDS = 300;
    private static final int DRIVES = 20;
    private static final int EVERY_BYTE = 256;
    /** Longer messages than this are not tried, even if a backend could. */
    private static final int LONGEST = 16 << 20;

    private static final String OFFER =
            "NotificationSink.offer: delivers one message, once. The backend calls only after the"
                    + " data that the message belongs to is visible to this agent's threads";

    private NotificationClauses() {}

    static void addTo(Clauses c) {
        boolean notifies = c.traits().capabilities().notifications();
        List<Route> routes = notifies ? c.traits().memoryRoutes() : List.of();
        c.along(routes, WHOLE, OFFER, rig -> whole(rig, c));
        c.along(routes, VISIBLE, OFFER, NotificationClauses::visible);
        c.along(
                notifies ? c.traits().peerRoutes() : List.of(),
                SENDER,
                "NotificationSink.offer: from the sender's name; BackendContext.agentName: what its notifications are"
                        + " signed with",
                NotificationClauses::senders);
        c.along(
                notifies ? c.traits().peerRoutes() : List.of(),
                TOO_LONG,
                "Capabilities.maxNotificationBytes: the longest message, in bytes",
                rig -> tooLong(rig, c));
        c.along(
                notifies ? c.traits().peerRoutes() : List.of(),
                DRIVEN,
                "Backend.progress: lets the backend work for a moment; Backend.rest: from here on the backend's own"
                        + " threads must notice what happens",
                NotificationClauses::driven);
        c.along(
                notifies ? c.traits().routes() : List.of(),
                EVERY_KIND,
                "Capabilities.notifications: messages with transfers and without",
                rig -> {
                    Near near = rig.near(SIZE);
                    Far far = rig.far(SIZE);
                    Rig.succeed(rig.xfer(Operation.WRITE, near, far, 1)
                            .add(near.address(), far.address(), SIZE)
                            .notifying("stored")
                            .post());
                    assertThat(rig.far().inbox().collect(1, rig.under().timeout()))
                            .containsExactly("near:stored");
                });
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static void whole(Rig rig, Clauses c) {
        Near near = rig.near(SIZE);
        Far far = rig.far(SIZE);
        int longest = Math.min(LONGEST, c.traits().capabilities().maxNotificationBytes());
        byte[] binary = new byte[Math.min(EVERY_BYTE, longest)];
        for (int i = 0; i < binary.length; i++) {
            binary[i] = (byte) i;
        }
        List<byte[]> messages =
                List.of(new byte[0], binary, new byte[] {'x'}, Bytes.random(longest, rig.random()), new byte[0]);
        List<String> expected = new ArrayList<>();
        for (Operation operation : Operation.values()) {
            Xfer x = rig.xfer(operation, near, far, 1).add(near.address(), far.address(), 64);
            Rig.succeed(x.post()); // without a message
            for (byte[] message : messages) {
                x.message().set(message);
                Rig.succeed(x.post());
                expected.add("near:" + text(message));
            }
            x.message().setLength(-1);
            Rig.succeed(x.post());
        }
        Xfer last = rig.xfer(Operation.WRITE, near, far, 1).add(near.address(), far.address(), 64);
        Rig.succeed(last.notifying("last").post());
        expected.add("near:last");
        List<String> got =
                rig.far().inbox().collect(expected.size(), rig.under().timeout());
        if (!got.equals(expected)) {
            throw new AssertionError("messages arrived with lengths " + lengths(got) + " instead of "
                    + lengths(expected) + ", or with other bytes or another sender; starting with " + starts(got));
        }
    }

    private static List<Integer> lengths(List<String> messages) {
        return messages.stream().map(String::length).toList();
    }

    private static List<String> starts(List<String> messages) {
        return messages.stream()
                .map(m -> m.substring(0, Math.min(10, m.length())))
                .toList();
    }

    /** Looks at the bytes inside the sink, the earliest anybody could. */
    private static void visible(Rig rig) {
        Near near = rig.near(SIZE);
        Far.Memory far = (Far.Memory) rig.far(SIZE);
        AtomicInteger seen = new AtomicInteger();
        AtomicInteger early = new AtomicInteger();
        rig.far().notifications((_, _, _, _) -> {
            byte round = (byte) (seen.get() + 1);
            MemorySegment all = far.segment();
            for (long at = 0; at < SIZE; at += 64) {
                if (all.get(ValueLayout.JAVA_BYTE, at) != round) {
                    early.incrementAndGet();
                    break;
                }
            }
            seen.incrementAndGet();
            return true;
        });
        Xfer x = rig.xfer(Operation.WRITE, near, far, 1)
                .add(near.address(), far.address(), SIZE)
                .notifying("go");
        for (int i = 1; i <= ROUNDS; i++) {
            near.segment().fill((byte) i);
            Rig.succeed(x.post());
            int count = i;
            Await.until(rig.under().timeout(), "message " + i, () -> seen.get() >= count);
        }
        assertThat(early.get()).as("messages that came before their bytes").isZero();
        assertThat(seen.get()).as("messages").isEqualTo(ROUNDS);
    }

    private static void driven(Rig rig) {
        Backend far = rig.far().backend();
        List<String> got = new ArrayList<>();
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < DRIVES; i++) {
            sendUntilTaken(rig, rig.requirePeer(), "driven " + i);
            expected.add("near:driven " + i);
            long start = System.nanoTime();
            while (got.size() < expected.size()
                    && System.nanoTime() - start < rig.under().timeout().toNanos()) {
                far.progress();
                got.addAll(rig.far().inbox().drain());
            }
            if (i % 2 == 0) {
                far.rest();
                sendUntilTaken(rig, rig.requirePeer(), "at rest " + i);
                expected.add("near:at rest " + i);
                got.addAll(rig.far().inbox().collect(1, rig.under().timeout()));
            }
        }
        assertThat(got).isEqualTo(expected);
        rig.far().closeBackend();
        far.progress(); // late ones do nothing
        far.rest();
    }

    private static void senders(Rig rig) {
        TestAgent other = rig.stage().agent("somebody-else");
        BackendPeer toFar = other.load(rig.far());
        sendUntilTaken(rig, toFar, "1");
        sendUntilTaken(rig, rig.requirePeer(), "2");
        Near near = rig.near(64);
        Far far = rig.far(64);
        Rig.succeed(rig.xfer(Operation.WRITE, near, far, 1)
                .add(near.address(), far.address(), 64)
                .notifying("3")
                .post());
        assertThat(rig.far().inbox().collect(3, rig.under().timeout()))
                .containsExactlyInAnyOrder("somebody-else:1", "near:2", "near:3");
    }

    static void sendUntilTaken(Rig rig, BackendPeer peer, String text) {
        MemorySegment message = MemorySegment.ofArray(text.getBytes(StandardCharsets.ISO_8859_1));
        Await.until(rig.under().timeout(), "that \"" + text + "\" is handed over", () -> {
            Status status = peer.send(message);
            if (status != Status.SUCCESS && status != Status.NOT_ALLOWED) {
                throw new AssertionError("send answered " + status + " to a peer that lives");
            }
            return status == Status.SUCCESS;
        });
    }

    private static void tooLong(Rig rig, Clauses c) {
        int longest = c.traits().capabilities().maxNotificationBytes();
        if (longest < LONGEST) {
            MemorySegment message = rig.stage().arena().allocate(longest + 1L);
            assertThatThrownBy(() -> rig.requirePeer().send(message)).isInstanceOf(NixlException.class);
        }
        sendUntilTaken(rig, rig.requirePeer(), "short");
        assertThat(rig.far().inbox().collect(1, rig.under().timeout())).containsExactly("near:short");
    }
}
