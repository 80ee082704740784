// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

import io.jnixl.api.Status;
import io.jnixl.nativesupport.NativeCalls;
import io.jnixl.spi.TransferColumns;
import java.lang.foreign.MemorySegment;

/**
 * What the engine moves at a time for a transfer whose descriptors need not be aligned: pieces that are. An aligned descriptor
 * is a piece as it is. Of any other, as much as there is room for in the buffer: a READ takes all the blocks that the range
 * touches and keeps the part that was asked for; a WRITE has aligned ranges and only copies. One thread at a time; made once.
 */
final class BounceRound {
    private static final MemorySegment MEMORY = NativeCalls.memory();

    /** Pieces of one round. */
    private static final int MOST = 1024;

    private final AlignmentCheck check;
    private final TransferColumns columns;
    private final boolean fileIsRemote;
    private final boolean toFile;
    private final long buffer;
    private final long room;
    private final int bufferRegion;

    /** What the engine gets. */
    private final TransferColumns pieces;

    private final int[] column;
    private final long[] position;

    /** Where the piece lies in the buffer; 0 when it does not. */
    private final long[] place;

    /** Bytes of the piece before those that were asked for. */
    private final long[] before;

    /** Bytes that were asked for. */
    private final long[] wanted;

    /** Bytes of the piece that moved, where that was not all. */
    private final long[] moved;

    private volatile boolean cancelled;
    private int nextColumn;
    private long nextPosition;
    private long used;

    BounceRound(
            AlignmentCheck check,
            TransferColumns columns,
            TransferPlan.Way way,
            MemorySegment buffer,
            int bufferRegion) {
        this.check = check;
        this.columns = columns;
        this.fileIsRemote = way.fileIsRemote();
        this.toFile = way.toFile();
        this.buffer = buffer.address();
        this.room = buffer.byteSize();
        this.bufferRegion = bufferRegion;
        int most = Math.min(MOST, columns.capacity());
        pieces = new TransferColumns(most);
        column = new int[most];
        position = new long[most];
        place = new long[most];
        before = new long[most];
        wanted = new long[most];
        moved = new long[most];
    }

    TransferColumns pieces() {
        return pieces;
    }

    /** Starts at the first descriptor. */
    void begin() {
        cancelled = false;
        nextColumn = 0;
        nextPosition = 0;
    }

    /** Begins nothing more, in this round and those after it. Any thread. */
    void cancel() {
        cancelled = true;
    }

    boolean isCancelled() {
        return cancelled;
    }

    /** Chooses the pieces of the next round; false when there are none. */
    boolean fill() {
        pieces.clear();
        used = 0;
        while (nextColumn < columns.count() && pieces.count() < pieces.capacity()) {
            int i = nextColumn;
            if (columns.length(i) == nextPosition) {
                turnTo(i + 1, 0);
            } else if (check.isAligned(i)) {
                add(i, 0, 0, check.address(i), check.offset(i), columns.length(i), 0, columns.length(i));
                turnTo(i + 1, 0);
            } else if (!bounce(i)) {
                break; // in the next round
            }
        }
        return pieces.count() > 0;
    }

    /** What it means that {@link #fill} found nothing: the end, unless a block of the file is larger than the buffer. */
    Status rest() {
        return nextColumn == columns.count() ? Status.SUCCESS : Status.NOT_SUPPORTED;
    }

    private void turnTo(int i, long at) {
        nextColumn = i;
        nextPosition = at;
    }

    /** As much of a descriptor as there is room for; false when there is none. */
    private boolean bounce(int i) {
        FileRegion file = check.file(i);
        int block = file.offsetAlignment();
        int unit = file.alignment().strictest();
        used = (used + unit - 1) & -unit; // the piece before may be of a file that asks for less
        long start = check.offset(i) + nextPosition;
        long lead = start & (block - 1);
        long left = (room - used) & -block;
        if (left <= lead) {
            return false;
        }
        long bytes = Math.min(columns.length(i) - nextPosition, left - lead);
        long cover = (lead + bytes + block - 1) & -block;
        long at = buffer + used;
        if (toFile) {
            MemorySegment.copy(MEMORY, check.address(i) + nextPosition, MEMORY, at, bytes);
        }
        add(i, nextPosition, at, at, start - lead, cover, lead, bytes);
        used += cover;
        turnTo(i, nextPosition + bytes);
        return true;
    }

    private void add(int i, long from, long at, long address, long offset, long bytes, long lead, long asked) {
        int p = pieces.count();
        column[p] = i;
        position[p] = from;
        place[p] = at;
        before[p] = lead;
        wanted[p] = asked;
        moved[p] = Long.MAX_VALUE;
        if (fileIsRemote) {
            int memory = at == 0 ? columns.localRegion(i) : bufferRegion;
            pieces.add(address, memory, offset, columns.remoteRegion(i), bytes, p, false);
        } else {
            int memory = at == 0 ? columns.remoteRegion(i) : bufferRegion;
            pieces.add(offset, columns.localRegion(i), address, memory, bytes, p, false);
        }
    }

    /** The bytes of a piece that somebody asked for end here: what lies behind may be missing, past the end of the file. */
    long needed(int piece) {
        return before[piece] + wanted[piece];
    }

    /** Notes that not all of a piece moved. */
    void movedOnly(int piece, long bytes) {
        moved[piece] = Math.min(moved[piece], bytes);
    }

    /** The agent's column that a piece is of. */
    int column(int piece) {
        return column[piece];
    }

    /** How far the descriptor has come when this many bytes of the piece have moved. */
    long done(int piece, long bytes) {
        return position[piece] + Math.clamp(bytes - before[piece], 0, wanted[piece]);
    }

    /** After a READ: hands out what lies in the buffer. */
    void deliver() {
        for (int p = 0; !toFile && p < pieces.count(); p++) {
            long bytes = Math.min(moved[p] - before[p], wanted[p]);
            if (place[p] != 0 && bytes > 0) {
                long target = check.address(column[p]) + position[p];
                MemorySegment.copy(MEMORY, place[p] + before[p], MEMORY, target, bytes);
            }
        }
    }
}
