// SPDX-License-Identifier: Apache-2.0
package io.jnixl.benchmarks.gds;

import io.jnixl.api.Operation;
import java.util.ArrayList;
import java.util.List;

/**
 * What is measured: rounds of so many blocks each.
 *
 * @param operation READ from the file or WRITE to it
 * @param block bytes
 * @param count blocks of a round
 */
record Case(Operation operation, long block, int count) {
    private static final int MOST_BLOCKS = 1024;
    private static final long[] BLOCKS = {64 << 10, 1 << 20, 16 << 20};

    /** Small, middling and long blocks of a file of this size, as far as it has room for one of them. */
    static List<Case> all(long fileBytes) {
        List<Case> all = new ArrayList<>();
        for (Operation operation : List.of(Operation.READ, Operation.WRITE)) {
            for (long block : BLOCKS) {
                if (block <= fileBytes) {
                    all.add(new Case(operation, block, (int) Math.min(MOST_BLOCKS, fileBytes / block)));
                }
            }
        }
        return all;
    }

    long bytes() {
        return block * count;
    }

    /** For both sides. */
    String command() {
        return "prepare " + operation + " " + block + " " + count;
    }

    @Override
    public String toString() {
        return operation + " " + (block >= 1 << 20 ? (block >> 20) + " MiB" : (block >> 10) + " KiB") + " x " + count;
    }
}
