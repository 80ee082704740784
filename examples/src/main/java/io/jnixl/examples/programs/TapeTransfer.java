// SPDX-License-Identifier: Apache-2.0
package io.jnixl.examples.programs;

import io.jnixl.api.Operation;
import io.jnixl.api.Status;
import io.jnixl.spi.BackendTransfer;
import io.jnixl.spi.TransferColumns;
import io.jnixl.spi.TransferRequest;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/**
 * A transfer: posting puts it into the robot's queue, and the robot reports the end. The agent sees to it that posts do not
 * overlap, that nobody changes the columns during one, and that {@code cancel} comes after {@code post} has returned.
 */
final class TapeTransfer implements BackendTransfer {
    /** How much is moved between two looks at {@link #cancelled}. */
    private static final long CHUNK = 1 << 20;

    /** The one behind in the robot's queue; the robot's. */
    @Nullable
    TapeTransfer next;

    private final TransferRequest request;
    private final TransferColumns columns;
    private final TapeBackend.Memory[] local;
    private final TapeBackend.TapeObject[] remote;
    private final TapeRobot robot;
    private volatile boolean cancelled;

    TapeTransfer(
            TransferRequest request, TapeBackend.Memory[] local, TapeBackend.TapeObject[] remote, TapeRobot robot) {
        this.request = request;
        this.columns = request.columns();
        this.local = local;
        this.remote = remote;
        this.robot = robot;
    }

    /** Allocates nothing and waits for nothing but the queue's lock. */
    @Override
    public Status post() {
        cancelled = false;
        return robot.add(this) ? Status.IN_PROGRESS : Status.CANCELED;
    }

    /** Tells the robot, which reports the end as ever: only it knows when the memory is quiet. */
    @Override
    public void cancel() {
        cancelled = true;
    }

    /** Called with no post in flight. */
    @Override
    public void close() {}

    /** The robot's part: moves everything, then reports once, as the very last thing. */
    void run() {
        int column = 0;
        try {
            while (column < columns.count() && move(column)) {
                column++;
            }
        } catch (IOException | RuntimeException | Error e) { // whatever it is, somebody waits for the report
            request.completion().fail(Status.BACKEND, column, describe(column, e), null, null);
            return;
        }
        request.completion().complete(column == columns.count() ? Status.SUCCESS : Status.CANCELED);
    }

    /** Reports the end without having moved anything. */
    void abandon() {
        request.completion().complete(Status.CANCELED);
    }

    /** Moves one descriptor; false when it was cancelled before the end. */
    private boolean move(int i) throws IOException {
        MemorySegment memory = local[columns.localRegion(i)].segment();
        FileChannel object = remote[columns.remoteRegion(i)].channel();
        long offset = columns.localAddress(i) - memory.address();
        long done = 0;
        while (done < columns.length(i)) {
            if (cancelled) {
                return false;
            }
            long bytes = Math.min(CHUNK, columns.length(i) - done);
            ByteBuffer chunk = memory.asSlice(offset + done, bytes).asByteBuffer();
            done += request.operation() == Operation.WRITE
                    ? object.write(chunk, columns.remoteAddress(i) + done)
                    : read(object, chunk, columns.remoteAddress(i) + done);
        }
        return true;
    }

    private static int read(FileChannel object, ByteBuffer chunk, long offset) throws IOException {
        int bytes = object.read(chunk, offset);
        if (bytes < 0) {
            throw new EOFException("the object ends at " + object.size() + ", before offset " + offset);
        }
        return bytes;
    }

    private String describe(int i, Throwable e) {
        return "object " + remote[columns.remoteRegion(i)].key() + ": " + e;
    }
}
