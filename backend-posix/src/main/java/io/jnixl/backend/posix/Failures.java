// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

import java.util.Arrays;

/**
 * The descriptors of a post that did not get all their bytes, and how many they got. Success leaves no trace, so it costs
 * nothing; room is made with the first failures and kept. One thread at a time.
 */
final class Failures {
    private static final int FEW = 16;

    private int[] columns = new int[FEW];
    private long[] done = new long[FEW];
    private int[] why = new int[FEW];
    private int count;

    void clear() {
        count = 0;
    }

    boolean isEmpty() {
        return count == 0;
    }

    /** Notes that a descriptor was stopped at this byte; of several parts of one, the foremost counts. */
    void add(int column, long bytes, int errno) {
        if (count == columns.length) {
            columns = Arrays.copyOf(columns, 2 * count);
            done = Arrays.copyOf(done, 2 * count);
            why = Arrays.copyOf(why, 2 * count);
        }
        columns[count] = column;
        done[count] = bytes;
        why[count] = errno;
        count++;
    }

    /** Whether the failure that was added last is of this descriptor. */
    boolean isLast(int column) {
        return count > 0 && columns[count - 1] == column;
    }

    /** The entry of a descriptor, its foremost one, or -1. */
    int find(int column) {
        int found = -1;
        for (int i = 0; i < count; i++) {
            if (columns[i] == column && (found < 0 || done[i] < done[found])) {
                found = i;
            }
        }
        return found;
    }

    /** The foremost failure of all, leaving out what was only cancelled; -1 when there is none. */
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
        return columns[i] < columns[j] || (columns[i] == columns[j] && done[i] < done[j]);
    }

    int count() {
        return count;
    }

    int column(int entry) {
        return columns[entry];
    }

    /** Bytes of the descriptor that were moved for certain, in front of the failure. */
    long done(int entry) {
        return done[entry];
    }

    /** An errno, or a constant of {@link Fault}. */
    int why(int entry) {
        return why[entry];
    }
}
