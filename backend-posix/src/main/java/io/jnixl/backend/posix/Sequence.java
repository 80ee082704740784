// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

import io.jnixl.spi.TransferColumns;

/**
 * The descriptors of a post in the order in which they are begun. It is the caller's, unless they are few, out of order, and
 * cover their part of the file so densely that in the file's order neighbours will be found, which are then read or written together.
 * One thread at a time.
 */
final class Sequence {
    private static final int INDEX_BITS = 10;
    private static final int INDEX = (1 << INDEX_BITS) - 1;

    /** Sorting more would take some time. */
    static final int MOST = 1 << INDEX_BITS;

    private static final int[] GAPS = {701, 301, 132, 57, 23, 10, 4, 1};

    private final TransferColumns columns;
    private final boolean fileIsRemote;
    private final DramRegion[] memories;
    private final FileRegion[] files;

    /** The offset above, the descriptor below; made when first needed. */
    private long[] keys = {};

    private boolean sorted;

    Sequence(TransferColumns columns, boolean fileIsRemote, DramRegion[] memories, FileRegion[] files) {
        this.columns = columns;
        this.fileIsRemote = fileIsRemote;
        this.memories = memories;
        this.files = files;
    }

    // ---- the order

    /** Takes the caller's order. */
    void reset() {
        sorted = false;
    }

    /** Takes the order of the file, if that will join neighbours. */
    void sort() {
        int count = columns.count();
        if (count < 2 || count > MOST || files.length > 1) {
            return;
        }
        long low = Long.MAX_VALUE;
        long high = 0;
        boolean inOrder = true;
        long former = 0;
        for (int i = 0; i < count; i++) {
            long offset = offset(i);
            inOrder &= offset >= former;
            former = offset;
            low = Math.min(low, offset);
            high = Math.max(high, offset);
        }
        if (!inOrder && high - low < 2 * columns.totalBytes() && high - low <= Long.MAX_VALUE >> INDEX_BITS) {
            sort(count, low);
        }
    }

    private void sort(int count, long low) {
        if (keys.length < count) {
            keys = new long[Math.min(MOST, columns.capacity())];
        }
        for (int i = 0; i < count; i++) {
            keys[i] = (offset(i) - low) << INDEX_BITS | i;
        }
        shellSort(count);
        sorted = true;
    }

    /** Here since the JDK's takes memory for arrays with long runs. */
    private void shellSort(int count) {
        for (int gap : GAPS) {
            for (int i = gap; i < count; i++) {
                long key = keys[i];
                int hole = i;
                while (hole >= gap && keys[hole - gap] > key) {
                    keys[hole] = keys[hole - gap];
                    hole -= gap;
                }
                keys[hole] = key;
            }
        }
    }

    /** Which descriptor is begun as this one. */
    int column(int place) {
        return sorted ? (int) keys[place] & INDEX : place;
    }

    /** When this descriptor is begun. Slow: looks for it. */
    int place(int column) {
        int place = 0;
        while (column(place) != column) {
            place++;
        }
        return place;
    }

    // ---- the descriptors, by place

    int count() {
        return columns.count();
    }

    long length(int place) {
        return columns.length(column(place));
    }

    /** Where it lies in its file. */
    long offset(int place) {
        int i = column(place);
        return fileIsRemote ? columns.remoteAddress(i) : columns.localAddress(i);
    }

    /** Where it lies in memory. */
    long address(int place) {
        int i = column(place);
        return fileIsRemote ? columns.localAddress(i) : columns.remoteAddress(i);
    }

    int fileIndex(int place) {
        int i = column(place);
        return fileIsRemote ? columns.remoteRegion(i) : columns.localRegion(i);
    }

    FileRegion file(int place) {
        return files[fileIndex(place)];
    }

    DramRegion memory(int place) {
        int i = column(place);
        return memories[fileIsRemote ? columns.localRegion(i) : columns.remoteRegion(i)];
    }
}
