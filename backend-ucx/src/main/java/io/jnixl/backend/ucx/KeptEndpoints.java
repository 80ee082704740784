// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A worker's endpoints that no peer has at present: a peer that was forgotten and is loaded again gets its connection back.
 * Each stays until a lane takes it or it is closed: when the process is gone that it leads to, or its agent was closed, or at the
 * backend's end. There may be several to one address, where a peer was loaded again before its former endpoint was left. Guarded
 * by the worker's ownership.
 */
final class KeptEndpoints {
    private final Map<ByteBuffer, Deque<UcxEndpoint>> byAddress = new HashMap<>();

    void add(UcxEndpoint endpoint) {
        byAddress
                .computeIfAbsent(ByteBuffer.wrap(endpoint.address()), _ -> new ArrayDeque<>(1))
                .add(endpoint);
    }

    /** One that leads to this address and is sound; it is not kept any more. */
    @Nullable
    UcxEndpoint take(byte[] address) {
        Deque<UcxEndpoint> there = at(address);
        for (Iterator<UcxEndpoint> each = there.iterator(); each.hasNext(); ) {
            UcxEndpoint endpoint = each.next();
            if (endpoint.isKept()) {
                each.remove();
                dropIfEmpty(address, there);
                return endpoint;
            }
        }
        return null;
    }

    private Deque<UcxEndpoint> at(byte[] address) {
        return byAddress.getOrDefault(ByteBuffer.wrap(address), new ArrayDeque<>(1));
    }

    /** One that is closed, or was never here. */
    void remove(UcxEndpoint endpoint) {
        Deque<UcxEndpoint> there = byAddress.get(ByteBuffer.wrap(endpoint.address()));
        if (there != null && there.remove(endpoint)) {
            dropIfEmpty(endpoint.address(), there);
        }
    }

    private void dropIfEmpty(byte[] address, Deque<UcxEndpoint> there) {
        if (there.isEmpty()) {
            byAddress.remove(ByteBuffer.wrap(address));
        }
    }

    /** Starts to close those that lead to this address: nobody is there any more. */
    void closeTo(byte[] address) {
        at(address).stream()
                .toList() // a copy, since what is closed goes
                .forEach(endpoint -> endpoint.close(true));
    }

    /** At the backend's end: starts to close all; {@link #isEmpty} says when it is done. */
    void close() {
        byAddress.values().stream()
                .flatMap(Deque::stream)
                .toList() // a copy, since what is closed goes
                .forEach(endpoint -> endpoint.close(!endpoint.isKept()));
    }

    int size() {
        return byAddress.values().stream().mapToInt(Deque::size).sum();
    }

    boolean isEmpty() {
        return byAddress.isEmpty();
    }
}
