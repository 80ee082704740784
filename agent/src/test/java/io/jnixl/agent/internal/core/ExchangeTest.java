// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.jnixl.agent.AgentAssembly;
import io.jnixl.api.Agent;
import io.jnixl.api.Allocation;
import io.jnixl.api.Config;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.Exchange;
import io.jnixl.api.NixlException;
import io.jnixl.api.Peer;
import io.jnixl.api.PeerEvent;
import io.jnixl.spi.Capabilities;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The agent's side of an exchange: futures that end, and peers that go when their metadata does. */
final class ExchangeTest extends CoreFixture {
    private final ScriptedExchange exchange = new ScriptedExchange();
    private final List<PeerEvent> events = new CopyOnWriteArrayList<>();
    private Agent other;

    /** Two agents, of which the fixture looks at the first. */
    private void startBoth(String... settings) {
        agent = with("me", provider, settings);
        backend = provider.backend();
        agent.onPeer(events::add);
        other = with("other", new ScriptedProvider("ONE"), settings);
        Allocation theirs = other.allocate(4096);
        closing.add(theirs);
    }

    private Agent with(String name, ScriptedProvider backends, String... settings) {
        Config config = Config.empty().with("agent.exchange", "scripted");
        for (int i = 0; i < settings.length; i += 2) {
            config = config.with(settings[i], settings[i + 1]);
        }
        Agent made = AgentAssembly.of(config)
                .name(name)
                .backend(backends)
                .exchange(exchange)
                .build();
        closing.addFirst(made);
        return made;
    }

