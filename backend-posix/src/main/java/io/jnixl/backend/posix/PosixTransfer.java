// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

import io.jnixl.api.Status;
import io.jnixl.spi.BackendTransfer;
import io.jnixl.spi.CompletionSink;
import io.jnixl.spi.TransferColumns;
import io.jnixl.spi.TransferRequest;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * A transfer and the life of its post: checked, queued, cut into {@link Op}s one after the other, ended.
 *
 * <p>From {@link Engine#submit} on it belongs to the engine, one thread at a time, until {@link #finish} has told the
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

    /** The link of the list that this is in. */
    @Nullable
    PosixTransfer next;

    /** Whether it is in the schedule, where it must not be finished. */
    boolean scheduled;

    private final Engine engine;
    private final TransferColumns columns;
    private final CompletionSink completion;
    private final FileRegion[] files;
    private final boolean fileIsRemote;
    private final boolean toFile;
    private final boolean aligned;
    private volatile boolean cancelled;

    /** Bytes that the kernel has moved, for those who watch; the engine's, one thread at a time. */
    private long moved;

    private int column;
    private long position;
    private int inFlight;
    private boolean cut;
    private int faultColumn;
    private long faultPosition;
    private int fault;
    private @Nullable String death;

    /** One of the two sides holds these files and the other host memory. */
    PosixTransfer(Engine engine, TransferRequest request, FileRegion[] files, boolean fileIsRemote, boolean toFile) {
        this.engine = engine;
        this.columns = request.columns();
        this.completion = request.completion();
        this.files = files;
        this.fileIsRemote = fileIsRemote;
        this.toFile = toFile;
        boolean direct = false;
        for (FileRegion file : files) {
            direct |= file.offsetAlignment() > 1 || file.memoryAlignment() > 1;
        }
        this.aligned = direct;
    }

    // ---- the agent's calls

    @Override
    public Status post() {
        if (!check()) {
            return Status.IN_PROGRESS; // the sink knows
        }
        cancelled = false;
        MOVED.setOpaque(this, 0L);
        column = -1;
        position = 0;
        inFlight = 0;
        cut = false;
        fault = 0;
        death = null;
        nextColumn();
        if (column == columns.count()) {
            return Status.SUCCESS;
        }
        engine.submit(this);
        return Status.IN_PROGRESS;
    }

    /** Looks at every descriptor before the first byte moves; some nanoseconds each. */
    private boolean check() {
        int count = columns.count();
        for (int i = 0; i < count; i++) {
            long offset = offset(i);
            long length = columns.length(i);
            if (offset < 0 || length < 0 || offset > Long.MAX_VALUE - length) {
                Fault.reportRange(completion, columns, file(i), offset, i);
                return false;
            }
            if (aligned && !isAligned(file(i), offset | length, address(i))) {
                Fault.reportAlignment(completion, columns, file(i), offset, address(i), i);
                return false;
            }
        }
        return true;
    }

    private static boolean isAligned(FileRegion file, long offsets, long address) {
        return ((offsets & (file.offsetAlignment() - 1)) | (address & (file.memoryAlignment() - 1))) == 0;
    }

    private long offset(int i) {
        return fileIsRemote ? columns.remoteAddress(i) : columns.localAddress(i);
    }

    private long address(int i) {
        return fileIsRemote ? columns.localAddress(i) : columns.remoteAddress(i);
    }

    private FileRegion file(int i) {
        return files[fileIsRemote ? columns.remoteRegion(i) : columns.localRegion(i)];
    }

    /** Nothing more is begun; what the kernel has ends by itself, soon, and the sink is told after it. */
    @Override
    public void cancel() {
        cancelled = true;
    }

    @Override
    public long bytesMoved() {
        return (long) MOVED.getOpaque(this);
    }

    @Override
    public void close() {}

    // ---- the engine's

    /** So many more bytes have moved. */
    void moved(int bytes) {
        MOVED.setOpaque(this, moved + bytes);
    }

    /** Whether there is something to begin. */
    boolean hasMore() {
        return column < columns.count() && !isStopped();
    }

    /** Whether the post will not be carried on. */
    boolean isStopped() {
        return cancelled || fault != 0 || death != null;
    }

    /** Puts the next part into an op; only when there is more. */
    void begin(Op op) {
        int i = column;
        int bytes = (int) Math.min(PART, columns.length(i) - position);
        op.set(this, file(i), toFile, i, position, address(i) + position, offset(i) + position, bytes);
        inFlight++;
        position += bytes;
        if (position == columns.length(i)) {
            nextColumn();
        }
    }

    /** Turns to the next descriptor that has bytes. */
    private void nextColumn() {
        position = 0;
        do {
            column++;
        } while (column < columns.count() && columns.length(column) == 0);
    }

    /** Whether a part under way is to be carried on: after a failure, what lies before it is, so that it may fail too. */
    boolean wants(int index, long at) {
        return !cancelled && death == null && (fault == 0 || isBeforeFault(index, at));
    }

    private boolean isBeforeFault(int index, long at) {
        return index < faultColumn || (index == faultColumn && at < faultPosition);
    }

    /** Keeps the foremost failure; all before it moves. */
    void failed(int index, long at, int why) {
        if (fault == 0 || isBeforeFault(index, at)) {
            faultColumn = index;
            faultPosition = at;
            fault = why;
        }
    }

    /** Notes that an op gave up with bytes left, since the post is stopped. */
    void cutShort() {
        cut = true;
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

    /** Whether nothing moves any more and nothing will. */
    boolean isOver() {
        return inFlight == 0 && !hasMore();
    }

    /** Tells the sink. Holds no lock; runs the application's callbacks. */
    void finish() {
        String cause = death;
        boolean complete = column == columns.count() && !cut;
        try {
            if (fault != 0) {
                Fault.report(
                        completion,
                        columns,
                        file(faultColumn),
                        offset(faultColumn),
                        toFile,
                        faultColumn,
                        faultPosition,
                        fault);
            } else if (complete) {
                completion.complete(Status.SUCCESS);
            } else if (cause != null && !cancelled) {
                completion.fail(Status.BACKEND, -1, cause, null, "close the agent and make a new one");
            } else {
                completion.complete(Status.CANCELED);
            }
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "a completion sink threw, which it must not; the post has ended", e);
        }
    }
}
