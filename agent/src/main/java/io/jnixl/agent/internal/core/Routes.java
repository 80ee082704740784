// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import io.jnixl.api.MemoryKind;
import io.jnixl.api.Operation;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;

/**
 * The ways that may apply to transfers with one peer, by operation and kinds of memory; worked out when first asked for. Who
 * works them out at the same time finds the same.
 */
final class Routes {
    private static final int KINDS = MemoryKind.values().length;

    private final AtomicReferenceArray<List<Way>> found =
            new AtomicReferenceArray<>(Operation.values().length * KINDS * KINDS);

    @SuppressWarnings("EnumOrdinal") // within this process only
    List<Way> get(Operation operation, MemoryKind local, MemoryKind remote, Supplier<List<Way>> search) {
        int place = (operation.ordinal() * KINDS + local.ordinal()) * KINDS + remote.ordinal();
        List<Way> ways = found.getAcquire(place);
        if (ways == null) {
            ways = search.get();
            found.setRelease(place, ways);
        }
        return ways;
    }
}
