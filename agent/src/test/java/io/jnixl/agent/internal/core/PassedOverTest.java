// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.api.Notification;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Messages that wait for somebody who wants them. */
final class PassedOverTest {
    private final PassedOver passed = new PassedOver();

    private static Notification note(String from, int bytes) {
        return new Notification(from, new byte[bytes]);
    }

    private void assertEmpty() {
        assertThat(passed.isEmpty()).isTrue();
        assertThat(passed.count()).isZero();
        assertThat(passed.bytes()).isZero();
        assertThat(passed.senders(9)).isEmpty();
        assertThat(passed.take(null)).isNull();
    }

    @Test
    void theOldestOfOneAndOfAnyone() {
        Notification[] sent = {note("a", 0), note("b", 0), note("a", 0), note("c", 0), note("b", 0), note("a", 0)};
        for (Notification each : sent) {
            passed.add(each);
        }
        assertThat(passed.take("b")).isSameAs(sent[1]);
        assertThat(passed.take("nobody")).isNull();
        assertThat(passed.take(null)).isSameAs(sent[0]);
        assertThat(passed.take("c")).isSameAs(sent[3]);
        assertThat(passed.take("c")).isNull();
        assertThat(passed.take(null)).isSameAs(sent[2]);
        assertThat(passed.take("a")).as("the newest").isSameAs(sent[5]);
        assertThat(passed.take(null)).isSameAs(sent[4]);
        assertEmpty();
    }

    @Test
    void whatIsPutBackIsTheOldest() {
        Notification first = note("a", 1);
        Notification second = note("b", 2);
        Notification third = note("a", 3);
        passed.putBack(third);
        passed.putBack(second);
        passed.putBack(first);
        assertThat(passed.bytes()).isEqualTo(6);
        assertThat(passed.take("a")).isSameAs(first);
        passed.putBack(first);
        assertThat(passed.take(null)).isSameAs(first);
        assertThat(passed.take(null)).isSameAs(second);
        assertThat(passed.take(null)).isSameAs(third);
        assertEmpty();
    }

    @Test
    void aSenderOfNothingIsForgotten() {
        for (int i = 0; i < 1000; i++) {
            passed.add(note("sender " + i, 1));
        }
        assertThat(passed.senders(2)).containsExactly("sender 0", "sender 1");
        for (int i = 0; i < 998; i++) {
            assertThat(passed.take(i % 2 == 0 ? null : "sender " + i)).isNotNull();
        }
        assertThat(passed.senders(9)).containsExactly("sender 998", "sender 999");
        passed.take("sender 999");
        passed.take("sender 998");
        assertEmpty();
    }

    @Test
    void randomUseAgreesWithAModel() {
        long seed = System.nanoTime();
        System.out.println("PassedOverTest seed " + seed);
        Random random = new Random(seed);
        Deque<Notification> model = new ArrayDeque<>();
        for (int i = 0; i < 10_000; i++) {
            String from = "sender " + random.nextInt(5);
            switch (random.nextInt(i % 1000 < 500 ? 4 : 30)) { // grows, and shrinks to nothing
                case 0, 1 -> {
                    Notification fresh = note(from, random.nextInt(100));
                    passed.add(fresh);
                    model.addLast(fresh);
                }
                case 2 -> {
                    Notification fresh = note(from, random.nextInt(100));
                    passed.putBack(fresh);
                    model.addFirst(fresh);
                }
                default -> takeFromBoth(random.nextBoolean() ? from : null, model, seed);
            }
            assertAgrees(model, seed);
        }
    }

    private void takeFromBoth(String from, Deque<Notification> model, long seed) {
        Notification expected = null;
        for (Iterator<Notification> i = model.iterator(); i.hasNext() && expected == null; ) {
            Notification next = i.next();
            if (from == null || next.from().equals(from)) {
                expected = next;
                i.remove();
            }
        }
        assertThat(passed.take(from)).as("seed %s", seed).isSameAs(expected);
    }

    private void assertAgrees(Deque<Notification> model, long seed) {
        assertThat(passed.count()).as("seed %s", seed).isEqualTo(model.size());
        assertThat(passed.isEmpty()).isEqualTo(model.isEmpty());
        assertThat(passed.bytes())
                .as("seed %s", seed)
                .isEqualTo(model.stream().mapToLong(Notification::size).sum());
        assertThat(passed.senders(9))
                .as("seed %s", seed)
                .containsExactlyInAnyOrderElementsOf(
                        model.stream().map(Notification::from).distinct().toList());
    }
}
