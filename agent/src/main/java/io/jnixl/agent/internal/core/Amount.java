// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import io.jnixl.api.DescriptorList;
import java.util.function.LongSupplier;

/** How much a transfer moves in one post, as selection counts it: when it is made, before neighbours are merged. */
final class Amount {
    private static final long UNKNOWN = -1;

    private final int descriptors;
    private final LongSupplier count;
    private long bytes = UNKNOWN;

    private Amount(int descriptors, LongSupplier count) {
        this.descriptors = descriptors;
        this.count = count;
    }

    static Amount of(int descriptors, long bytes) {
        return new Amount(descriptors, () -> bytes);
    }

    /** All entries of a list. */
    static Amount ofAll(DescriptorList list) {
        return new Amount(list.size(), list::totalBytes);
    }

    /** The entries that the indices name; what is no index counts nothing here and is refused later, with words. */
    static Amount ofSelection(DescriptorList list, int[] indices, int n) {
        int least = Math.clamp(n, 0, indices.length);
        return new Amount(least, () -> {
            long sum = 0;
            for (int i = 0; i < least; i++) {
                boolean exists = indices[i] >= 0 && indices[i] < list.size();
                sum = saturated(sum, exists ? list.length(indices[i]) : 0);
            }
            return sum;
        });
    }

    /** As many entries as there is room for, each as long as the longest: the most that a later selection can be. */
    static Amount ofRoom(DescriptorList list, int capacity) {
        return new Amount(capacity, () -> {
            long longest = 0;
            for (int i = 0; i < (list.isStrided() ? 1 : list.size()); i++) {
                longest = Math.max(longest, list.length(i));
            }
            return longest > Long.MAX_VALUE / capacity ? Long.MAX_VALUE : longest * capacity;
        });
    }

    private static long saturated(long sum, long more) {
        return sum > Long.MAX_VALUE - more ? Long.MAX_VALUE : sum + more;
    }

    int descriptors() {
        return descriptors;
    }

    /** Counted when a rule asks first: a list may be long. */
    long bytes() {
        if (bytes == UNKNOWN) {
            bytes = count.getAsLong();
        }
        return bytes;
    }
}