    private static <T> T get(CompletableFuture<T> future) {
        try {
            return future.get(SOON.toSeconds(), TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static ThrowableAssertAlternative<?> assertFails(ErrorCode code, CompletableFuture<?> future) {
        return assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> future.get(SOON.toSeconds(), TimeUnit.SECONDS))
                .satisfies(e -> assertThat(e.getCause())
                        .isInstanceOfSatisfying(
                                NixlException.class,
                                why -> assertThat(why.code()).isEqualTo(code)));
    }

    @Test
    void publishAndFetch() {
        startBoth();
        assertThat(agent.exchange().name()).isEqualTo("scripted");
        get(other.exchange().publish());
        Peer peer = get(agent.exchange().fetch("other"));
        assertThat(peer.name()).isEqualTo("other");
        assertThat(peer.regions()).hasSize(1);
        assertThat(agent.peer("other")).containsSame(peer);
        assertThat(get(agent.exchange().fetch("other"))).isSameAs(peer);
    }

    @Test
    void partialMetadataIsCopied() {
        startBoth();
        byte[] bytes = other.metadata();
        CompletableFuture<Void> done = other.exchange().publish("part", bytes);
        bytes[0] = 0;
        get(done);
        assertThat(get(agent.exchange().fetch("other", "part")).name()).isEqualTo("other");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a/b", "/"})
    void labelsThatAreNone(String label) {
        startBoth();
        assertFails(ErrorCode.INVALID_PARAM, agent.exchange().publish(label, new byte[1]));
        assertFails(ErrorCode.INVALID_PARAM, agent.exchange().fetch("other", label));
    }

    @Test
    void nobodyFetchesHimself() {
        startBoth();
        assertFails(ErrorCode.INVALID_PARAM, agent.exchange().fetch("me"));
        assertFails(ErrorCode.INVALID_PARAM, agent.exchange().fetch(""));
    }

    @Test
    void publishingNothing() {
        ScriptedProvider disk = new ScriptedProvider("DISK").capabilities(Capabilities.localOnly());
        agent = with("me", disk, "agent.backends", "DISK");
        assertFails(ErrorCode.INVALID_PARAM, agent.exchange().publish());
        assertThat(exchange.calls).containsExactly("create me here");
    }

    @Test
    void metadataOfTheWrongAgentLoadsNothing() {
        startBoth();
        exchange.published.put("third/metadata", other.metadata());
        assertFails(ErrorCode.MISMATCH, agent.exchange().fetch("third"))
                .withMessageContaining("other")
                .withMessageContaining("third");
        exchange.published.put("third/metadata", new byte[] {1, 2, 3});
        assertFails(ErrorCode.MISMATCH, agent.exchange().fetch("third"));
        assertThat(agent.peers()).isEmpty();
        assertThat(events).isEmpty();
    }

    @Test
    void failuresOfTheExchangeAreHandedOn() {
        startBoth();
        exchange.onFetch = (a, l, t) -> {
            throw NixlException.of(ErrorCode.BACKEND, "no etcd")
                    .remedy("start it")
                    .build();
        };
        assertFails(ErrorCode.BACKEND, agent.exchange().fetch("other")).withMessageContaining("start it");
        exchange.onFetch = (a, l, t) -> {
            throw new IllegalStateException("a bug");
        };
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> agent.exchange().fetch("other").get())
                .withMessageContaining("a bug");
    }

    // ---- time

    @Test
    void theExchangesOwnTimeoutComesFirst() {
        startBoth("agent.metadata_timeout", "1s");
        exchange.onFetch = (a, l, timeout) -> {
            assertThat(new CountDownLatch(1).await(timeout.toNanos(), TimeUnit.NANOSECONDS))
                    .isFalse();
            throw new NixlException(ErrorCode.TIMED_OUT, "nothing was published");
        };
        assertFails(ErrorCode.TIMED_OUT, agent.exchange().fetch("other"))
                .withMessageContaining("nothing was published");
    }

    @Test
    void anExchangeThatHangsIsInterruptedAtTheTimeout() {
        startBoth("agent.metadata_timeout", "100ms");
        exchange.onFetch = (a, l, timeout) -> {
            new CountDownLatch(1).await();
            return new byte[0];
        };
        assertFails(ErrorCode.TIMED_OUT, agent.exchange().fetch("other")).withMessageContaining("metadata_timeout");
        eventually(() -> exchange.calls.contains("interrupted"));
    }

    @Test
    void cancelingAFutureInterrupts() {
        startBoth();
        CountDownLatch inside = new CountDownLatch(1);
        exchange.onFetch = (a, l, timeout) -> {
            inside.countDown();
            new CountDownLatch(1).await();
            return new byte[0];
        };
        CompletableFuture<Peer> future = agent.exchange().fetch("other");
        eventually(() -> inside.getCount() == 0);
        future.cancel(false);
        eventually(() -> exchange.calls.contains("interrupted"));
        assertThat(future).isCancelled();
        assertThat(agent.peers()).isEmpty();
    }

    // ---- ends

    @Test
    void whatIsWithdrawnIsInvalidated() {
        startBoth();
        get(other.exchange().publish());
        Peer peer = get(agent.exchange().fetch("other"));
        exchange.contexts.get("me").withdrawn("nobody");
        exchange.contexts.get("me").withdrawn("me");
        exchange.contexts.get("me").withdrawn("other");
        exchange.contexts.get("me").withdrawn("other");
        eventually(() -> !peer.isCurrent());
        eventually(() -> events.size() == 2);
        assertThat(events).containsExactly(new PeerEvent.Loaded(peer), new PeerEvent.Invalidated(peer));
        assertThat(agent.peers()).isEmpty();
        assertThat(get(agent.exchange().fetch("other")).epoch()).isGreaterThan(peer.epoch());
    }

    /** The exchange has the answer, and hears of the end before the agent has the answer. */
    @Test
    void withdrawnBeforeItArrivesIsFetchedAgain() {
        startBoth("agent.metadata_timeout", "2s");
        byte[] metadata = other.metadata();
        AtomicInteger rounds = new AtomicInteger();
        exchange.onFetch = (name, label, timeout) -> {
            if (rounds.incrementAndGet() == 1) {
                exchange.contexts.get("me").withdrawn("other");
            } else {
                throw new NixlException(ErrorCode.TIMED_OUT, "nothing there any more");
            }
            return metadata;
        };
        assertFails(ErrorCode.TIMED_OUT, agent.exchange().fetch("other"))
                .withMessageContaining("nothing there any more");
        assertThat(agent.peers()).isEmpty();
        assertThat(events).isEmpty();
    }

    /** The end of a former publication, told while the next is being fetched, is not the next one's. */
    @Test
    void theEndOfAFormerPublicationDoesNotEndTheNext() {
        startBoth();
        byte[] metadata = other.metadata();
        AtomicInteger rounds = new AtomicInteger();
        exchange.onFetch = (name, label, timeout) -> {
            if (rounds.incrementAndGet() == 1) {
                exchange.contexts.get("me").withdrawn("other");
            }
            return metadata;
        };
        Peer peer = get(agent.exchange().fetch("other"));
        assertThat(rounds).hasValue(2);
        assertThat(peer.isCurrent()).isTrue();
        eventually(() -> !events.isEmpty());
        assertThat(events).containsExactly(new PeerEvent.Loaded(peer));
    }

    @Test
    void withdrawnWhileItIsLoadedDoesNotStay() {
        startBoth();
        get(other.exchange().publish());
        backend.onLoadPeer = () -> exchange.contexts.get("me").withdrawn("other");
        Peer peer = get(agent.exchange().fetch("other"));
        assertThat(peer.isCurrent()).isFalse();
        assertThat(agent.peers()).isEmpty();
        backend.onLoadPeer = () -> {};
    }

    // ---- closing

    @Test
    void closingWithdrawsWhatWasPublished() {
        startBoth();
        get(agent.exchange().publish());
        agent.close();
        assertThat(exchange.published).isEmpty();
        assertThat(exchange.calls).endsWith("withdraw me", "close me");
    }

    @Test
    void closingWithdrawsNothingThatWasNotPublished() {
        startBoth();
        agent.close();
        assertThat(exchange.calls).contains("close me").doesNotContain("withdraw me");
        get(other.exchange().publish());
        get(other.exchange().withdraw());
        other.close();
        assertThat(exchange.calls).filteredOn("withdraw other"::equals).hasSize(1);
    }

    @Test
    void closingEndsWhatIsUnderWay() {
        startBoth();
        CountDownLatch inside = new CountDownLatch(1);
        exchange.onFetch = (name, label, timeout) -> {
            inside.countDown();
            new CountDownLatch(1).await();
            return new byte[0];
        };
        CompletableFuture<Peer> future = agent.exchange().fetch("other");
        eventually(() -> inside.getCount() == 0);
        agent.close();
        assertFails(ErrorCode.CANCELED, future);
        assertNixl(ErrorCode.INVALID_PARAM, () -> agent.exchange());
    }

    /** A publication that is under way when the agent closes must not be there afterwards. */
    @Test
    void nothingIsPublishedAfterTheLastWithdrawal() {
        startBoth();
        CountDownLatch inside = new CountDownLatch(1);
        exchange.onPublish = () -> {
            inside.countDown();
            boolean interrupted = false;
            while (!interrupted) { // takes notice late
                interrupted = Thread.interrupted();
                Thread.onSpinWait();
            }
        };
        CompletableFuture<Void> first = agent.exchange().publish();
        CompletableFuture<Void> second = agent.exchange().publish("part", new byte[1]);
        eventually(() -> inside.getCount() == 0);
        Exchange kept = agent.exchange();
        agent.close();
        assertFails(ErrorCode.CANCELED, first);
        assertFails(ErrorCode.CANCELED, second);
        assertFails(ErrorCode.CANCELED, kept.publish("part", new byte[1]));
        assertFails(ErrorCode.CANCELED, kept.withdraw());
        assertThat(exchange.published).isEmpty();
        assertThat(exchange.calls).endsWith("withdraw me", "close me");
    }

    // ---- choosing

    @Test
    void withoutAnExchange() {
        agent = agent("me", List.of(provider));
        backend = provider.backend();
        assertNixl(ErrorCode.NOT_FOUND, () -> agent.exchange()).withMessageContaining("agent.exchange");
    }

    @Test
    void anUnknownNameListsWhatThereIs() {
        assertNixl(ErrorCode.NOT_FOUND, () -> with("me", provider, "agent.exchange", "zookeeper"))
                .withMessageContaining("there is no metadata exchange zookeeper")
                .withMessageContaining("there are: ");
        assertNixl(ErrorCode.NOT_FOUND, () -> with("me", provider, "agent.exchange", "etcd"))
                .withMessageContaining("jnixl-metadata-etcd");
        assertNixl(ErrorCode.NOT_FOUND, () -> with("me", provider, "agent.exchange", "file"))
                .withMessageContaining("did you mean files?");
        assertThat(provider.count()).isZero();
    }

    @Test
    void settingsReachTheExchange() {
        agent = with("me", provider, "exchanges.scripted.room", "there");
        backend = provider.backend();
        assertThat(exchange.calls).containsExactly("create me there");
        assertNixl(ErrorCode.INVALID_PARAM, () -> with("x", provider, "exchanges.scripted.rom", "there"))
                .withMessageContaining("did you mean exchanges.scripted.room?");
        assertNixl(ErrorCode.INVALID_PARAM, () -> with("x", provider, "agent.exchange", "files"))
                .withMessageContaining("exchanges.files.directory must be given");
    }

    @Test
    void anExchangeThatCannotBeMadeLeavesNothingBehind() {
        exchange.onCreate = () -> {
            throw new NixlException(ErrorCode.BACKEND, "no such server");
        };
        assertNixl(ErrorCode.BACKEND, () -> with("me", provider)).withMessageContaining("no such server");
        assertThat(provider.count()).isZero();
    }

    @Test
    void aBackendThatFailsClosesTheExchange() {
        provider.whenMade(b -> {
            throw new NixlException(ErrorCode.BACKEND, "no network");
        });
        assertNixl(ErrorCode.BACKEND, () -> with("me", provider, "agent.backends", "ONE"));
        assertThat(exchange.calls).containsExactly("create me here", "close me");
    }

    @Test
    void filesBetweenAgents(@TempDir Path folder) {
        String[] settings = {"agent.exchange", "files", "exchanges.files.directory", folder.toString()};
        startBoth(settings);
        CompletableFuture<Peer> waiting = agent.exchange().fetch("other");
        get(other.exchange().publish());
        Peer peer = get(waiting);
        get(other.exchange().withdraw());
        eventually(() -> !peer.isCurrent());
        assertThat(folder).isEmptyDirectory();
    }
}
