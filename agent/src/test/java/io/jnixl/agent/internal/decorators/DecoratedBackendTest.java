// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.decorators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.MemoryRegion;
import io.jnixl.api.NixlException;
import io.jnixl.api.Operation;
import io.jnixl.api.Status;
import io.jnixl.spi.Backend;
import io.jnixl.spi.BackendConfig;
import io.jnixl.spi.BackendContext;
import io.jnixl.spi.BackendPeer;
import io.jnixl.spi.BackendTransfer;
import io.jnixl.spi.Capabilities;
import io.jnixl.spi.CompletionSink;
import io.jnixl.spi.NotificationBuffer;
import io.jnixl.spi.NotificationSink;
import io.jnixl.spi.ProgressPolicy;
import io.jnixl.spi.RegionHandle;
import io.jnixl.spi.RegisteredMemory;
import io.jnixl.spi.TransferColumns;
import io.jnixl.spi.TransferRequest;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What passes through decorators between an agent and a backend, both of which are the test's. */
class DecoratedBackendTest {
    private static final String KEY = "decorators.ONE.faults";

    private final FakeAgent agent = new FakeAgent();
    private final FakePeer far = new FakePeer();
    private BackendContext side;
    private Runnable whileLoading = () -> {};

    private static final class FakeAgent implements BackendContext {
        final List<BackendPeer> lost = new ArrayList<>();

        @Override
        public String agentName() {
            return "me";
        }

        @Override
        public ProgressPolicy progress() {
            throw new UnsupportedOperationException();
        }

        @Override
        public NotificationSink notifications() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void peerLost(BackendPeer peer, Throwable why) {
            lost.add(peer);
        }
    }

    private static final class FakePeer implements BackendPeer {
        @Override
        public RegionHandle load(MemoryRegion region, byte[] publicData) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Status send(MemorySegment message) {
            return Status.SUCCESS;
        }

        @Override
        public void close() {
            // nothing to free
        }
    }

    /** Every post moves 64 bytes at once. */
    private static final class FakeTransfer implements BackendTransfer {
        private long moved;

        @Override
        public Status post() {
            moved = 64;
            return Status.SUCCESS;
        }

        @Override
        public long bytesMoved() {
            return moved;
        }

        @Override
        public void cancel() {
            // nothing runs
        }

        @Override
        public void close() {
            // nothing to free
        }
    }

    private final class FakeBackend implements Backend {
        @Override
        public Capabilities capabilities() {
            return Capabilities.network(1024);
        }

        @Override
        public RegisteredMemory register(MemoryRegion region) {
            throw new UnsupportedOperationException();
        }

        @Override
        public BackendTransfer prepare(TransferRequest request) {
            return new FakeTransfer();
        }

        @Override
        public BackendPeer loadPeer(String name, byte[] connectionInfo) {
            whileLoading.run();
            return far;
        }

        @Override
        public void close() {
            // nothing to free
        }
    }

    private static final class Nobody implements CompletionSink {
        @Override
        public void complete(Status status) {
            throw new AssertionError(status);
        }

        @Override
        public void fail(Status status, int column, String message, String nativeError, String remedy) {
            throw new AssertionError(message);
        }

        @Override
        public boolean fault(int column, long bytesDone, String message, String nativeError) {
            throw new AssertionError(message);
        }
    }

    private static final class NoMessage implements NotificationBuffer {
        @Override
        public boolean isPresent() {
            return false;
        }

        @Override
        public int length() {
            return 0;
        }

        @Override
        public MemorySegment segment() {
            return MemorySegment.NULL;
        }
    }

    private static Decorations decorations(String apply, String faults) {
        return new Decorations("ONE", BackendConfig.of(Map.of("apply", apply, "faults", faults)));
    }

    private Backend decorated(String apply, String faults) {
        return decorations(apply, faults).around(agent, context -> {
            side = context;
            return new FakeBackend();
        });
    }

    private void lose() {
        side.peerLost(far, new IllegalStateException("gone"));
    }

    @Test
    void whoIsLostWhileItIsLoadedIsReportedThroughAllDecorators() {
        Backend backend = decorated("metrics,faults", "");
        whileLoading = this::lose;
        BackendPeer peer = backend.loadPeer("far", new byte[0]);
        assertThat(agent.lost).containsExactly(peer);
    }

    @Test
    void aLossIsNotKeptForWhoIsLoadedLater() {
        Backend backend = decorated("metrics", "");
        lose();
        BackendPeer first = backend.loadPeer("far", new byte[0]);
        assertThat(agent.lost).isEmpty();
        first.close();
        whileLoading = () -> {
            lose();
            throw new NixlException(ErrorCode.BACKEND, "no way");
        };
        assertThatExceptionOfType(NixlException.class).isThrownBy(() -> backend.loadPeer("far", new byte[0]));
        whileLoading = () -> {};
        BackendPeer second = backend.loadPeer("far", new byte[0]);
        assertThat(agent.lost).isEmpty();
        lose();
        assertThat(agent.lost).containsExactly(second);
    }

    @Test
    void aPostThatWasNotHandedOverHasMovedNothing() {
        Backend backend = decorated("faults", "dead:post:2");
        BackendTransfer transfer = backend.prepare(new TransferRequest(
                Operation.WRITE,
                new TransferColumns(1),
                List.of(),
                List.of(),
                backend.loadPeer("far", new byte[0]),
                new NoMessage(),
                new Nobody(),
                Map.of()));
        assertThat(transfer.post()).isEqualTo(Status.SUCCESS);
        assertThat(transfer.bytesMoved()).isEqualTo(64);
        assertThat(transfer.post()).isEqualTo(Status.REMOTE_DISCONNECT);
        assertThat(transfer.bytesMoved()).isZero();
    }

    @Test
    void aRefusedMessageIsTheSameWhenItComesAgain() {
        Faults faults = new Faults("ONE", "me", List.of(Fault.parse(KEY, "lose:notification:2")), 0);
        List<String> taken = new ArrayList<>();
        NotificationSink taking = (from, memory, offset, length) -> taken.add(from);
        NotificationSink refusing = (from, memory, offset, length) -> {
            assertThat(faults.deliver(taking, "second", MemorySegment.NULL, 0, 0))
                    .isTrue();
            return false;
        };
        assertThat(faults.deliver(refusing, "first", MemorySegment.NULL, 0, 0)).isFalse();
        assertThat(faults.deliver(taking, "first", MemorySegment.NULL, 0, 0)).isTrue();
        assertThat(faults.deliver(taking, "third", MemorySegment.NULL, 0, 0)).isTrue();
        assertThat(taken).as("all but the second").containsExactly("first", "third");
        faults.close();
    }

    @Test
    void aDecoratorIsNamedOnce() {
        assertThatExceptionOfType(NixlException.class)
                .isThrownBy(() -> decorations("faults,metrics,faults", ""))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_PARAM))
                .withMessageContaining("decorators.ONE.apply")
                .withMessageContaining("twice");
    }
}
