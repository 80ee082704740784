// SPDX-License-Identifier: Apache-2.0
package io.jnixl.spi;

import io.jnixl.api.Operation;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a backend needs to know of a transfer. The parts are fixed for the transfer's life; the contents of
 * {@link #columns()} and {@link #notification()} change between posts.
 *
 * @param operation which way
 * @param columns the descriptors
 * @param local the local regions that the columns' local region indices point into; made by this backend
 * @param remote the far side's regions, likewise
 * @param peer the peer on the far side; for transfers within the agent, oneself, or null where this backend is not
 *     remote-capable
 * @param notification the message of the post
 * @param completion where to report the end
 * @param options the options that the application gave for this transfer
 * @since 0.1
 */
public record TransferRequest(
        Operation operation,
        TransferColumns columns,
        List<RegisteredMemory> local,
        List<RegionHandle> remote,
        @Nullable BackendPeer peer,
        NotificationBuffer notification,
        CompletionSink completion,
        Map<String, String> options) {

    /** Copies the tables. */
    public TransferRequest {
        local = List.copyOf(local);
        remote = List.copyOf(remote);
        options = Map.copyOf(options);
    }
}
