// SPDX-License-Identifier: Apache-2.0
package io.jnixl.it.decorators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.jnixl.api.Agent;
import io.jnixl.api.Allocation;
import io.jnixl.api.Config;
import io.jnixl.api.DescriptorList;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.api.Peer;
import io.jnixl.api.PeerEvent;
import io.jnixl.api.Status;
import io.jnixl.api.Subscription;
import io.jnixl.api.Transfer;
import io.jnixl.api.TransferFailure;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What an agent makes of a backend that fails, by settings alone: the backend itself is sound. */
class InjectedFaultsTest {
    private static final long SIZE = 4096;
    private static final Duration SOON = Duration.ofSeconds(10);

    private Agent near;
    private Agent far;
    private Allocation source;
    private Allocation target;
    private Peer peer;

    private static Config config(String faults) {
        return Config.empty()
                .with("agent.backends", "MEMORY")
                .with("decorators.MEMORY.apply", "faults")
                .with("decorators.MEMORY.delay", "300ms")
                .with("decorators.MEMORY.faults", faults);
    }

    private static Agent agent(String name, Config config) {
        return Agent.builder(name).config(config).build();
    }

    /** Two agents with faults of their own. */
    private void start(String nearFaults, String farFaults) {
        near = agent("near", config(nearFaults));
        far = agent("far", config(farFaults));
        source = near.allocate(SIZE);
        target = far.allocate(SIZE);
        peer = near.loadPeer(far.metadata());
    }

    @AfterEach
    void close() {
        for (AutoCloseable one : new AutoCloseable[] {source, target, near, far}) {
            if (one != null) {
                closeNow(one);
            }
        }
    }

    private static void closeNow(AutoCloseable one) {
        try {
            one.close();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private Transfer write() {
        return near.write(source.segment()).to(peer.region(0).all()).prepare();
    }

    private static void assertRefused(String fault, ThrowingCallable call) {
        assertThatExceptionOfType(NixlException.class)
                .isThrownBy(call)
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.BACKEND))
                .satisfies(e -> assertThat(e.backend()).isEqualTo("MEMORY"))
                .satisfies(e -> assertThat(e.remedy()).contains("decorators.MEMORY.faults"))
                .withMessageContaining("injected fault " + fault);
    }

    @Test
    void aPostThatFailsSaysByWhomWhyAndWhatToDo() {
        start("fail:post:2", "");
        try (Transfer transfer = write()) {
            transfer.post();
            assertThat(transfer.await(SOON)).isEqualTo(Status.SUCCESS);
            transfer.post();
            assertThat(transfer.await(SOON)).isEqualTo(Status.BACKEND);
            TransferFailure failure = transfer.failure();
            assertThat(failure.backend()).isEqualTo("MEMORY");
            assertThat(failure.peer()).isEqualTo("far");
            assertThat(failure.message()).contains("injected fault fail:post:2");
            assertThat(failure.remedy()).contains("decorators.MEMORY.faults");
            transfer.post();
            assertThat(transfer.await(SOON)).isEqualTo(Status.SUCCESS);
        }
    }

    @Test
    void aShortPostNamesTheDescriptor() {
        start("short:post:1", "");
        try (Transfer transfer = write()) {
            transfer.post();
            assertThat(transfer.await(SOON)).isEqualTo(Status.BACKEND);
            assertThat(transfer.failure().message()).contains("2048 of 4096 bytes");
            assertThat(transfer.failure().faults()).hasSize(1);
        }
    }

    @Test
    void whatIsRefusedSaysSo() {
        start("fail:register:2,fail:prepare:1,fail:connect:1,fail:send:1", "");
        assertThatExceptionOfType(NixlException.class)
                .isThrownBy(() -> near.allocate(SIZE).close())
                .withMessageContaining("injected fault fail:register:2");
        assertRefused("fail:prepare:1", () -> write().close());
        assertRefused("fail:connect:1", peer::connect);
        assertRefused("fail:send:1", () -> near.sendNotification(peer, "lost"));
        try (Transfer transfer = write()) { // all of it was passing
            transfer.post();
            assertThat(transfer.await(SOON)).isEqualTo(Status.SUCCESS);
        }
    }

