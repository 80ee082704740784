// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jnixl.api.Agent;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.Notification;
import io.jnixl.api.Peer;
import io.jnixl.api.Status;
import io.jnixl.api.Subscription;
import io.jnixl.spi.Capabilities;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Messages that come and go without a transfer. */
final class NotificationsTest extends CoreFixture {

    private static MemorySegment bytes(String text) {
        return MemorySegment.ofArray(text.getBytes(StandardCharsets.UTF_8));
    }

    private static MemorySegment zeros(int n) {
        return MemorySegment.ofArray(new byte[n]);
    }

    // ---- the queue

    @Test
    void queueKeepsOrderAndBytes() throws Exception {
        NotificationQueue queue = new NotificationQueue(1 << 20);
        try (Arena arena = Arena.ofConfined()) {
            assertThat(queue.offer("a", arena.allocateFrom("native").asSlice(0, 6)))
                    .isTrue();
        }
        assertThat(queue.offer("b", bytes(""))).isTrue();
        assertThat(queue.offer("a", bytes("\u00e9"))).isTrue();
        assertThat(queue.size()).isEqualTo(3);
        assertThat(queue.await(null, 0)).isEqualTo(note("a", "native"));
        assertThat(queue.drain()).containsExactly(note("b", ""), note("a", "\u00e9"));
        assertThat(queue.await(null, 0)).isNull();
        assertThat(queue.size()).isZero();
    }

