// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.api.Agent;
import io.jnixl.api.Allocation;
import io.jnixl.api.Contact;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.Listener;
import io.jnixl.api.NixlException;
import io.jnixl.api.Peer;
import io.jnixl.spi.Capabilities;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Two agents that meet over TCP: {@code listen}, {@code contact}, {@code connect}. */
final class MeetingTest extends CoreFixture {
    private static final String HOST = "127.0.0.1";

    private Agent other;
    private Listener door;

    /** The other agent listens. */
    private void startBoth(String... settings) {
        start(settings);
        other = agent("other", List.of(new ScriptedProvider("ONE")), settings);
        closing.add(other.allocate(1 << 16));
        door = other.listen(HOST, 0);
    }

    private Contact there() {
        return agent.contact(HOST, door.port());
    }

    private static <T> T soon(CompletableFuture<T> future) {
        return future.orTimeout(SOON.toSeconds(), TimeUnit.SECONDS).join();
    }

    private static ThrowableAssertAlternative<NixlException> assertFails(ErrorCode code, CompletableFuture<?> future) {
        return assertNixl(code, () -> {
            try {
                soon(future);
            } catch (CompletionException e) {
                throw e.getCause();
            }
        });
    }

    @Test
    @DisplayName("G: fetch: the other's metadata is loaded")
    void fetch() {
        startBoth();
        Peer peer = soon(there().fetch());
        assertThat(peer.name()).isEqualTo("other");
        assertThat(peer.regions()).hasSize(1);
        assertThat(agent.peer("other")).containsSame(peer);
        assertThat(other.peers()).as("nothing was sent there").isEmpty();
        Allocation more = other.allocate(4096);
        assertThat(soon(there().fetch())).isSameAs(peer);
        assertThat(peer.regions()).as("as it is at that moment").hasSize(2);
        more.close();
    }

    @Test
    @DisplayName("G: send and invalidate, whole metadata and parts of it")
    void sendAndInvalidate() {
        startBoth();
        soon(there().send(agent.partialMetadata(List.of(), false, List.of())));
        eventually(() -> other.peer("me").isPresent());
        assertThat(other.peer("me").orElseThrow().regions()).isEmpty();
        soon(there().send(agent.partialMetadata(List.of(near.registration()), false, List.of())));
        eventually(() -> other.peer("me").orElseThrow().regions().size() == 1);
        soon(there().send());
        eventually(() -> other.peer("me").orElseThrow().regions().size() == 2);
        soon(there().invalidate());
        eventually(() -> other.peers().isEmpty());
        assertThat(agent.peers()).isEmpty();
    }

    @Test
    void connectChecksTheNameAndConnects() {
        startBoth();
        assertFails(ErrorCode.MISMATCH, agent.connect("third", HOST, door.port()))
                .withMessageContaining("is of agent other");
        assertThat(agent.peers()).as("nothing is loaded").isEmpty();
        Peer peer = soon(agent.connect("other", HOST, door.port()));
        assertThat(peer.name()).isEqualTo("other");
        assertThat(backend.peers.getLast().connects).hasValue(1);
        assertFails(ErrorCode.INVALID_PARAM, agent.connect("me", HOST, door.port()));
        assertFails(ErrorCode.INVALID_PARAM, agent.connect("", HOST, door.port()));
    }

    @Test
    @DisplayName("G: fetch when the other has no backend that reaches others")
    void nothingToExport() {
        start();
        other = agent("other", List.of(new ScriptedProvider("ONE").capabilities(Capabilities.localOnly())));
        door = other.listen(HOST, 0);
        assertFails(ErrorCode.NOT_FOUND, there().fetch()).withMessageContaining("nothing to export");
        assertThat(agent.peers()).isEmpty();
    }

    @Test
    @DisplayName("G: fetch when the other has registered nothing: it is a peer without regions")
    void nothingRegistered() {
        start();
        other = agent("other", List.of(new ScriptedProvider("ONE")));
        door = other.listen(HOST, 0);
        assertThat(soon(there().fetch()).regions()).isEmpty();
    }

