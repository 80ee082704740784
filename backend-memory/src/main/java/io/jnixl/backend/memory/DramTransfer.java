// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.memory;

import io.jnixl.api.Operation;
import io.jnixl.api.Status;
import io.jnixl.spi.TransferColumns;
import io.jnixl.spi.TransferRequest;
import java.lang.foreign.MemorySegment;

/** Copies between host memories. Allocates nothing as long as nothing fails. */
final class DramTransfer extends MemoryTransfer {
    private final DramRegion[] local;
    private final DramRegion[] remote;
    private final boolean write;

    DramTransfer(
            MemoryBackend backend, MemoryPeer peer, TransferRequest request, DramRegion[] local, DramRegion[] remote) {
        super(backend, peer, request);
        this.local = local;
        this.remote = remote;
        this.write = request.operation() == Operation.WRITE;
    }

    @Override
    Workers workers() {
        return backend().copyWorkers();
    }

    @Override
    Status move() {
        int count = columns().count();
        for (int i = 0; i < count; i++) {
            Status status = begin(i);
            if (status == Status.IN_PROGRESS) {
                status = write ? write(i) : read(i);
            }
            if (status != Status.IN_PROGRESS) {
                return status;
            }
        }
        return Status.SUCCESS;
    }

    private Status write(int i) {
        TransferColumns c = columns();
        DramRegion far = remote[c.remoteRegion(i)];
        return copy(local[c.localRegion(i)], c.localAddress(i), far, c.remoteAddress(i), c.length(i), far);
    }

    private Status read(int i) {
        TransferColumns c = columns();
        DramRegion far = remote[c.remoteRegion(i)];
        return copy(far, c.remoteAddress(i), local[c.localRegion(i)], c.localAddress(i), c.length(i), far);
    }

    /** Moves one descriptor in chunks, and from the end when its own target would overwrite what is still to be read. */
    private Status copy(DramRegion from, long fromAddress, DramRegion to, long toAddress, long length, DramRegion far) {
        MemorySegment source = from.segment();
        MemorySegment target = to.segment();
        long sourceOffset = fromAddress - from.address();
        long targetOffset = toAddress - to.address();
        boolean backwards = Long.compareUnsigned(toAddress - fromAddress, length) < 0;
        while (moved() < length) {
            long bytes = Math.min(chunk(), length - moved());
            long at = backwards ? length - moved() - bytes : moved();
            hold(far);
            MemorySegment.copy(source, sourceOffset + at, target, targetOffset + at, bytes);
            Status status = advance(bytes);
            if (status != Status.IN_PROGRESS) {
                return status;
            }
        }
        return Status.IN_PROGRESS;
    }
}
