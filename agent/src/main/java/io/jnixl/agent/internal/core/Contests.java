// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import io.jnixl.api.MemoryKind;
import io.jnixl.api.Operation;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What was measured of transfers with one incarnation of a peer, by their kind. Bounded. */
final class Contests {
    /** Kinds of transfer with one peer. */
    static final int MOST = 256;

    /** Sizes are told apart by powers of 16. */
    private static final int BITS = 4;

    /**
     * Transfers that may be compared.
     *
     * @param rule that chooses; another may have other candidates
     * @param size of the mean descriptor, as a power
     * @param count of the descriptors, as a power
     */
    private record Kind(String rule, Operation operation, MemoryKind local, MemoryKind remote, int size, int count) {}

    private final Map<Kind, Contest> all = new ConcurrentHashMap<>();

    /** Where such transfers are measured; null when there are as many kinds as there may be. */
    @Nullable
    Contest find(String rule, Demand demand) {
        Amount amount = demand.amount();
        int descriptors = Math.max(1, amount.descriptors());
        Kind kind = new Kind(
                rule,
                demand.operation(),
                demand.local(),
                demand.remote(),
                power(amount.bytes() / descriptors),
                power(descriptors));
        Contest contest = all.get(kind);
        return contest != null ? contest : add(kind);
    }

    private static int power(long number) {
        return (Long.SIZE - 1 - Long.numberOfLeadingZeros(Math.max(1, number))) / BITS;
    }

    private synchronized @Nullable Contest add(Kind kind) {
        return all.size() < MOST || all.containsKey(kind) ? all.computeIfAbsent(kind, k -> new Contest()) : null;
    }
}
