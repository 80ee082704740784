// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.memory;

import io.jnixl.api.Operation;
import io.jnixl.api.Status;
import io.jnixl.spi.BackendPeer;
import io.jnixl.spi.BackendTransfer;
import io.jnixl.spi.RegionHandle;
import io.jnixl.spi.RegisteredMemory;
import io.jnixl.spi.TransferColumns;
import io.jnixl.spi.TransferRequest;
import java.util.List;
import java.util.Map;

/** A transfer with all that the agent would own of it. */
final class Xfer {
    final TransferColumns columns;
    final Message message = new Message();
    final Outcome outcome = new Outcome();
    final BackendTransfer transfer;
    private int posts;

    Xfer(
            TestAgent agent,
            Operation operation,
            List<RegisteredMemory> local,
            BackendPeer peer,
            List<RegionHandle> remote,
            int capacity) {
        columns = new TransferColumns(capacity);
        transfer = agent.backend()
                .prepare(new TransferRequest(operation, columns, local, remote, peer, message, outcome, Map.of()));
    }

    /** Adds a descriptor between the first regions of both sides. */
    Xfer add(long local, long remote, long bytes) {
        columns.add(local, 0, remote, 0, bytes, columns.count(), false);
        return this;
    }

    Xfer repeat(long local, long remote, long bytes, int times) {
        for (int i = 0; i < times; i++) {
            add(local, remote, bytes);
        }
        return this;
    }

    Xfer notifying(String text) {
        message.set(text);
        return this;
    }

    /** Posts and does not wait. */
    Xfer post() {
        Status status = transfer.post();
        if (status != Status.IN_PROGRESS) {
            throw new AssertionError("post answered " + status);
        }
        posts++;
        return this;
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
