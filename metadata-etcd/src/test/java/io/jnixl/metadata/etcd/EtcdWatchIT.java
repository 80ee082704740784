// SPDX-License-Identifier: Apache-2.0
package io.jnixl.metadata.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.spi.MetadataExchange;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What comes later: publications that are waited for, and ends that are noticed. */
class EtcdWatchIT extends EtcdFixture {
    private final Context me = new Context("me");

    @Test
    @DisplayName("H: fetch before publish")
    void fetchBeforePublishWaits() throws Exception {
        CompletableFuture<byte[]> answer = fetching(exchange(me), "late", "metadata");
        raw.put(namespace + "/late/other", bytes("not this one"));
        assertThat(answer).isNotDone();
        exchange("late").publish("metadata", bytes("blob"), SOON);
        assertThat(answer.get(20, TimeUnit.SECONDS)).isEqualTo(bytes("blob"));
    }

    @Test
    void aDeletionDoesNotEndTheWait() throws Exception {
        raw.put(namespace + "/late/metadata", new byte[0]);
        CompletableFuture<byte[]> answer = fetching(exchange(me), "late", "metadata");
        raw.delete(namespace + "/late/metadata");
        assertNixl(ErrorCode.TIMED_OUT, () -> exchange("other").fetch("late", "metadata", SHORT));
        assertThat(answer).isNotDone();
        raw.put(namespace + "/late/metadata", bytes("blob"));
        assertThat(answer.get(20, TimeUnit.SECONDS)).isEqualTo(bytes("blob"));
    }

    @Test
    @DisplayName("H: no update lost between get and watch")
    void noUpdateIsLostBetweenLookingAndWatching() throws Exception {
        MetadataExchange mine = exchange(me);
        for (int i = 0; i < 200; i++) {
            String key = namespace + "/racer" + i + "/metadata";
            CompletableFuture<byte[]> answer = fetching(mine, "racer" + i, "metadata");
            for (int spin = 0; spin < i * 100; spin++) {
                Thread.onSpinWait(); // puts now before the look, now after it
            }
            raw.put(key, bytes("blob"));
            assertThat(answer.get(20, TimeUnit.SECONDS)).isEqualTo(bytes("blob"));
        }
    }