    @Test
    void oneselfIsNoPeer() {
        start();
        door = agent.listen(HOST, 0);
        assertFails(ErrorCode.INVALID_PARAM, there().fetch()).withMessageContaining("own");
        soon(there().invalidate());
        soon(there().send());
        assertThat(agent.peers()).isEmpty();
        assertThat(agent.self().isCurrent()).isTrue();
    }

    @Test
    void theOtherRestarts() {
        startBoth();
        Peer before = soon(there().fetch());
        int port = door.port();
        other.close();
        other = agent("other", List.of(new ScriptedProvider("ONE")));
        door = other.listen(HOST, port);
        Peer now = soon(there().fetch());
        assertThat(now).isNotSameAs(before);
        assertThat(before.isCurrent()).isFalse();
    }

    @Test
    void settings() {
        startBoth("agent.listen_commands", "load", "agent.listen_port", "0");
        assertFails(ErrorCode.NOT_ALLOWED, there().fetch()).withMessageContaining("agent.listen_commands");
        soon(there().send());
        eventually(() -> other.peer("me").isPresent());
        soon(there().invalidate());
        soon(there().send());
        assertThat(other.peers()).hasSize(1);
        try (Listener configured = agent.listen()) {
            assertThat(configured.address().getAddress().isLoopbackAddress()).isTrue();
            assertThat(configured.port()).isPositive();
        }
        assertNixl(
                        ErrorCode.INVALID_PARAM,
                        () -> agent("third", List.of(provider), "agent.listen_commands", "fetch,laod"))
                .withMessageContaining("did you mean load?");
    }

    @Test
    void secret() {
        startBoth("agent.listen_secret", "swordfish");
        soon(agent.connect("other", HOST, door.port()));
        Agent stranger = agent("stranger", List.of(new ScriptedProvider("ONE")));
        assertFails(ErrorCode.NOT_ALLOWED, stranger.contact(HOST, door.port()).fetch())
                .withMessageContaining("agent.listen_secret");
        soon(stranger.contact(HOST, door.port()).send());
        assertThat(other.peers()).isEmpty();
    }

    @Test
    @DisplayName("agent.close with a fetch pending: CANCELED, and nothing is left")
    void closeWhileFetching() throws IOException {
        start();
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            silent.setSoTimeout((int) SOON.toMillis());
            CompletableFuture<Peer> fetched =
                    agent.contact(HOST, silent.getLocalPort()).fetch();
            try (Socket accepted = silent.accept()) {
                assertThat(accepted.getInputStream().readNBytes(21)).hasSize(21);
                agent.close();
                assertFails(ErrorCode.CANCELED, fetched);
                assertThat(accepted.getInputStream().read()).isEqualTo(-1);
            }
        }
    }

    @Test
    void aFetchEndsInTime() throws IOException {
        start("agent.metadata_timeout", "50ms");
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            assertFails(
                            ErrorCode.TIMED_OUT,
                            agent.contact(HOST, silent.getLocalPort()).fetch())
                    .withMessageContaining("127.0.0.1:" + silent.getLocalPort());
        }
    }

    @Test
    void closingTheAgentClosesItsListeners() {
        startBoth();
        soon(there().fetch());
        other.close();
        assertFails(ErrorCode.REMOTE_DISCONNECT, there().fetch());
        assertNixl(ErrorCode.INVALID_PARAM, () -> other.listen(HOST, 0)).withMessageContaining("closed");
        assertNixl(ErrorCode.INVALID_PARAM, () -> other.contact(HOST, 1)).withMessageContaining("closed");
    }

    @Test
    void wrongArguments() {
        start();
        assertNixl(ErrorCode.INVALID_PARAM, () -> agent.contact("", 8888));
        assertNixl(ErrorCode.INVALID_PARAM, () -> agent.contact(HOST, 0));
        assertNixl(ErrorCode.INVALID_PARAM, () -> agent.listen(HOST, 70_000));
        Contact contact = agent.contact("decode-0.example", 8888);
        assertThat(contact.address().isUnresolved()).isTrue();
        assertThat(contact.address().getHostString()).isEqualTo("decode-0.example");
    }
}
