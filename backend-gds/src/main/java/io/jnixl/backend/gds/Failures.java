// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.gds;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The descriptors of a post that did not get all their bytes, and how many they got. Success leaves no trace, so it costs
 * nothing; room is made with the first failures and kept. One thread at a time.
 */
final class Failures {
    private static final int FEW = 16;

    private int[] columns = new int[FEW];
    private long[] stops = new long[FEW];
    private long[] why = new long[FEW];
    private long[] done = {};
    private int count;

    void clear() {
        count = 0;
    }

    boolean isEmpty() {
        return count == 0;
    }

    /** Notes that a part of a descriptor was stopped at this byte of the descriptor. */
    void add(int column, long stop, long reason) {
        if (count == columns.length) {
            columns = Arrays.copyOf(columns, 2 * count);
            stops = Arrays.copyOf(stops, 2 * count);
            why = Arrays.copyOf(why, 2 * count);
        }
        columns[count] = column;
        stops[count] = stop;
        why[count] = reason;
        count++;
    }

    /**
     * Works out, when all are in, how many bytes of each descriptor moved for certain: up to where the foremost of its parts was
     * stopped, be it by a cancel alone.
     */
    void settle() {
        Map<Integer, Long> least = new HashMap<>();
        for (int i = 0; i < count; i++) {
            var _ = least.merge(columns[i], stops[i], Math::min);
        }
        done = new long[count];
        for (int i = 0; i < count; i++) {
            done[i] = least.getOrDefault(columns[i], 0L);
        }
    }

    /** The entry of the first descriptor that failed of itself, and of its parts the foremost; -1 without one. */
    int foremost() {
        int found = -1;
        for (int i = 0; i < count; i++) {
            if (why[i] != Fault.CUT_SHORT && (found < 0 || isBefore(i, found))) {
                found = i;
            }
        }
        return found;
    }

    private boolean isBefore(int i, int j) {
        return columns[i] == columns[j] ? stops[i] < stops[j] : columns[i] < columns[j];
    }

    int count() {
        return count;
    }

    int column(int entry) {
        return columns[entry];
    }

    /** The byte of the descriptor at which its part was stopped. */
    long stop(int entry) {
        return stops[entry];
    }

    /** Bytes of the descriptor that moved for certain; after {@link #settle}. */
    long done(int entry) {
        return done[entry];
    }

    /** See {@link Fault}. */
    long why(int entry) {
        return why[entry];
    }
}
