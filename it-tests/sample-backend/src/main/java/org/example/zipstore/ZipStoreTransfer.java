// SPDX-License-Identifier: Apache-2.0
package org.example.zipstore;

import io.jnixl.api.Operation;
import io.jnixl.api.Status;
import io.jnixl.spi.BackendTransfer;
import io.jnixl.spi.TransferColumns;
import io.jnixl.spi.TransferRequest;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A transfer. Posting puts it into the queue of the workers, and the one that takes it moves everything and reports the end. The
 * agent sees to it that posts do not overlap and that the columns stand still during one.
 */
final class ZipStoreTransfer implements BackendTransfer {
    /** The next one in the queue; the queue's. */
    ZipStoreTransfer next;

    private final TransferRequest request;
    private final TransferColumns columns;
    private final ZipStoreBackend.Memory[] local;
    private final StoredObject[] remote;
    private final Workers workers;
    private volatile boolean cancelled;
    private volatile long moved;

    // Where the worker is.
    private int column;
    private long done;

    ZipStoreTransfer(TransferRequest request, ZipStoreBackend.Memory[] local, StoredObject[] remote, Workers workers) {
        this.request = request;
        columns = request.columns();
        this.local = local;
        this.remote = remote;
        this.workers = workers;
    }

    @Override
    public Status post() {
        moved = 0;
        cancelled = false;
        return workers.add(this) ? Status.IN_PROGRESS : Status.CANCELED;
    }

    @Override
    public long bytesMoved() {
        return moved;
    }

    /** The worker reports the end as ever: only it knows when the memory is quiet. */
    @Override
    public void cancel() {
        cancelled = true;
    }

    @Override
    public void close() {}

    /** The worker's part: moves everything, then reports once, as the very last thing. */
    void run(Chunk chunk) {
        column = 0;
        done = 0;
        int begun = 0;
        try {
            while (skipMoved() && !cancelled && !workers.isClosed()) {
                begun = column;
                moveOneChunk(chunk);
            }
        } catch (IOException | RuntimeException | Error e) { // whatever it is, somebody waits for the report
            String key = remote[columns.remoteRegion(begun)].key();
            request.completion().fail(Status.BACKEND, begun, "object " + key + ": " + e, null, null);
            return;
        }
        request.completion().complete(column == columns.count() ? Status.SUCCESS : Status.CANCELED);
    }

    /** Reports the end without having moved anything. */
    void abandon() {
        request.completion().complete(Status.CANCELED);
    }

    /** Goes on to the next byte to move; false when there is none. */
    private boolean skipMoved() {
        while (column < columns.count() && done == columns.length(column)) {
            column++;
            done = 0;
        }
        return column < columns.count();
    }

    private StoredObject object() {
        return remote[columns.remoteRegion(column)];
    }

    private long offset() {
        return columns.remoteAddress(column) + done;
    }

    /** All that comes next and lies in one chunk: it is compressed once, however many descriptors that are. */
    private void moveOneChunk(Chunk chunk) throws IOException {
        StoredObject object = object();
        long number = offset() / Chunk.BYTES;
        long bytes = 0;
        synchronized (object.lock(number)) {
            load(chunk, object, number);
            do {
                bytes += movePiece(chunk);
            } while (skipMoved() && object() == object && offset() / Chunk.BYTES == number);
            if (request.operation() == Operation.WRITE) {
                chunk.store(object.file(number));
            }
        }
        moved += bytes;
    }

    private void load(Chunk chunk, StoredObject object, long number) throws IOException {
        boolean write = request.operation() == Operation.WRITE;
        boolean replaced = write && offset() % Chunk.BYTES == 0 && columns.length(column) - done >= Chunk.BYTES;
        if (replaced || chunk.load(object.file(number))) {
            return;
        }
        if (!write) {
            throw new IOException("nothing was ever written from offset " + number * Chunk.BYTES + " to "
                    + ((number + 1) * Chunk.BYTES - 1));
        }
        chunk.clear();
    }

    /** The part of the present descriptor that lies in the chunk. */
    private long movePiece(Chunk chunk) {
        int from = (int) (offset() % Chunk.BYTES);
        int bytes = (int) Math.min(columns.length(column) - done, Chunk.BYTES - from);
        MemorySegment memory = local[columns.localRegion(column)].segment();
        long at = columns.localAddress(column) - memory.address() + done;
        if (request.operation() == Operation.WRITE) {
            MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, at, chunk.bytes(), from, bytes);
        } else {
            MemorySegment.copy(chunk.bytes(), from, memory, ValueLayout.JAVA_BYTE, at, bytes);
        }
        done += bytes;
        return bytes;
    }
}
