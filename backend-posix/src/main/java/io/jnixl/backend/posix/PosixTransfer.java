// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

import io.jnixl.api.Status;
import io.jnixl.spi.BackendTransfer;
import io.jnixl.spi.CompletionSink;
import io.jnixl.spi.TransferColumns;
import io.jnixl.spi.TransferRequest;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A transfer and the life of its post: checked, queued, cut into {@link Op}s one after the other, ended.
 *
 * <p>From {@link Lane#submit} on it belongs to the engine, one thread at a time, until {@link #finish} has told the
 * completion sink: then it may have been posted again and is not touched any more.
 */
final class PosixTransfer implements BackendTransfer {
    private static final System.Logger LOG = System.getLogger(PosixTransfer.class.getName());

    /**
     * The most bytes of one read or write: longer descriptors are split, so that several parts of one move at a time, a
     * cancel is noticed soon, and copies from the page cache do not keep the others waiting.
     */
    static final int PART = 1 << 20;

    private static final VarHandle MOVED;

    static {
        try {
            MOVED = MethodHandles.lookup().findVarHandle(PosixTransfer.class, "moved", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Descriptors up to this size are joined with those that continue them in the file. */
    private static final long SMALL = 64 << 10;

    /** What a poster moves itself: not much longer than handing it to another thread and back would take. */
    private static final long QUICK = 1 << 20;

    /** The link of the list that this is in. */
    @Nullable
    PosixTransfer next;

    /** Whether it is in the schedule, where it must not be finished. */
    boolean scheduled;

    /** Whether it was posted and has not ended yet; for the thread that leads. */
    boolean moving;

    private final Lane lane;
    private final int ring;
    private final TransferColumns columns;
    private final CompletionSink completion;
    private final Sequence sequence;
    private final FileRegion[] files;
    private final boolean toFile;
    private final boolean aligned;
    private final @Nullable BounceRound bounce;
    private final Durable durable;
    private final boolean[] written;
    private volatile boolean cancelled;
    private boolean driven = true;

    /** Bytes that the kernel has moved, for those who watch; the engine's, one thread at a time. */
    private long moved;

    private int place;
    private long position;
    private int inFlight;
    private int syncs;
    private @Nullable Failures failures;
    private @Nullable FileRegion unsynced;
    private int syncFault;
    private @Nullable String death;

    /** One of the two sides holds these files and the other this host memory. */
    PosixTransfer(Lane lane, TransferRequest request, DramRegion[] memories, FileRegion[] files, TransferPlan.Way way) {
        this(lane, request, memories, files, way, null);
    }

    /** The pieces of one that goes through a buffer. */
    PosixTransfer(
            Lane lane,
            TransferRequest request,
            DramRegion[] memories,
            FileRegion[] files,
            TransferPlan.Way way,
            @Nullable BounceRound bounce) {
        this.bounce = bounce;
        this.lane = lane;
        this.ring = lane.number();
        this.columns = request.columns();
        this.completion = request.completion();
        this.sequence = new Sequence(request.columns(), way.fileIsRemote(), memories, files);
        this.files = files;
        this.toFile = way.toFile();
        this.durable = way.durable();
        this.written = new boolean[files.length];
        boolean direct = false;
        for (FileRegion file : files) {
            direct |= file.isDirect();
        }
        this.aligned = direct;
    }

    // ---- the agent's calls

    @Override
    public Status post() {
        if (!check()) {
            return Status.IN_PROGRESS; // the sink knows
        }
        begin();
        if (place == columns.count()) {
            return Status.SUCCESS;
        }
        moving = true;
        return lane.submit(this);
    }

    private void begin() {
        MOVED.setOpaque(this, 0L);
        cancelled = false;
        place = -1;
        position = 0;
        inFlight = 0;
        syncs = -1;
        syncFault = 0;
        death = null;
        if (failures != null) {
            failures.clear();
        }
        if (durable != Durable.NO) {
            Arrays.fill(written, false);
        }
        nextPlace();
    }

    /**
     * Whether the poster should begin it itself: not when that means copying for long, nor when nobody waited for the last
     * post by driving it, since then the other thread will be needed anyway.
     */
    boolean isForPoster() {
        boolean likely = driven;
        driven = false;
        return likely && (aligned || columns.totalBytes() <= QUICK);
    }

    /** The next post is not the poster's to begin, since it has done enough. */
    void isForEngine() {
        driven = false;
    }

    /** It has ended within the post, and was so driven by its poster. */
    void endsHere() {
        moving = false;
        driven = true;
    }

    @Override
    public boolean poll() {
        driven = true;
        lane.poll(this);
        return false; // those who wait drive
    }

    @Override
    public boolean drive(long nanos) {
        driven = true;
        lane.drive(this, nanos);
        return true;
    }

    /** Looks at every descriptor before the first byte moves; some nanoseconds each. */
    private boolean check() {
        sequence.reset();
        int count = columns.count();
        for (int i = 0; i < count; i++) {
            long offset = sequence.offset(i);
            long length = sequence.length(i);
            if (offset < 0 || length < 0 || offset > Long.MAX_VALUE - length) {
                Fault.reportRange(completion, columns, sequence.file(i), offset, i);
                return false;
            }
            if (aligned && !isAligned(sequence.file(i), offset | length, sequence.address(i))) {
                AlignmentCheck.report(completion, i, length, offset, sequence.address(i), sequence.file(i));
                return false;
            }
        }
        if (ring >= 0) { // other lanes read and write memory in one piece only
            sequence.sort();
        }
        return true;
    }

    private static boolean isAligned(FileRegion file, long offsets, long address) {
        return ((offsets & (file.offsetAlignment() - 1)) | (address & (file.memoryAlignment() - 1))) == 0;
    }

    /** The descriptors in the order in which they are begun. */
    Sequence sequence() {
        return sequence;
    }

    @Override
    public long bytesMoved() {
        return (long) MOVED.getOpaque(this);
    }

    /** So many more bytes have moved. */
    void moved(int bytes) {
        MOVED.setOpaque(this, moved + bytes);
    }

    /** Nothing more is begun, and the kernel is asked to give up what it has; the sink is told after that has ended. */
    @Override
    public void cancel() {
        cancelled = true;
        lookForCancel();
    }

    /** Has the engine see that this was cancelled. */
    void lookForCancel() {
        lane.cancelled();
    }

    @Override
    public void close() {}

    // ---- the engine's

    /** Whether there is something to begin. */
    boolean hasMore() {
        return !isStopped() && (place < columns.count() || (syncs >= 0 && syncs < files.length));
    }

    /** Whether what would be begun next is a copy, which plain calls do; only when there is more. */
    boolean isNextCopied() {
        return place < columns.count() && sequence.file(place).isCopied(toFile);
    }

    /** Whether the post will not be carried on. */
    boolean isStopped() {
        return death != null || isCancelled();
    }

    private boolean isCancelled() {
        return cancelled || (bounce != null && bounce.isCancelled());
    }

    /** Puts the next part, or several small descriptors, or a sync into an op; only when there is more. */
    void begin(Op op) {
        inFlight++;
        if (place == columns.count()) {
            op.sync(this, files[syncs], durable);
            nextSync();
            return;
        }
        int i = place;
        written[sequence.fileIndex(i)] = true;
        op.move(this, sequence.file(i), toFile);
        long rest = sequence.length(i) - position;
        if (rest > PART || position > 0 || rest > SMALL) {
            beginPart(op, i, (int) Math.min(PART, rest));
        } else {
            beginMany(op, i);
        }
    }

    private void beginPart(Op op, int i, int bytes) {
        long memory = sequence.address(i) + position;
        op.range(i, 1, position, memory, sequence.offset(i) + position, bytes);
        op.memory(true, buffer(i, memory, bytes));
        position += bytes;
        if (position == sequence.length(i) || (failures != null && failures.isLast(i))) {
            nextPlace();
        }
    }

    /** Takes this descriptor and those after it that continue it in the file, wherever they lie in memory. */
    private void beginMany(Op op, int i) {
        long bytes = sequence.length(i);
        boolean flat = true;
        int count = 1;
        nextPlace();
        while (place == i + count && count < Op.PIECES && isContinued(i, bytes)) {
            boolean onePiece = flat && isContinuedInMemory(i, bytes);
            if (!onePiece && !op.canScatter()) {
                break;
            }
            flat = onePiece;
            bytes += sequence.length(place);
            count++;
            nextPlace();
        }
        op.range(i, count, 0, sequence.address(i), sequence.offset(i), (int) bytes);
        op.memory(flat, flat ? buffer(i, sequence.address(i), (int) bytes) : -1);
    }

    private boolean isContinued(int i, long bytes) {
        return place < columns.count()
                && sequence.offset(place) == sequence.offset(i) + bytes
                && sequence.length(place) <= Math.min(SMALL, PART - bytes)
                && sequence.fileIndex(place) == sequence.fileIndex(i);
    }

    private boolean isContinuedInMemory(int i, long bytes) {
        return sequence.address(place) == sequence.address(i) + bytes && sequence.memory(place) == sequence.memory(i);
    }

    private int buffer(int i, long address, int bytes) {
        return ring < 0 ? -1 : sequence.memory(i).buffer(ring, address, bytes);
    }

    /** Turns to the next descriptor that has bytes. */
    private void nextPlace() {
        position = 0;
        do {
            place++;
        } while (place < columns.count() && sequence.length(place) == 0);
    }

    private void nextSync() {
        do {
            syncs++;
        } while (syncs < files.length && !written[syncs]);
    }

    /** Keeps a failure; the other descriptors go on. */
    void failed(int place, long at, int why) {
        if (bounce != null && at >= bounce.needed(sequence.column(place))) {
            return; // a block that the end of the file cuts, behind what was asked for
        }
        if (failures == null) {
            failures = new Failures();
        }
        failures.add(place, at, why);
    }

    /** Notes that an op gave up with bytes left, since the post is stopped. */
    void cutShort(int place, long at) {
        failed(place, at, Fault.CUT_SHORT);
    }

    /** Keeps that a file could not be synced. */
    void syncFailed(FileRegion file, int why) {
        unsynced = file;
        syncFault = why;
    }

    /**
     * Begins nothing more, since the engine ends.
     *
     * @param cause what it died of; null when it is closed
     */
    void stop(@Nullable String cause) {
        if (cause == null) {
            cancelled = true;
        } else {
            death = cause;
        }
    }

    /** Notes that one op has ended; true when that was the last, and the post can be finished. */
    boolean endsWithOneOpLess() {
        inFlight--;
        return !scheduled && isOver();
    }

    /** Whether the writes have ended and the syncs are to begin; true once. */
    boolean turnsToSyncs() {
        if (durable == Durable.NO || syncs >= 0 || inFlight > 0 || place < columns.count() || isStopped()) {
            return false;
        }
        nextSync();
        return syncs < files.length;
    }

    /** Whether nothing moves any more and nothing will. */
    boolean isOver() {
        return inFlight == 0 && !hasMore();
    }

    /** Whether all has gone well, at the end. */
    boolean hasSucceeded() {
        return place == columns.count()
                && (failures == null || failures.isEmpty())
                && syncFault == 0
                && (durable == Durable.NO || syncs == files.length);
    }

    /** Tells the sink. Holds no lock; runs the application's callbacks. */
    void finish() {
        try {
            tell();
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "a completion sink threw, which it must not; the post has ended", e);
        }
    }

    private void tell() {
        String cause = death;
        Failures bad = failures;
        int first = bad == null ? -1 : bad.foremost(sequence);
        if (bad != null && first >= 0) {
            noteAll(bad);
            int at = bad.place(first);
            FileRegion file = sequence.file(at);
            int i = sequence.column(at);
            Fault.report(completion, columns, file, sequence.offset(at), toFile, i, bad.done(first), bad.why(first));
        } else if (syncFault != 0) {
            Fault.reportSync(completion, Objects.requireNonNull(unsynced), syncFault);
        } else if (hasSucceeded()) {
            completion.complete(Status.SUCCESS);
        } else if (cause != null && !isCancelled()) {
            completion.fail(Status.BACKEND, -1, cause, null, "close the agent and make a new one");
        } else {
            completion.complete(Status.CANCELED);
        }
    }

    /** Says for each descriptor that failed how far it came, and why, as long as somebody wants to know that. */
    private void noteAll(Failures bad) {
        boolean heard = true;
        for (int entry = 0; entry < bad.count(); entry++) {
            int at = bad.place(entry);
            int i = sequence.column(at);
            if (bad.why(entry) == Fault.CUT_SHORT) {
                continue;
            }
            if (heard) {
                FileRegion file = sequence.file(at);
                heard = Fault.note(completion, file, sequence.offset(at), toFile, i, bad.done(entry), bad.why(entry));
            } else {
                completion.fault(i, bad.done(entry), "", null);
            }
        }
    }

    // ---- after the end

    /** Bytes of a descriptor that were moved for certain, from its beginning on; once the post has ended. */
    long bytesDone(int index) {
        int at = sequence.place(index);
        int entry = failures == null ? -1 : failures.find(at);
        if (failures != null && entry >= 0) {
            return failures.done(entry);
        }
        if (at == place) {
            return position;
        }
        return at < place ? sequence.length(at) : 0;
    }

    /** Why a descriptor has not all its bytes: an errno or a constant of {@link Fault}; 0 when it has. */
    int why(int index) {
        int at = sequence.place(index);
        int entry = failures == null ? -1 : failures.find(at);
        if (failures != null && entry >= 0) {
            return failures.why(entry);
        }
        return at < place || sequence.length(at) == 0 ? 0 : Fault.CUT_SHORT;
    }
}
