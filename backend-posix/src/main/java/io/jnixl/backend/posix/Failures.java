// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

import java.util.Arrays;

/**
 * The descriptors of a post that did not get all their bytes, and how many they got. Success leaves no trace, so it costs
 * nothing; room is made with the first failures and kept. A place is one in the post's {@link Sequence}. One thread at a time.
 */
final class Failures {
    private static final int FEW = 16;

    private int[] places = new int[FEW];
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
    void add(int place, long bytes, int errno) {
        if (count == places.length) {
            places = Arrays.copyOf(places, 2 * count);
            done = Arrays.copyOf(done, 2 * count);
            why = Arrays.copyOf(why, 2 * count);
        }
        places[count] = place;
        done[count] = bytes;
        why[count] = errno;
        count++;
    }

    /** Whether the failure that was added last is of this descriptor. */
    boolean isLast(int place) {
        return count > 0 && places[count - 1] == place;
    }

    /** The entry of a descriptor, its foremost one, or -1. */
    int find(int place) {
        int found = -1;
        for (int i = 0; i < count; i++) {
            if (places[i] == place && (found < 0 || done[i] < done[found])) {
                found = i;
            }
        }
        return found;
    }

    /** The failure of the caller's foremost descriptor, leaving out what was only cancelled; -1 when there is none. */
    int foremost(Sequence sequence) {
        int found = -1;
        for (int i = 0; i < count; i++) {
            if (why[i] != Fault.CUT_SHORT && (found < 0 || isBefore(i, found, sequence))) {
                found = i;
            }
        }
        return found;
    }

    private boolean isBefore(int i, int j, Sequence sequence) {
        return places[i] == places[j] ? done[i] < done[j] : sequence.column(places[i]) < sequence.column(places[j]);
    }

    int count() {
        return count;
    }

    int place(int entry) {
        return places[entry];
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
