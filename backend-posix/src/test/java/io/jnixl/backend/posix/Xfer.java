// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

import io.jnixl.api.Operation;
import io.jnixl.api.Status;
import io.jnixl.spi.BackendTransfer;
import io.jnixl.spi.NotificationBuffer;
import io.jnixl.spi.RegisteredMemory;
import io.jnixl.spi.TransferColumns;
import io.jnixl.spi.TransferRequest;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;

/** A transfer with all that the agent would own of it. */
final class Xfer {
    final TransferColumns columns;
    final Outcome outcome = new Outcome();
    final BackendTransfer transfer;
    private int posts;

    Xfer(
            TestAgent agent,
            Operation operation,
            List<RegisteredMemory> local,
            List<RegisteredMemory> remote,
            int capacity,
            Map<String, String> options) {
        columns = new TransferColumns(capacity);
        transfer = agent.backend()
                .prepare(new TransferRequest(
                        operation, columns, local, List.copyOf(remote), null, new None(), outcome, options));
    }

    static final class None implements NotificationBuffer {
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

    /** Of one that is not pieced together from others. */
    PosixTransfer posix() {
        return (PosixTransfer) transfer;
    }

    /** Adds a descriptor. */
    Xfer add(long local, long remote, long bytes) {
        return add(local, remote, 0, bytes);
    }

    /** Adds a descriptor of one of several remote regions. */
    Xfer add(long local, long remote, int region, long bytes) {
        columns.add(local, 0, remote, region, bytes, columns.count(), false);
        return this;
    }

    Xfer clear() {
        columns.clear();
        return this;
    }

    /** Posts and does not wait. */
    Xfer post() {
        posts++;
        Status status = transfer.post();
        if (status == Status.SUCCESS) {
            outcome.complete(status); // as the agent does
        } else if (status != Status.IN_PROGRESS) {
            throw new AssertionError("post answered " + status);
        }
        return this;
    }

    /** Waits for the end of the last post by driving the backend. */
    Status drive() {
        while (outcome.ends() < posts) {
            if (!transfer.drive(Long.MAX_VALUE)) {
                throw new AssertionError("not driven");
            }
            Thread.onSpinWait();
        }
        return end();
    }

    /** Waits for the end of the last post. */
    Status end() {
        Status status = outcome.await(posts);
        if (outcome.ends() != posts) {
            throw new AssertionError(outcome.ends() + " ends of " + posts + " posts");
        }
        return status;
    }
}
