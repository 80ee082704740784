// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.memory;

import io.jnixl.api.Status;
import io.jnixl.spi.BackendTransfer;
import io.jnixl.spi.CompletionSink;
import io.jnixl.spi.NotificationBuffer;
import io.jnixl.spi.TransferColumns;
import io.jnixl.spi.TransferRequest;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * A transfer and the life of its post: queued, moving, perhaps waiting for room in the target's sink, ended.
 *
 * <p>One thread at a time has it in hand: the poster until it is queued, then a worker, then whoever takes it out of the
 * outbox. Once {@link #finish} has told the completion sink, it may have been posted again and is not touched any more.
 * An exception concerns this post; an {@link Error} is passed on and ends the worker.
 */
abstract sealed class MemoryTransfer implements BackendTransfer permits DramTransfer, FileTransfer {
    private static final System.Logger LOG = System.getLogger(MemoryTransfer.class.getName());

    private static final VarHandle TOTAL;

    static {
        try {
            TOTAL = MethodHandles.lookup().findVarHandle(MemoryTransfer.class, "total", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** What a descriptor costs besides its bytes, in bytes, so that many small ones use up a chunk too. */
    private static final long DESCRIPTOR_COST = 64;

    /** The link of the list that this is in. */
    @Nullable
    MemoryTransfer next;

    private final MemoryBackend backend;
    private final MemoryPeer peer;
    private final TransferColumns columns;
    private final NotificationBuffer notification;
    private final CompletionSink completion;
    private final MessageSlices message;
    private final long chunk;
    private volatile boolean active;
    private volatile boolean cancelled;

    private int column;
    private long moved;

    /** Bytes of all descriptors, for those who watch; written by whoever has the transfer in hand. */
    private long total;

    private long budget;
    private @Nullable Region held;
    private Status outcome = Status.NOT_POSTED;
    private @Nullable TransferFault fault;

    MemoryTransfer(MemoryBackend backend, MemoryPeer peer, TransferRequest request) {
        this.backend = backend;
        this.peer = peer;
        this.columns = request.columns();
        this.notification = request.notification();
        this.completion = request.completion();
        this.message = new MessageSlices(notification);
        this.chunk = backend.chunk();
    }

    /** The threads that do this kind of work. */
    abstract Workers workers();

    /** Moves all descriptors, each begun with {@link #begin} and carried on with {@link #advance}. */
    abstract Status move() throws IOException;

    final MemoryBackend backend() {
        return backend;
    }

    final MemoryPeer peer() {
        return peer;
    }

    final TransferColumns columns() {
        return columns;
    }

    /** The most bytes to move at once. */
    final long chunk() {
        return chunk;
    }

    // ---- the agent's calls

    @Override
    public final Status post() {
        TOTAL.setOpaque(this, 0L); // first: what fails here has moved nothing
        if (peer.isGone()) {
            return backend.isClosing() ? Status.CANCELED : Status.REMOTE_DISCONNECT;
        }
        cancelled = false;
        active = true;
        if (workers().submit(this)) {
            return Status.IN_PROGRESS;
        }
        active = false;
        return backend.isClosing() ? Status.CANCELED : Status.BACKEND;
    }

    @Override
    public final void cancel() {
        if (active) {
            cancelled = true;
            backend.outbox().noteCancel();
        }
    }

    @Override
    public final long bytesMoved() {
        return (long) TOTAL.getOpaque(this);
    }

    final boolean isCancelled() {
        return cancelled;
    }

    @Override
    public void close() {}

    // ---- the worker's

    /** Runs a post that was taken from the queue. */
    final void run() {
        Status status;
        try {
            status = attempt();
        } catch (Error e) {
            failBeforeDeath(e);
            throw e;
        }
        if (status != Status.IN_PROGRESS) {
            finish(status);
        }
    }

    private Status attempt() {
        try {
            Status status = moveAll();
            if (status != Status.SUCCESS || !notification.isPresent()) {
                return status;
            }
            column = -1;
            // The bytes before the message, whatever the sink synchronises with.
            VarHandle.releaseFence();
            return backend.outbox().deliver(this);
        } catch (Exception | InternalError e) { // InternalError: a mapped file was truncated
            return failed(e);
        }
    }

    private Status moveAll() throws IOException {
        try {
            column = -1;
            moved = 0;
            budget = chunk;
            Status status = stop();
            return status == Status.IN_PROGRESS ? move() : status;
        } finally {
            letGo();
        }
    }

    /** IN_PROGRESS to go on; otherwise the end of this post. */
    final Status stop() {
        if (cancelled) {
            return Status.CANCELED;
        }
        Status own = backend.stop();
        return own == Status.IN_PROGRESS && peer.isGone() ? Status.REMOTE_DISCONNECT : own;
    }

    /** Turns to the next descriptor. IN_PROGRESS to go on. */
    final Status begin(int index) {
        column = index;
        moved = 0;
        return stop();
    }

    /** Bytes of the present descriptor moved so far. */
    final long moved() {
        return moved;
    }

    /** Goes in at the far region, unless inside already. */
    final void hold(Region region) {
        if (region == held) {
            return;
        }
        letGo();
        if (!region.gate().enter()) {
            throw new TransferFault(
                    peer.isGone() ? Status.REMOTE_DISCONNECT : Status.NOT_FOUND,
                    column,
                    "agent \"" + peer.name() + "\" deregistered its " + region,
                    "load the peer's metadata again and prepare the transfer again");
        }
        held = region;
    }

    private void letGo() {
        Region region = held;
        if (region != null) {
            held = null;
            region.gate().leave();
        }
    }

    /**
     * Counts bytes that were moved. Once a chunk is used up, lets go of the far region, so that its owner need not wait
     * longer, and sees to what waits in the outbox. IN_PROGRESS to go on.
     */
    final Status advance(long bytes) {
        moved += bytes;
        TOTAL.setOpaque(this, total + bytes);
        budget -= bytes + DESCRIPTOR_COST;
        if (budget > 0) {
            return Status.IN_PROGRESS;
        }
        budget = chunk;
        letGo();
        backend.outbox().sweepIfDue();
        return stop();
    }

    // ---- the outbox's, with its lock held

    /** Offers the message to the peer; NOT_ALLOWED when it has no room. */
    final Status offer() {
        return peer.offer(message.message());
    }

    /** Looks whether a post that waits for room can end now. */
    final boolean decide() {
        Status status;
        try {
            status = stop();
            if (status == Status.IN_PROGRESS) {
                status = offer();
            }
        } catch (RuntimeException e) {
            status = failed(e);
        }
        outcome = status;
        return status != Status.NOT_ALLOWED;
    }

    final void decideCancelled() {
        outcome = Status.CANCELED;
    }

    // ---- the end; no lock held

    final void finishAsDecided() {
        finish(outcome);
    }

    /** Ends a post that will not be carried on since its backend has stopped. */
    final void abandon() {
        Status status;
        try {
            status = stop();
        } catch (TransferFault e) {
            status = failed(e);
        }
        try {
            finish(status);
        } catch (Error e) { // the others must be ended too
            LOG.log(System.Logger.Level.ERROR, "a completion sink failed", e);
        }
    }

    private void failBeforeDeath(Error e) {
        try {
            finish(failed(e));
        } catch (Error again) {
            e.addSuppressed(again);
        }
    }

    private Status failed(Throwable e) {
        TransferFault found = e instanceof TransferFault f
                ? f
                : new TransferFault(Status.BACKEND, column, progress() + describe(e), remedy(e));
        fault = found;
        return found.status();
    }

    private String progress() {
        if (column < 0) {
            return "all bytes moved, then the notification failed: ";
        }
        return "after " + moved + " of " + columns.length(column) + " bytes (local 0x"
                + Long.toHexString(columns.localAddress(column)) + ", remote 0x"
                + Long.toHexString(columns.remoteAddress(column)) + "): ";
    }

    private static String describe(Throwable e) {
        String text = e.getMessage();
        return e.getClass().getSimpleName() + (text == null ? "" : ": " + text);
    }

    private static @Nullable String remedy(Throwable e) {
        return switch (e) {
            case IllegalStateException _ -> "keep the arena open until the registration is closed";
            case InternalError _ -> "do not truncate a mapped file while it is registered";
            default -> null;
        };
    }

    private void finish(Status status) {
        TransferFault found = fault;
        fault = null;
        active = false;
        try {
            if (found == null) {
                completion.complete(status);
            } else {
                completion.fail(found.status(), found.column(), found.message(), null, found.remedy());
            }
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "a completion sink threw, which it must not; the post has ended", e);
        }
    }
}