    @Test
    void aWaitIsInterruptible() throws Exception {
        MetadataExchange mine = exchange(me);
        CompletableFuture<Throwable> failure = new CompletableFuture<>();
        Thread waiter = Thread.ofVirtual().start(() -> {
            try {
                mine.fetch("nobody", "metadata", SOON);
            } catch (NixlException e) {
                failure.complete(e);
            }
        });
        eventually(() -> waiter.getState() == Thread.State.TIMED_WAITING);
        waiter.interrupt();
        assertThat(failure.get(20, TimeUnit.SECONDS))
                .asInstanceOf(InstanceOfAssertFactories.type(NixlException.class))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.CANCELED));
    }

    @Test
    void closingEndsAWait() {
        MetadataExchange mine = exchange(me);
        CompletableFuture<byte[]> answer = fetching(mine, "nobody", "metadata");
        mine.close();
        eventually(answer::isDone);
        assertThat(answer).isCompletedExceptionally();
    }

    // ---- ends

    @Test
    @DisplayName("H: invalidate by range delete")
    void invalidatingByRangeDeleteIsNoticedWithinASecond() {
        MetadataExchange mine = exchange(me);
        for (int round = 0; round < 3; round++) { // and re-publication after it
            raw.put(namespace + "/native/", new byte[0]);
            raw.put(namespace + "/native/metadata", bytes("blob " + round));
            assertThat(mine.fetch("native", "metadata", SOON)).isEqualTo(bytes("blob " + round));
            long start = System.nanoTime();
            raw.deleteBelow(namespace + "/native/");
            int expected = round + 1;
            eventually(() -> me.gone().size() == expected);
            System.out.println("noticed after " + (System.nanoTime() - start) / 1_000_000 + " ms");
        }
        assertThat(me.gone()).containsOnly("native");
    }

    @Test
    void withdrawnBetweenFetchAndWatch() {
        MetadataExchange mine = exchange(me);
        MetadataExchange theirs = exchange("they");
        for (int i = 1; i <= 50; i++) {
            theirs.publish("metadata", bytes("blob"), SOON);
            mine.fetch("they", "metadata", SOON);
            theirs.withdraw(SOON);
            int expected = i;
            eventually(() -> me.gone().size() == expected);
        }
    }

    @Test
    @DisplayName("H: only the key metadata deleted")
    void deletingOnlyMetadataIsNotNoticed() {
        MetadataExchange mine = exchange(me);
        MetadataExchange theirs = exchange("they");
        MetadataExchange others = exchange("others");
        theirs.publish("metadata", bytes("1"), SOON);
        others.publish("metadata", bytes("2"), SOON);
        mine.fetch("they", "metadata", SOON);
        mine.fetch("others", "metadata", SOON);
        raw.delete(namespace + "/they/metadata");
        raw.put(namespace + "/they/", bytes("a put of the prefix key does nothing either"));
        others.withdraw(SOON);
        eventually(() -> !me.gone().isEmpty());
        assertThat(me.gone()).containsExactly("others");
    }

    @Test
    void oneEndIsToldOnceForAllLabels() {
        MetadataExchange mine = exchange(me);
        MetadataExchange theirs = exchange("they");
        MetadataExchange others = exchange("others");
        theirs.publish("metadata", bytes("1"), SOON);
        theirs.publish("part", bytes("2"), SOON);
        others.publish("metadata", bytes("3"), SOON);
        mine.fetch("they", "metadata", SOON);
        mine.fetch("they", "part", SOON);
        mine.fetch("others", "metadata", SOON);
        theirs.withdraw(SOON);
        others.withdraw(SOON);
        eventually(() -> me.gone().contains("others") && me.gone().contains("they"));
        assertThat(me.gone()).containsExactlyInAnyOrder("they", "others");
    }

    @Test
    void aRestartUnderTheSameNameIsNoticed() {
        MetadataExchange mine = exchange(me);
        MetadataExchange crashed = exchange("they");
        crashed.publish("metadata", bytes("old"), SOON);
        mine.fetch("they", "metadata", SOON);
        crashed.close();
        assertThat(raw.below(namespace)).as("stale keys after a crash").hasSize(2);
        assertThat(exchange("third").fetch("they", "metadata", SOON)).isEqualTo(bytes("old"));
        exchange("they").publish("metadata", bytes("new"), SOON);
        eventually(() -> me.gone().equals(List.of("they")));
        assertThat(mine.fetch("they", "metadata", SOON)).isEqualTo(bytes("new"));
    }

    @Test
    void anEndBeforeTheLatestFetchIsNotTold() {
        MetadataExchange mine = exchange(me);
        MetadataExchange theirs = exchange("they");
        MetadataExchange others = exchange("others");
        others.publish("metadata", bytes("x"), SOON);
        mine.fetch("others", "metadata", SOON);
        for (int i = 0; i < 50; i++) {
            theirs.publish("metadata", bytes("blob " + i), SOON);
            mine.fetch("they", "metadata", SOON);
            theirs.withdraw(SOON);
            theirs.publish("metadata", bytes("next " + i), SOON);
            assertThat(mine.fetch("they", "metadata", SOON)).isEqualTo(bytes("next " + i));
            int told = me.gone().size();
            others.publish("metadata", bytes("x"), SOON); // something else to wait for
            mine.fetch("others", "metadata", SOON);
            assertThat(me.gone()).as("after the answer").hasSize(told);
            theirs.withdraw(SOON);
            eventually(() -> me.gone().size() > told);
        }
    }

    // ---- leases

    private Leases leases() {
        Servers servers = Raw.servers(server.endpoint());
        closing.add(servers::close);
        return new Leases(servers);
    }

    @Test
    @DisplayName("H: stale keys after a crash")
    void staleKeysAfterACrashVanishWithALease() {
        MetadataExchange mine = exchange(me);
        MetadataExchange crashing = exchange("they", "lease_ttl", "1s");
        crashing.publish("metadata", bytes("blob"), SOON);
        assertThat(raw.below(namespace).values()).allMatch(kv -> kv.getLease() != 0);
        mine.fetch("they", "metadata", SOON);
        crashing.close(); // withdraws nothing, as a crash
        assertThat(raw.below(namespace)).hasSize(2);
        eventually(() -> me.gone().contains("they"));
        assertThat(raw.below(namespace)).isEmpty();
    }

    @Test
    void aLeaseIsKeptAliveAndGivenBack() throws Exception {
        MetadataExchange alive = exchange("alive", "lease_ttl", "1s");
        alive.publish("metadata", bytes("blob"), SOON);
        MetadataExchange crashing = exchange("crashing", "lease_ttl", "1s");
        long lease = raw.below(namespace).firstEntry().getValue().getLease();
        for (int i = 0; i < 2; i++) { // what is not kept alive vanishes, twice over
            crashing.publish("metadata", bytes("blob"), SOON);
            crashing.close();
            eventually(() -> raw.below(namespace + "/crashing/").isEmpty());
            crashing = exchange("crashing", "lease_ttl", "1s");
        }
        assertThat(raw.below(namespace).values()).hasSize(2).allMatch(kv -> kv.getLease() == lease);
        alive.withdraw(SOON);
        assertThat(leases().renew(lease, Deadline.in(SOON))).as("revoked").isFalse();
    }

    @Test
    void aLeaseThatIsLostIsReplaced() {
        MetadataExchange alive = exchange("alive", "lease_ttl", "1s");
        alive.publish("metadata", bytes("blob"), SOON);
        alive.publish("part", bytes("blob"), SOON);
        long lease = raw.below(namespace).firstEntry().getValue().getLease();
        leases().revoke(lease, Deadline.in(SOON));
        eventually(() -> raw.below(namespace).size() == 3);
        assertThat(raw.below(namespace).values()).allMatch(kv -> kv.getLease() != lease && kv.getLease() != 0);
    }
}
