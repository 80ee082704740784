// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A worker's endpoints that no peer has at present: a peer that was forgotten and is loaded again gets its connection back.
 * Each is closed when the process it leads to is gone, or at the backend's end, so that there are no more of them than living
 * processes that were peers once. Guarded by the worker's ownership.
 */
final class KeptEndpoints {
    private final Map<ByteBuffer, UcxEndpoint> byAddress = new HashMap<>();

    /** Answers the one that was kept for the same address and is not any more. */
    @Nullable
    UcxEndpoint add(UcxEndpoint endpoint) {
        return byAddress.put(ByteBuffer.wrap(endpoint.address()), endpoint);
    }

    /** One that leads to this address and is sound; it is not kept any more. */
    @Nullable
    UcxEndpoint take(byte[] address) {
        UcxEndpoint found = byAddress.remove(ByteBuffer.wrap(address));
        return found != null && found.isKept() ? found : null;
    }

    void remove(UcxEndpoint endpoint) {
        byAddress.remove(ByteBuffer.wrap(endpoint.address()), endpoint);
    }

    /** At the backend's end: starts to close all; {@link #areClosed} says when it is done. */
    void close() {
        byAddress.values().forEach(endpoint -> endpoint.close(false));
    }

    /** After {@link #close}. */
    boolean areClosed() {
        return byAddress.values().stream().allMatch(UcxEndpoint::isClosed);
    }
}
