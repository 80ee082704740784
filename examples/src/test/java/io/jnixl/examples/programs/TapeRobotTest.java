// SPDX-License-Identifier: Apache-2.0
package io.jnixl.examples.programs;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.api.MemoryKind;
import io.jnixl.api.MemoryRegion;
import io.jnixl.api.Operation;
import io.jnixl.api.Status;
import io.jnixl.spi.BackendTransfer;
import io.jnixl.spi.CompletionSink;
import io.jnixl.spi.NotificationBuffer;
import io.jnixl.spi.RegisteredMemory;
import io.jnixl.spi.TransferColumns;
import io.jnixl.spi.TransferRequest;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The backend without an agent: what its contract says of ends, cancelling and closing. */
class TapeRobotTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int BYTES = 4 << 20;

    @TempDir
    Path library;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment memory = arena.allocate(BYTES, 4096);
    private final CountDownLatch goOn = new CountDownLatch(1);
    private TapeBackend backend;

    /** Keeps the reports of one transfer; holds the robot up at the first one, if asked to. */
    private final class Sink implements CompletionSink {
        private final BlockingQueue<Status> reports = new LinkedBlockingQueue<>();
        private final CountDownLatch reached = new CountDownLatch(1);
        private final boolean holdsUp;

        Sink(boolean holdsUp) {
            this.holdsUp = holdsUp;
        }

        @Override
        public void complete(Status status) {
            reports.add(status);
            reached.countDown();
            if (holdsUp) {
                try {
                    assertThat(goOn.await(20, TimeUnit.SECONDS)).isTrue();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        }

        @Override
        public void fail(
                Status status, int column, String message, @Nullable String nativeError, @Nullable String remedy) {
            complete(status);
        }

        Status next() throws InterruptedException {
            return reports.poll(20, TimeUnit.SECONDS);
        }
    }

    private enum NoMessage implements NotificationBuffer {
        INSTANCE;

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

    @BeforeEach
    void start() {
        backend = new TapeBackend(library, "test");
    }

    @AfterEach
    void end() {
        goOn.countDown();
        backend.close();
        arena.close();
    }

    private BackendTransfer write(String key, long bytes, CompletionSink sink) {
        RegisteredMemory local = backend.register(MemoryRegion.of(memory));
        RegisteredMemory remote =
                backend.register(MemoryRegion.storage(MemoryKind.OBJ, 1, 0, 0, key.getBytes(StandardCharsets.UTF_8)));
        TransferColumns columns = new TransferColumns(1);
        columns.add(memory.address(), 0, 0, 0, bytes, 0, true);
        return backend.prepare(new TransferRequest(
                Operation.WRITE, columns, List.of(local), List.of(remote), null, NoMessage.INSTANCE, sink, Map.of()));
    }

    /** A transfer that has ended but for its report, which keeps the robot. */
    private void keepTheRobotBusy() throws InterruptedException {
        Sink sink = new Sink(true);
        assertThat(write("busy", 1, sink).post()).isEqualTo(Status.IN_PROGRESS);
        assertThat(sink.reached.await(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void everyPostIsReportedOnce() throws Exception {
        Sink sink = new Sink(false);
        BackendTransfer write = write("reel", BYTES, sink);
        for (int i = 0; i < 20; i++) {
            assertThat(write.post()).isEqualTo(Status.IN_PROGRESS);
            assertThat(sink.next()).isEqualTo(Status.SUCCESS);
        }
        backend.close();
        assertThat(sink.reports).isEmpty();
        assertThat(Files.size(library.resolve("reel"))).isEqualTo(BYTES);
    }

    @Test
    void aCancelledPostIsReportedByTheRobotAndMovesNothing() throws Exception {
        keepTheRobotBusy();
        Sink sink = new Sink(false);
        BackendTransfer write = write("reel", BYTES, sink);
        assertThat(write.post()).isEqualTo(Status.IN_PROGRESS);
        write.cancel();
        assertThat(sink.reports).as("the robot has not seen it yet").isEmpty();
        goOn.countDown();
        assertThat(sink.next()).isEqualTo(Status.CANCELED);
        assertThat(Files.size(library.resolve("reel"))).isZero();
        assertThat(write.post()).as("posted again").isEqualTo(Status.IN_PROGRESS);
        assertThat(sink.next()).isEqualTo(Status.SUCCESS);
    }

    @Test
    void cancellingWhatHasEndedDoesNothing() throws Exception {
        Sink sink = new Sink(false);
        BackendTransfer write = write("reel", BYTES, sink);
        write.post();
        assertThat(sink.next()).isEqualTo(Status.SUCCESS);
        write.cancel();
        assertThat(write.post()).isEqualTo(Status.IN_PROGRESS);
        assertThat(sink.next()).isEqualTo(Status.SUCCESS);
    }

    @Test
    void closingReportsWhatWaitsAndRefusesPosts() throws Exception {
        keepTheRobotBusy();
        Sink sink = new Sink(false);
        BackendTransfer write = write("reel", BYTES, sink);
        write.post();
        CompletableFuture<Void> closing = CompletableFuture.runAsync(backend::close);
        assertThat(sink.next()).isEqualTo(Status.CANCELED);
        assertThat(closing).as("waits for the robot").isNotDone();
        goOn.countDown();
        assertThat(closing).succeedsWithin(PATIENCE);
        assertThat(write.post()).isEqualTo(Status.CANCELED);
        assertThat(Files.size(library.resolve("reel"))).isZero();
    }

    @Test
    void aFailureIsReportedAndTheRobotGoesOn() throws Exception {
        Sink sink = new Sink(false);
        MemorySegment gone;
        try (Arena shortLived = Arena.ofShared()) {
            gone = shortLived.allocate(16);
        }
        RegisteredMemory local = backend.register(MemoryRegion.of(gone));
        RegisteredMemory remote = backend.register(MemoryRegion.storage(MemoryKind.OBJ, 1, 0, 0, new byte[] {'a'}));
        TransferColumns columns = new TransferColumns(1);
        columns.add(gone.address(), 0, 0, 0, 16, 0, true);
        TransferRequest request = new TransferRequest(
                Operation.WRITE, columns, List.of(local), List.of(remote), null, NoMessage.INSTANCE, sink, Map.of());
        assertThat(backend.prepare(request).post()).isEqualTo(Status.IN_PROGRESS);
        assertThat(sink.next()).isEqualTo(Status.BACKEND);

        Sink next = new Sink(false);
        write("reel", 8, next).post();
        assertThat(next.next()).isEqualTo(Status.SUCCESS);
    }
}