    private static Notification note(String from, String text) {
        return new Notification(from, text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void boundCountsBytesAndEntries() {
        NotificationQueue queue = new NotificationQueue(4096);
        assertThat(queue.offer("a", zeros(4096 - 64 - 64 - 10))).isTrue();
        assertThat(queue.offer("a", zeros(11))).isFalse();
        assertThat(queue.offer("a", zeros(10))).isTrue();
        assertThat(queue.offer("a", zeros(0))).as("empty ones cost too").isFalse();
        assertThat(queue.drain()).hasSize(2);
        int n = 0;
        while (queue.offer("a", zeros(0))) {
            n++;
        }
        assertThat(n).isEqualTo(64);
    }

    @Test
    void oneMessageLargerThanTheBoundPassesAlone() throws Exception {
        NotificationQueue queue = new NotificationQueue(4096);
        assertThat(queue.offer("a", zeros(1))).isTrue();
        assertThat(queue.offer("a", zeros(200_000))).isFalse();
        queue.drain();
        assertThat(queue.offer("a", zeros(200_000))).isTrue();
        assertThat(queue.offer("a", zeros(1))).isFalse();
        Notification large = queue.await(null, 0);
        assertThat(large.size()).isEqualTo(200_000);
        assertThat(queue.offer("a", zeros(1))).isTrue();
    }

    @Test
    void awaitByNamePassesOthersOverInOrder() throws Exception {
        NotificationQueue queue = new NotificationQueue(4096);
        queue.offer("a", bytes("1"));
        queue.offer("b", bytes("2"));
        queue.offer("a", bytes("3"));
        queue.offer("c", bytes("4"));
        assertThat(queue.await("c", 0)).isEqualTo(note("c", "4"));
        assertThat(queue.describe()).isEqualTo("3 are queued from a, b");
        queue.offer("b", bytes("5"));
        assertThat(queue.await("b", 0)).isEqualTo(note("b", "2"));
        assertThat(queue.await("nobody", 1_000_000)).isNull();
        assertThat(queue.drain()).containsExactly(note("a", "1"), note("a", "3"), note("b", "5"));
        assertThat(queue.describe()).isEqualTo("none are queued");
    }

    @Test
    void passedOverMessagesCountAgainstTheBound() throws Exception {
        NotificationQueue queue = new NotificationQueue(4096);
        queue.offer("a", zeros(3000));
        assertThat(queue.await("b", 0)).isNull();
        assertThat(queue.offer("a", zeros(3000))).isFalse();
        queue.await("a", 0);
        assertThat(queue.offer("a", zeros(3000))).isTrue();
    }

    @Test
    void closedQueueTakesAndDrops() throws Exception {
        NotificationQueue queue = new NotificationQueue(4096);
        queue.offer("a", bytes("kept"));
        queue.close();
        assertThat(queue.offer("a", bytes("dropped"))).isTrue();
        assertThat(queue.await(null, Long.MAX_VALUE)).isEqualTo(note("a", "kept"));
        assertThat(queue.await(null, Long.MAX_VALUE)).isNull();
    }

    @Test
    void randomUseAgreesWithAModel() throws Exception {
        long seed = System.nanoTime();
        System.out.println("NotificationsTest seed " + seed);
        Random random = new Random(seed);
        NotificationQueue queue = new NotificationQueue(300_000);
        Deque<Notification> model = new ArrayDeque<>();
        long used = 0;
        String[] names = {"a", "b", "c"};
        for (int i = 0; i < 20_000; i++) {
            if (random.nextInt(10) < 6) {
                byte[] payload = new byte[random.nextInt(random.nextInt(20) == 0 ? 100_000 : 300)];
                random.nextBytes(payload);
                String from = names[random.nextInt(3)];
                boolean room = model.isEmpty() || used + payload.length + 64 <= 300_000;
                assertThat(queue.offer(from, MemorySegment.ofArray(payload)))
                        .as("seed %s", seed)
                        .isEqualTo(room);
                if (room) {
                    model.add(new Notification(from, payload));
                    used += payload.length + 64;
                }
            } else if (random.nextInt(50) == 0) {
                assertThat(queue.drain()).as("seed %s", seed).containsExactlyElementsOf(model);
                model.clear();
                used = 0;
            } else {
                String from = random.nextBoolean() ? null : names[random.nextInt(3)];
                Notification expected = model.stream()
                        .filter(n -> from == null || n.from().equals(from))
                        .findFirst()
                        .orElse(null);
                assertThat(queue.await(from, 0)).as("seed %s", seed).isEqualTo(expected);
                if (expected != null) {
                    model.removeFirstOccurrence(expected);
                    used -= expected.size() + 64;
                }
            }
            assertThat(queue.size()).isEqualTo(model.size());
        }
    }

    /** Else who waits for one sender while others send takes the square of what they send, and their backends wait for that. */
    @Test
    void whatWasPassedOverIsNotLookedAtAgain() {
        NotificationQueue few = withPassedOver(1_000);
        NotificationQueue many = withPassedOver(100_000);
        CpuMeter.assertSomeRoundCostsLess(20, 10, () -> comeAndGo(many), () -> comeAndGo(few));
    }

    private static NotificationQueue withPassedOver(int messages) {
        NotificationQueue queue = new NotificationQueue(1 << 30);
        for (int i = 0; i < messages; i++) {
            queue.offer("old", zeros(0));
        }
        assertThat(queue.poll("b")).isNull();
        return queue;
    }

    private static void comeAndGo(NotificationQueue queue) {
        for (int i = 0; i < 1_000; i++) {
            assertThat(queue.offer("a", zeros(0))).isTrue();
            assertThat(queue.poll("b")).isNull();
            assertThat(queue.poll("a")).isNotNull();
        }
    }

    // ---- the queue and one who waits actively

    @Test
    void whatComesOnTheTakersThreadIsHandedToIt() {
        NotificationQueue queue = new NotificationQueue(4096);
        Taker taker = queue.expect(null, queue.arrivals());
        assertThat(queue.hasNews(taker)).isFalse();
        assertThat(queue.poll(taker)).isNull();
        queue.offer("a", bytes("1"));
        assertThat(queue.size()).as("queued").isZero();
        queue.offer("b", bytes("2"));
        assertThat(queue.size()).as("queued while the first is not taken").isOne();
        assertThat(queue.hasNews(taker)).isTrue();
        assertThat(queue.poll(taker)).isEqualTo(note("a", "1"));
        assertThat(queue.hasNews(taker)).isTrue();
        assertThat(queue.poll(taker)).isEqualTo(note("b", "2"));
        assertThat(queue.hasNews(taker)).isFalse();
        queue.offer("a", bytes("3"));
        assertThat(queue.size())
                .as("queued, though the queue was looked at since")
                .isZero();
        assertThat(queue.poll(taker)).isEqualTo(note("a", "3"));
        queue.expectNoMore(taker);
        queue.offer("a", bytes("4"));
        assertThat(queue.drain()).containsExactly(note("a", "4"));
    }

    @Test
    void whatIsQueuedGoesFirst() {
        NotificationQueue queue = new NotificationQueue(4096);
        int arrivals = queue.arrivals();
        queue.offer("a", bytes("1")); // after the look, before the wait
        Taker taker = queue.expect("a", arrivals);
        queue.offer("a", bytes("2"));
        assertThat(queue.size()).isEqualTo(2);
        assertThat(queue.poll(taker)).isEqualTo(note("a", "1"));
        assertThat(queue.poll(taker)).isEqualTo(note("a", "2"));
        queue.expectNoMore(taker);
    }

    @Test
    void onlyThatOfTheAwaitedSenderIsHandedOver() {
        NotificationQueue queue = new NotificationQueue(4096);
        Taker taker = queue.expect("b", queue.arrivals());
        queue.offer("a", bytes("1"));
        assertThat(queue.size()).isOne();
        queue.offer("b", bytes("2"));
        assertThat(queue.poll(taker)).isEqualTo(note("b", "2"));
        queue.expectNoMore(taker);
        assertThat(queue.drain()).containsExactly(note("a", "1"));
    }

    @Test
    void whatComesOnAnotherThreadIsQueued() {
        NotificationQueue queue = new NotificationQueue(4096);
        Taker taker = queue.expect(null, queue.arrivals());
        join(thread(() -> queue.offer("a", bytes("1"))));
        assertThat(queue.size()).isOne();
        assertThat(queue.poll(taker)).isEqualTo(note("a", "1"));
        join(thread(() ->
                queue.expectNoMore(queue.expect(null, queue.arrivals())))); // takes the place, and leaves it empty
        queue.offer("a", bytes("2"));
        assertThat(queue.poll(taker)).isEqualTo(note("a", "2"));
        queue.expectNoMore(taker);
        assertThat(queue.size()).isZero();
    }

    @Test
    void whatTheTakerDoesNotTakeIsForTheNext() throws Exception {
        NotificationQueue queue = new NotificationQueue(4096);
        Taker taker = queue.expect(null, queue.arrivals());
        queue.offer("a", bytes("1"));
        queue.offer("a", bytes("2"));
        int before = queue.arrivals();
        queue.expectNoMore(taker);
        assertThat(queue.arrivals()).as("for others who wait actively").isNotEqualTo(before);
        assertThat(queue.await(null, 0)).isEqualTo(note("a", "1"));
        assertThat(queue.drain()).containsExactly(note("a", "2"));
    }

    /** A backend runs callbacks of the application on the thread that has it work, before that one looks at its messages. */
    @Test
    void aCallbackOfTheTakersThreadFindsAllInOrder() throws Exception {
        NotificationQueue queue = new NotificationQueue(4096);
        Taker taker = queue.expect(null, queue.arrivals());
        queue.offer("a", bytes("1"));
        queue.offer("a", bytes("2"));
        assertThat(queue.drain()).containsExactly(note("a", "1"), note("a", "2"));
        assertThat(queue.poll(taker)).isNull();
        queue.offer("a", bytes("3"));
        assertThat(queue.await("a", 0)).isEqualTo(note("a", "3"));
        assertThat(queue.poll(taker)).isNull();
        queue.expectNoMore(taker);
    }

    @Test
    void takersMayNest() {
        NotificationQueue queue = new NotificationQueue(4096);
        Taker outer = queue.expect(null, queue.arrivals());
        queue.offer("a", bytes("1"));
        int arrivals = queue.arrivals();
        Taker inner = queue.expect("a", arrivals);
        queue.offer("a", bytes("2"));
        assertThat(queue.poll("a")).isEqualTo(note("a", "1"));
        assertThat(queue.poll(inner)).isEqualTo(note("a", "2"));
        queue.offer("a", bytes("3"));
        queue.expectNoMore(inner);
        assertThat(queue.hasNews(outer)).isTrue();
        queue.offer("a", bytes("4"));
        assertThat(queue.poll(outer)).isEqualTo(note("a", "3"));
        assertThat(queue.poll(outer)).isEqualTo(note("a", "4"));
        queue.expectNoMore(outer);
    }

    /** The backend fails in the round in which it delivers. */
    @Test
    void nothingIsLostWhenABackendFails() {
        start("agent.progress", "spin");
        NotificationQueue queue = (NotificationQueue) backend.context.notifications();
        backend.onProgress = () -> {
            queue.offer("a", bytes("delivered"));
            throw new IllegalStateException("planted");
        };
        assertThatThrownBy(() -> agent.awaitNotification(SOON)).hasMessage("planted");
        backend.onProgress = () -> false;
        assertThat(agent.awaitNotification(SOON)).isEqualTo(note("a", "delivered"));
    }

    // ---- taking

    @Test
    void waitingForAnyoneAndForOne() {
        start();
        NotificationQueue queue = (NotificationQueue) backend.context.notifications();
        AtomicReference<Notification> fromB = new AtomicReference<>();
        Thread waiter = Thread.startVirtualThread(() -> fromB.set(agent.awaitNotification("b", SOON)));
        eventually(() -> waiter.getState() == Thread.State.TIMED_WAITING);
        queue.offer("a", bytes("for anyone"));
        queue.offer("b", bytes("for b's reader"));
        join(waiter);
        assertThat(fromB.get().text()).isEqualTo("for b's reader");
        assertThat(agent.statistics().notificationsQueued()).isOne();
        assertThat(agent.awaitNotification(SOON).text()).isEqualTo("for anyone");
        assertNixl(ErrorCode.TIMED_OUT, () -> agent.awaitNotification(Duration.ofMillis(1)))
                .withMessageContaining("no notification from anyone within PT0.001S; none are queued");
        queue.offer("a", bytes("x"));
        assertNixl(ErrorCode.TIMED_OUT, () -> agent.awaitNotification("c", Duration.ZERO))
                .withMessageContaining("1 are queued from a");
        Thread.currentThread().interrupt();
        assertNixl(ErrorCode.CANCELED, () -> agent.awaitNotification("c", SOON));
        assertThat(Thread.interrupted()).isTrue();
        assertThat(agent.drainNotifications()).hasSize(1);
    }

    // ---- waiting actively

    /** Nobody else delivers the message here. */
    @Test
    void aPlatformThreadDrivesTheBackend() {
        start("agent.progress", "spin");
        NotificationQueue queue = (NotificationQueue) backend.context.notifications();
        Thread me = Thread.currentThread();
        AtomicInteger rounds = new AtomicInteger();
        backend.onProgress = () -> {
            assertThat(Thread.currentThread()).isSameAs(me);
            int round = rounds.incrementAndGet();
            return round % 1000 == 0 && queue.offer(round == 1000 ? "other" : "one", bytes("after " + round));
        };
        assertThat(agent.awaitNotification("one", SOON)).isEqualTo(note("one", "after 2000"));
        assertThat(rounds).hasValue(2000);
        assertThat(agent.awaitNotification(SOON)).isEqualTo(note("other", "after 1000"));
        assertThat(rounds).as("rounds for what is there already").hasValue(2000);
    }

    @Test
    void whenNothingHappensItRests() {
        start("agent.progress", "adaptive");
        NotificationQueue queue = (NotificationQueue) backend.context.notifications();
        AtomicInteger rounds = new AtomicInteger();
        AtomicInteger rests = new AtomicInteger();
        backend.onProgress = () -> {
            rounds.incrementAndGet();
            return false;
        };
        backend.onRest = rests::incrementAndGet;
        AtomicReference<Notification> got = new AtomicReference<>();
        Thread waiter = thread(() -> got.set(agent.awaitNotification(SOON)));
        eventually(() -> rests.get() == 1 && waiter.getState() == Thread.State.TIMED_WAITING);
        int before = rounds.get();
        assertThat(before).isPositive();
        queue.offer("a", bytes("wakes it"));
        join(waiter);
        assertThat(got.get().text()).isEqualTo("wakes it");
        assertThat(rounds).as("rounds while it rested").hasValue(before);
    }

    /** However often something happens: at the end of the time the wait is over. */
    @Test
    void activeWaitingEndsInTime() {
        start("agent.progress", "spin");
        backend.onProgress = () -> true;
        assertNixl(ErrorCode.TIMED_OUT, () -> agent.awaitNotification(Duration.ofMillis(5)));
        Thread waiter = thread(() -> assertNixl(ErrorCode.CANCELED, () -> agent.awaitNotification(SOON)));
        waiter.interrupt();
        join(waiter);
        Thread another =
                thread(() -> assertNixl(ErrorCode.INVALID_PARAM, () -> agent.awaitNotification(Duration.ofHours(1))));
        agent.close();
        join(another);
    }

    @Test
    void virtualThreadsWaitForOthers() {
        start("agent.progress", "spin");
        NotificationQueue queue = (NotificationQueue) backend.context.notifications();
        AtomicInteger rounds = new AtomicInteger();
        backend.onProgress = () -> rounds.incrementAndGet() > 0;
        backend.onRest = rounds::incrementAndGet;
        Thread waiter = Thread.startVirtualThread(() -> agent.awaitNotification(SOON));
        eventually(() -> waiter.getState() == Thread.State.TIMED_WAITING);
        queue.offer("a", bytes("x"));
        join(waiter);
        assertThat(rounds).hasValue(0);
    }

    @Test
    void thePolicyParkDrivesNothing() {
        start("agent.progress", "park");
        AtomicInteger rounds = new AtomicInteger();
        backend.onProgress = () -> rounds.incrementAndGet() > 0;
        assertNixl(ErrorCode.TIMED_OUT, () -> agent.awaitNotification(Duration.ofMillis(1)));
        assertThat(rounds).hasValue(0);
    }

    @Test
    void listenersHearInOrderOneAtATimeAndMayLeave() {
        start();
        NotificationQueue queue = (NotificationQueue) backend.context.notifications();
        queue.offer("a", bytes("queued before"));
        List<String> first = Collections.synchronizedList(new ArrayList<>());
        List<String> second = Collections.synchronizedList(new ArrayList<>());
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Subscription one = agent.onNotification(n -> {
            most.accumulateAndGet(inside.incrementAndGet(), Math::max);
            first.add(n.text());
            inside.decrementAndGet();
        });
        eventually(() -> first.size() == 1);
        Subscription two = agent.onNotification(n -> second.add(n.text()));
        for (int i = 0; i < 200; i++) {
            queue.offer("a", bytes("m" + i));
        }
        eventually(() -> second.size() == 200 && first.size() == 201);
        assertThat(first.getFirst()).isEqualTo("queued before");
        assertThat(second).startsWith("m0", "m1").endsWith("m199");
        assertThat(most).hasValue(1);
        one.close();
        one.close();
        queue.offer("a", bytes("for two"));
        eventually(() -> second.contains("for two"));
        assertThat(first).hasSize(201);
        two.close();
        queue.offer("a", bytes("for the queue"));
        assertThat(agent.awaitNotification(SOON).text()).isEqualTo("for the queue");
        Subscription three = agent.onNotification(n -> first.add(n.text()));
        queue.offer("a", bytes("again"));
        eventually(() -> first.contains("again"));
        three.close();
    }

    @Test
    void sameListenerTwiceIsTwoPlaces() {
        start();
        NotificationQueue queue = (NotificationQueue) backend.context.notifications();
        List<String> heard = Collections.synchronizedList(new ArrayList<>());
        java.util.function.Consumer<Notification> listener = n -> heard.add(n.text());
        Subscription one = agent.onNotification(listener);
        Subscription two = agent.onNotification(listener);
        queue.offer("a", bytes("x"));
        eventually(() -> heard.size() == 2);
        one.close();
        one.close();
        queue.offer("a", bytes("y"));
        eventually(() -> heard.size() == 3);
        two.close();
    }

    @Test
    void listenerThatThrowsOrIsSlowLosesNothing() throws Exception {
        start();
        NotificationQueue queue = (NotificationQueue) backend.context.notifications();
        List<String> heard = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        AtomicReference<Boolean> interrupted = new AtomicReference<>(false);
        Subscription failing = agent.onNotification(n -> {
            throw new AssertionError("listener");
        });
        Subscription slow = agent.onNotification(n -> {
            inside.countDown();
            try {
                interrupted.set(!go.await(10, TimeUnit.SECONDS));
            } catch (InterruptedException e) {
                interrupted.set(true);
            }
            heard.add(n.text());
        });
        queue.offer("a", bytes("1"));
        queue.offer("a", bytes("2"));
        assertThat(inside.await(10, TimeUnit.SECONDS)).isTrue();
        failing.close();
        slow.close();
        go.countDown();
        eventually(() -> heard.size() == 1);
        assertThat(interrupted).as("leaving interrupts nobody").hasValue(false);
        assertThat(agent.awaitNotification(SOON).text())
                .as("what nobody listens to is queued")
                .isEqualTo("2");
    }

    // ---- sending

    @Test
    void sendsToPeersAndToItself() {
        start();
        Agent other = agent("other", List.of(new ScriptedProvider("ONE")));
        Peer peer = agent.loadPeer(other.metadata());
        agent.sendNotification(peer, "h\u00e9llo");
        agent.sendNotification(peer, new byte[0]);
        Notification got = other.awaitNotification("me", SOON);
        assertThat(got.text()).isEqualTo("h\u00e9llo");
        assertThat(other.awaitNotification(SOON)).isEqualTo(note("me", ""));
        agent.sendNotification(agent.self(), "note to self");
        assertThat(agent.awaitNotification("me", SOON).text()).isEqualTo("note to self");
    }

    @Test
    void fullReceiverHoldsTheSenderBack() {
        start("agent.send_timeout", "10s");
        Agent other = agent("other", List.of(new ScriptedProvider("ONE")), "agent.notification_queue", "4K");
        Peer peer = agent.loadPeer(other.metadata());
        agent.sendNotification(peer, new byte[4000]);
        Thread sender = thread(() -> agent.sendNotification(peer, new byte[100]));
        eventually(() -> sender.getState() == Thread.State.TIMED_WAITING);
        assertThat(other.awaitNotification(SOON).size()).isEqualTo(4000);
        join(sender);
        assertThat(other.awaitNotification(SOON).size()).isEqualTo(100);
    }

    @Test
    void fullReceiverIsNotWaitedForForEver() {
        start("agent.send_timeout", "20ms");
        backend.onSend = p -> Status.NOT_ALLOWED;
        assertNixl(ErrorCode.TIMED_OUT, () -> agent.sendNotification(agent.self(), "x"))
                .withMessageContaining("took no notification for PT")
                .withMessageContaining("must drain");
        Thread.currentThread().interrupt();
        assertNixl(ErrorCode.CANCELED, () -> agent.sendNotification(agent.self(), "x"));
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void peerThatGoesWhileItIsFull() {
        start("agent.send_timeout", "1h");
        Agent other = agent("other", List.of(new ScriptedProvider("ONE")));
        Peer peer = agent.loadPeer(other.metadata());
        backend.onSend = p -> Status.NOT_ALLOWED;
        AtomicReference<ErrorCode> code = new AtomicReference<>();
        Thread sender = thread(() -> {
            try {
                agent.sendNotification(peer, "x");
            } catch (io.jnixl.api.NixlException e) {
                code.set(e.code());
            }
        });
        eventually(() -> sender.getState() == Thread.State.TIMED_WAITING);
        agent.invalidatePeer("other");
        join(sender);
        assertThat(code).hasValue(ErrorCode.NOT_FOUND);
    }

    @Test
    void whatCannotBeSent() {
        start();
        assertNixl(ErrorCode.INVALID_PARAM, () -> agent.sendNotification(agent.self(), new byte[65537]))
                .withMessageContaining("65537 bytes, more than the 65536");
        backend.onSend = p -> Status.REMOTE_DISCONNECT;
        assertNixl(ErrorCode.REMOTE_DISCONNECT, () -> agent.sendNotification(agent.self(), "x"));
        backend.onSend = p -> Status.IN_PROGRESS;
        assertNixl(ErrorCode.BACKEND, () -> agent.sendNotification(agent.self(), "x"));
        Agent silent = agent("silent", List.of(new ScriptedProvider("DISK").capabilities(Capabilities.localOnly())));
        assertNixl(ErrorCode.BACKEND, () -> silent.sendNotification(silent.self(), "x"))
                .withMessageContaining("no common backend sends notifications; common are [DISK]");
        assertNixl(ErrorCode.INVALID_PARAM, () -> agent.sendNotification(silent.self(), "x"));
    }
}
