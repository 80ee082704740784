// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.gds;

import java.util.Arrays;

/**
 * The descriptors of a post that did not get all their bytes, and how many they got. Success leaves no trace, so it costs
 * nothing; room is made with the first failures and kept. One thread at a time.
 */
final class Failures {
    private static final int FEW = 16;

    private int[] columns = new int[FEW];
    private long[] done = new long[FEW];
    private long[] why = new long[FEW];
    private int count;

    void clear() {
        count = 0;
    }

    boolean isEmpty() {
        return count == 0;
    }

    /** Notes that a descriptor was stopped at this byte; of several parts of one, the foremost counts. */
    void add(int column, long bytes, long reason) {
        if (count == columns.length) {
            columns = Arrays.copyOf(columns, 2 * count);
            done = Arrays.copyOf(done, 2 * count);
            why = Arrays.copyOf(why, 2 * count);
        }
        columns[count] = column;
        done[count] = bytes;
        why[count] = reason;
        count++;
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
        return columns[i] == columns[j] ? done[i] < done[j] : columns[i] < columns[j];
    }

    int count() {
        return count;
    }

    int column(int entry) {
        return columns[entry];
    }

    /** Bytes of the descriptor in front of the failure. */
    long done(int entry) {
        return done[entry];
    }

    /** See {@link Fault}. */
    long why(int entry) {
        return why[entry];
    }
}
