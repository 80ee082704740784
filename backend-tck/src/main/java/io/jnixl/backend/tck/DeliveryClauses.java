// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.api.Operation;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** That messages come in order, and that a full sink loses none. */
final class DeliveryClauses {
    static final String ORDER = "C-NOTE-7 ten thousand messages of transfers arrive once and in the sender's order";
    static final String SENDS =
            "C-NOTE-8 ten thousand messages without transfers arrive once and in the sender's order";
    static final String FULL = "C-NOTE-9 a sink that is full for a while loses nothing";
    static final String OVERTAKE = "C-NOTE-10 no message overtakes one that the sink has refused";
    private static final int MANY = 10_000;
    private static final int SOME = 500;
    private static final int REFUSE_EVERY = 5;
    private static final String HELD_BACK =
            "NotificationSink.offer: false when the queue is full: keep the message, hold back"
                    + " those behind it, and try again. It must not be dropped";

    private DeliveryClauses() {}

    static void addTo(Clauses c) {
        List<Route> routes =
                c.traits().capabilities().notifications() ? c.traits().memoryRoutes() : List.of();
        List<Route> peers =
                routes.stream().filter(r -> r.where() == Route.Where.PEER).toList();
        String order = "NotificationSink.offer: delivers one message, once; hold back those behind it";
        c.along(routes, ORDER, order, rig -> inOrder(rig, MANY));
        c.along(peers, SENDS, "BackendPeer.send: SUCCESS when handed over. " + order, DeliveryClauses::sends);
        c.along(routes, FULL, HELD_BACK, DeliveryClauses::fullNowAndThen);
        c.along(routes, OVERTAKE, HELD_BACK, DeliveryClauses::noneOvertakes);
    }

    private static Xfer small(Rig rig) {
        Near near = rig.near(64);
        Far far = rig.far(64);
        return rig.xfer(Operation.WRITE, near, far, 1).add(near.address(), far.address(), 64);
    }

    private static List<String> expected(int count) {
        return IntStream.range(0, count).mapToObj(i -> "near:n" + i).toList();
    }

    /** One after the other, since posts of several transfers have no order between them. */
    private static void inOrder(Rig rig, int count) {
        Xfer x = small(rig);
        for (int i = 0; i < count; i++) {
            Rig.succeed(x.notifying("n" + i).post());
        }
        assertThat(rig.far().inbox().collect(count, rig.under().timeout())).isEqualTo(expected(count));
    }

    private static void sends(Rig rig) {
        for (int i = 0; i < MANY; i++) {
            NotificationClauses.sendUntilTaken(rig, rig.requirePeer(), "n" + i);
        }
        assertThat(rig.far().inbox().collect(MANY, rig.under().timeout())).isEqualTo(expected(MANY));
    }

    private static void fullNowAndThen(Rig rig) {
        Inbox inbox = rig.far().inbox();
        AtomicInteger calls = new AtomicInteger();
        rig.far()
                .notifications((from, memory, offset, length) ->
                        calls.incrementAndGet() % REFUSE_EVERY != 0 && inbox.offer(from, memory, offset, length));
        Xfer x = small(rig);
        for (int i = 0; i < SOME; i++) {
            Rig.succeed(x.notifying("n" + i).post());
        }
        assertThat(inbox.collect(SOME, rig.under().timeout())).isEqualTo(expected(SOME));
        assertThat(inbox.drain()).as("further messages").isEmpty();
    }

    /** The sink has room for others than the first, and is not asked for them. */
    private static void noneOvertakes(Rig rig) {
        Inbox inbox = rig.far().inbox();
        AtomicInteger refused = new AtomicInteger();
        AtomicInteger room = new AtomicInteger();
        rig.far().notifications((from, memory, offset, length) -> {
            if (isFirst(memory, offset) && room.get() == 0) {
                refused.incrementAndGet();
                return false;
            }
            return inbox.offer(from, memory, offset, length);
        });
        List<Xfer> all = new ArrayList<>();
        all.add(small(rig).notifying("0 first").post());
        Await.until(
                rig.under().timeout(),
                "that the sink is asked for the first message",
                () -> rig.progress(all) && refused.get() > 0);
        for (int i = 1; i <= 10; i++) {
            all.add(small(rig).notifying("later").post());
        }
        int before = refused.get();
        Await.until(
                rig.under().timeout(),
                "that the sink is asked again for a message that it refused",
                () -> rig.progress(all) && refused.get() > before + 5);
        List<String> early = inbox.drain();
        room.set(1);
        all.forEach(Rig::succeed);
        List<String> got = new ArrayList<>(early);
        got.addAll(inbox.collect(all.size() - early.size(), rig.under().timeout()));
        assertThat(early).as("messages that overtook one").isEmpty();
        assertThat(got).hasSize(all.size()).startsWith("near:0 first");
    }

    private static boolean isFirst(MemorySegment memory, long offset) {
        return memory.get(ValueLayout.JAVA_BYTE, offset) == '0';
    }
}