    @Test
    void aLatePostIsGivenUpAtItsDeadlineAndItsMemoryComesBack() {
        start("delay:post:*", "");
        try (Transfer transfer = near.write(source.segment())
                .to(peer.region(0).all())
                .deadline(Duration.ofMillis(50))
                .prepare()) {
            transfer.post();
            assertThat(transfer.await(SOON)).isEqualTo(Status.TIMED_OUT);
            assertThat(transfer.failure().backend()).isEqualTo("MEMORY");
            assertThat(transfer.cancel().orTimeout(10, TimeUnit.SECONDS)).satisfies(quiet -> quiet.join());
        }
    }

    @Test
    void closingTellsWhatWouldHaveEndedLater() {
        near = agent(
                "near",
                config("delay:post:*").with("decorators.MEMORY.delay", "1h").with("agent.close_timeout", "50ms"));
        source = near.allocate(SIZE);
        Transfer transfer = near.write(source.segment())
                .to(near.self(), DescriptorList.of(source.segment()))
                .prepare();
        transfer.post();
        CompletableFuture<Void> quiet = transfer.cancel();
        assertThat(quiet).isNotDone();
        near.close();
        assertThat(quiet).isCompleted();
        transfer.close(); // which would wait for its memory, and need not
    }

    @Test
    void aLostMessageIsNoticedByTheDeadlineOfWhoWaits() {
        start("", "lose:notification:1");
        try (Transfer transfer = near.write(source.segment())
                .to(peer.region(0).all())
                .notifying("written")
                .prepare()) {
            transfer.post();
            assertThat(transfer.await(SOON)).isEqualTo(Status.SUCCESS);
            assertThatExceptionOfType(NixlException.class)
                    .isThrownBy(() -> far.awaitNotification(Duration.ofMillis(50)))
                    .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.TIMED_OUT));
            transfer.post();
            assertThat(far.awaitNotification(SOON).text()).isEqualTo("written");
        }
    }

    @Test
    void aDeadPeerEndsItsTransfersAndIsForgotten() throws InterruptedException {
        start("dead:post:2", "");
        BlockingQueue<PeerEvent> events = new LinkedBlockingQueue<>();
        try (Subscription _ = near.onPeer(events::add);
                Transfer transfer = write();
                Transfer other = write()) {
            transfer.post();
            assertThat(transfer.await(SOON)).isEqualTo(Status.SUCCESS);
            transfer.post();
            assertThat(transfer.await(SOON)).isEqualTo(Status.REMOTE_DISCONNECT);
            PeerEvent event;
            do {
                event = events.poll(SOON.toSeconds(), TimeUnit.SECONDS);
                assertThat(event).as("the next event").isNotNull();
            } while (!(event instanceof PeerEvent.Lost));
            assertThat(event.peer()).isEqualTo(peer);
            assertThat(near.peers()).isEmpty();
            assertThat(other.post().isError()).isTrue();
        }
    }

    @Test
    void aFaultThatThereIsNotIsAnErrorWithTheFormsThatThereAre() {
        assertThatExceptionOfType(NixlException.class)
                .isThrownBy(() -> agent("near", config("lose:post:1")).close())
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_PARAM))
                .satisfies(e -> assertThat(e.remedy()).contains("lose:notification", "short:post"))
                .withMessageContaining("decorators.MEMORY.faults")
                .withMessageContaining("lose:post:1");
        assertThatExceptionOfType(NixlException.class)
                .isThrownBy(() -> agent("near", config("").with("decorators.MEMORY.apply", "fault"))
                        .close())
                .satisfies(e -> assertThat(e.remedy()).contains("faults"));
    }
}
