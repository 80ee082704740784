// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.gds;

import io.jnixl.api.Status;
import io.jnixl.spi.BackendTransfer;
import io.jnixl.spi.CompletionSink;
import io.jnixl.spi.TransferColumns;
import io.jnixl.spi.TransferRequest;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * A transfer and the life of its post: checked, queued, cut into {@link Load}s one after the other, ended.
 *
 * <p>From {@link Workers#submit} on what it knows of its progress is guarded by the workers' lock, until {@link #finish} has told
 * the completion sink: then it may have been posted again and is not touched any more.
 */
final class GdsTransfer implements BackendTransfer {
    private static final System.Logger LOG = System.getLogger(GdsTransfer.class.getName());
    private static final VarHandle MOVED;

    static {
        try {
            MOVED = MethodHandles.lookup().findVarHandle(GdsTransfer.class, "moved", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** The link of the list that this is in. */
    @Nullable
    GdsTransfer next;

    /** Whether it is in the schedule, where it must not be finished. */
    boolean scheduled;

    private final GdsBackend backend;
    private final TransferColumns columns;
    private final CompletionSink completion;
    private final BufferRegion[] memories;
    private final FileRegion[] files;
    private final boolean fileIsRemote;
    private final boolean toFile;
    private volatile boolean cancelled;
    private volatile @Nullable String death;

    /** Bytes that have moved, for those who watch. */
    private long moved;

    private int place;
    private long position;
    private int inFlight;
    private @Nullable Failures failures;

    /** Whether there was no memory to note a failure. */
    private boolean unnoted;

    /**
     * One of the two sides holds these files and the other this memory.
     *
     * @param fileIsRemote whether the far side holds the files
     * @param toFile whether they are written
     */
    GdsTransfer(
            GdsBackend backend,
            TransferRequest request,
            BufferRegion[] memories,
            FileRegion[] files,
            boolean fileIsRemote,
            boolean toFile) {
        this.backend = backend;
        this.columns = request.columns();
        this.completion = request.completion();
        this.memories = memories;
        this.files = files;
        this.fileIsRemote = fileIsRemote;
        this.toFile = toFile;
    }

    // ---- the descriptors

    /** Whether files are written. */
    boolean isWrite() {
        return toFile;
    }

    FileRegion file(int column) {
        return files[fileIsRemote ? columns.remoteRegion(column) : columns.localRegion(column)];
    }

    private BufferRegion memory(int column) {
        return memories[fileIsRemote ? columns.localRegion(column) : columns.remoteRegion(column)];
    }

    /** Where in its file a descriptor begins. */
    long offset(int column) {
        return fileIsRemote ? columns.remoteAddress(column) : columns.localAddress(column);
    }

    private long address(int column) {
        return fileIsRemote ? columns.localAddress(column) : columns.remoteAddress(column);
    }

    long length(int column) {
        return columns.length(column);
    }

    // ---- the agent's calls

    @Override
    public Status post() {
        MOVED.setOpaque(this, 0L);
        if (!check()) {
            return Status.IN_PROGRESS; // the sink knows
        }
        begin();
        return place == columns.count() ? Status.SUCCESS : backend.workers().submit(this);
    }

    /** Looks at every descriptor before the first byte moves. */
    private boolean check() {
        for (int i = 0; i < columns.count(); i++) {
            long offset = offset(i);
            long length = columns.length(i);
            if (offset < 0 || length < 0 || offset > Long.MAX_VALUE - length) {
                completion.fail(
                        Status.INVALID_PARAM,
                        i,
                        length + " bytes at offset " + Long.toUnsignedString(offset) + " of " + file(i)
                                + " end past the largest file",
                        null,
                        "offsets and ends of files are below 2^63");
                return false;
            }
        }
        return true;
    }

    /** Starts anew, at the first descriptor that has bytes. */
    void begin() {
        cancelled = false;
        death = null;
        place = -1;
        inFlight = 0;
        unnoted = false;
        if (failures != null) {
            failures.clear();
        }
        nextPlace();
    }

    @Override
    public long bytesMoved() {
        return (long) MOVED.getOpaque(this);
    }

    /** Nothing more is begun, and cuFile is asked to give up what it has; the sink is told after that has ended. */
    @Override
    public void cancel() {
        backend.workers().cancel(this);
    }

    @Override
    public void close() {}

    // ---- the threads'

    /** So many more bytes have moved. Any thread, without the lock. */
    void moved(long bytes) {
        var _ = (long) MOVED.getAndAdd(this, bytes);
    }

    /** Whether the post will not be carried on. Any thread, without the lock. */
    boolean isStopped() {
        return cancelled || death != null;
    }

    /** Whether there is something to begin. */
    boolean hasMore() {
        return !isStopped() && place < columns.count();
    }

    /** Fills a load, as far as there is room and one CUDA context for all; only when there is more. */
    void begin(Load load) {
        inFlight++;
        load.begin(this);
        while (place < columns.count()
                && load.hasRoom()
                && load.takes(memory(place).context())) {
            addPart(load);
        }
    }

    /**
     * Parts end where blocks of the file do: two that shared one would move at the same time, and cuFile may read, change and
     * write back a block that it is given part of.
     */
    private void addPart(Load load) {
        int i = place;
        long intoBlock = (offset(i) + position) & (GdsBackend.FILE_BLOCK - 1);
        long bytes = Math.min(backend.part() - intoBlock, columns.length(i) - position);
        BufferRegion memory = memory(i);
        Piece piece = load.add(memory.context());
        piece.aim(file(i), memory, toFile);
        piece.range(i, position, address(i) + position, offset(i) + position, bytes);
        position += bytes;
        if (position == columns.length(i)) {
            nextPlace();
        }
    }

    /** Turns to the next descriptor that has bytes. */
    private void nextPlace() {
        position = 0;
        do {
            place++;
        } while (place < columns.count() && columns.length(place) == 0);
    }

    /** Takes back a load of which nothing moves any more; true when that was the last, and the post can be finished. */
    boolean ends(Load load) {
        for (int i = 0; i < load.count(); i++) {
            Piece piece = load.piece(i);
            if (piece.why() != 0) {
                failed(piece);
            }
        }
        inFlight--;
        return isOver();
    }

    private void failed(Piece piece) {
        try {
            if (failures == null) {
                failures = new Failures();
            }
            failures.add(piece.column(), piece.position(), piece.why());
        } catch (OutOfMemoryError _) { // the post must end all the same; the sink hears that it failed
            unnoted = true;
        }
    }

    /**
     * Begins nothing more, since the threads end.
     *
     * @param cause what they died of; null when they are closed
     */
    void stop(@Nullable String cause) {
        if (cause == null) {
            cancelled = true;
        } else {
            death = cause;
        }
    }

    /** Whether nothing moves any more and nothing will. */
    boolean isOver() {
        return inFlight == 0 && !hasMore();
    }

    /**
     * Tells the sink. Holds no lock; runs the application's callbacks. The end is told whatever goes wrong with the words for it, such
     * as that there is no memory for them.
     */
    void finish() {
        Status end = Status.BACKEND;
        Report report = null;
        try {
            report = failure();
            end = report == null && !unnoted ? quietEnd() : Status.BACKEND;
        } catch (Throwable e) {
            LOG.log(System.Logger.Level.ERROR, "a post failed, and how cannot be said", e);
        }
        try {
            if (report == null) {
                completion.complete(end);
            } else {
                report.tell(completion);
            }
        } catch (Throwable e) {
            LOG.log(System.Logger.Level.ERROR, "a completion sink threw, which it must not; the post has ended", e);
        }
    }

    private Status quietEnd() {
        boolean whole = place == columns.count() && (failures == null || failures.isEmpty());
        return whole ? Status.SUCCESS : Status.CANCELED;
    }

    /** What failed; null when nothing did of itself. */
    private @Nullable Report failure() {
        Failures bad = failures;
        if (bad != null && bad.foremost() >= 0) {
            bad.settle();
            noteAll(bad);
            return Fault.report(this, bad, bad.foremost());
        }
        String cause = death;
        return cause == null || cancelled || quietEnd() == Status.SUCCESS
                ? null
                : new Report(-1, cause, null, "close the agent and make a new one");
    }

    /** Says for each descriptor that failed how far it came, and why, as long as somebody wants to know that. */
    private void noteAll(Failures bad) {
        boolean heard = true;
        for (int entry = 0; entry < bad.count(); entry++) {
            if (bad.why(entry) == Fault.CUT_SHORT) {
                continue;
            }
            if (heard) {
                heard = Fault.note(completion, this, bad, entry);
            } else {
                var _ = completion.fault(bad.column(entry), bad.done(entry), "", null);
            }
        }
    }
}
