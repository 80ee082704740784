// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

import io.jnixl.api.MemoryRegion;
import io.jnixl.api.Status;
import io.jnixl.spi.BackendTransfer;
import io.jnixl.spi.CompletionSink;
import io.jnixl.spi.TransferColumns;
import io.jnixl.spi.TransferRequest;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A transfer with files that are open with O_DIRECT, whose descriptors need not be aligned: it posts another one, whose
 * descriptors are, as often as the buffer has to be filled. From the second round on, and for what a READ hands out, the
 * engine's thread copies.
 */
final class BounceTransfer implements BackendTransfer {
    /** Buffers begin at a page, which is aligned for every device. */
    private static final int PAGE = 4096;

    private final TransferColumns columns;
    private final CompletionSink completion;
    private final AlignmentCheck check;
    private final Arena arena = Arena.ofShared();
    private final DramRegion buffer;
    private final BounceRound round;
    private final PosixTransfer pieces;

    /** Bytes of the rounds before the one under way. */
    private volatile long movedBefore;

    /** What was answered last: the sum above is too much for a moment between two rounds. */
    private volatile long movedAtLeast;

    private boolean failed;
    private boolean told;
    private Status status = Status.BACKEND;
    private int column;
    private String message = "";
    private @Nullable String nativeError;
    private @Nullable String remedy;

    /** One of the two sides holds these files and the other host memory. */
    @SuppressWarnings("this-escape") // the sink is called by posts alone
    BounceTransfer(
            PosixBackend backend,
            TransferRequest request,
            DramRegion[] memories,
            FileRegion[] files,
            TransferPlan.Way way) {
        columns = request.columns();
        completion = request.completion();
        check = new AlignmentCheck(columns, files, way.fileIsRemote(), true, !way.toFile());
        MemorySegment segment = arena.allocate(backend.bounceBytes(), PAGE);
        buffer = DramRegion.of(backend, MemoryRegion.of(segment));
        DramRegion[] all = Arrays.copyOf(memories, memories.length + 1);
        all[memories.length] = buffer;
        round = new BounceRound(check, columns, way, segment, memories.length);
        TransferRequest inner = new TransferRequest(
                request.operation(),
                round.pieces(),
                request.local(),
                request.remote(),
                request.peer(),
                request.notification(),
                new Sink(),
                request.options());
        Lane lane = backend.engine().lane();
        lane.prepare(all, files);
        pieces = new PosixTransfer(lane, inner, all, files, way, round);
    }

    /** Refuses what not even a buffer makes possible. */
    void require() {
        check.require();
    }

    @Override
    public Status post() {
        if (!isInRange() || !check.tell(completion)) {
            return Status.IN_PROGRESS; // the sink knows
        }
        failed = false;
        told = false;
        movedBefore = 0;
        movedAtLeast = 0;
        round.begin();
        return round.fill() ? postRounds() : round.rest();
    }

    /** Posts rounds until one is under way, or the last has ended within its post. */
    private Status postRounds() {
        Status answer = pieces.post();
        while (answer == Status.SUCCESS) {
            endRound();
            if (round.isCancelled()) {
                return Status.CANCELED;
            }
            if (!round.fill()) {
                return round.rest();
            }
            pieces.isForEngine(); // or all of it might be copied here
            answer = pieces.post();
        }
        return answer;
    }

    @Override
    public boolean poll() {
        return pieces.poll();
    }

    @Override
    public boolean drive(long nanos) {
        return pieces.drive(nanos);
    }

    private boolean isInRange() {
        for (int i = 0; i < columns.count(); i++) {
            long offset = check.offset(i);
            long length = columns.length(i);
            if (offset < 0 || length < 0 || offset > Long.MAX_VALUE - PAGE - length) {
                Fault.reportRange(completion, columns, check.file(i), offset, i);
                return false;
            }
        }
        return true;
    }

    /** Comes between two rounds as well, so that it is the flag of all of them. */
    @Override
    public void cancel() {
        round.cancel();
        pieces.lookForCancel();
    }

    @Override
    public void close() {
        pieces.close();
        buffer.close();
        arena.close();
    }

    @Override
    public long bytesMoved() {
        long now = Math.max(movedAtLeast, movedBefore + pieces.bytesMoved());
        movedAtLeast = now;
        return now;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one round at a time
    private void endRound() {
        round.deliver();
        movedBefore += round.pieces().totalBytes();
    }

    /** The next round, or the end. */
    private void carryOn() {
        endRound();
        if (round.isCancelled()) {
            completion.complete(Status.CANCELED);
        } else if (round.fill()) {
            Status answer = postRounds();
            if (answer != Status.IN_PROGRESS) {
                end(answer);
            }
        } else {
            end(round.rest());
        }
    }

    private void end(Status answer) {
        if (failed && answer == Status.SUCCESS) {
            completion.fail(status, column, message, nativeError, remedy);
        } else {
            completion.complete(answer);
        }
    }

    /** Hears of each round. */
    private final class Sink implements CompletionSink {
        @Override
        public void complete(Status end) {
            if (end == Status.SUCCESS) {
                carryOn();
            } else {
                completion.complete(end);
            }
        }

        @Override
        public boolean fault(int piece, long bytesDone, String text, @Nullable String nativeText) {
            synchronized (BounceTransfer.this) {
                told = true;
                round.movedOnly(piece, bytesDone);
            }
            return completion.fault(round.column(piece), round.done(piece, bytesDone), text, nativeText);
        }

        @Override
        public void fail(Status end, int piece, String text, @Nullable String nativeText, @Nullable String todo) {
            if (!failed) {
                failed = true;
                status = end;
                column = piece < 0 ? -1 : round.column(piece);
                message = text;
                nativeError = nativeText;
                remedy = todo;
            }
            if (piece < 0 || !told) { // the engine is gone, or nobody knows what moved
                completion.fail(status, column, message, nativeError, remedy);
            } else {
                carryOn();
            }
        }
    }
}
