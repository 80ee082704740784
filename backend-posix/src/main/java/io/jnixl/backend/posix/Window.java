// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;

/** The ops that may be under way at a time, made once. One thread at a time. */
final class Window {
    private final Op[] ops;
    private final Op[] free;
    private int freeCount;

    /** As many ops, with memory of this arena. */
    Window(int width, Arena arena) {
        long list = (long) Op.PIECES * Uring.IOVEC_SIZE;
        long lists = arena.allocate(width * list, Long.BYTES).address();
        ops = new Op[width];
        free = new Op[width];
        for (int i = 0; i < width; i++) {
            ops[i] = new Op(i, lists + i * list);
            free[width - 1 - i] = ops[i];
        }
        freeCount = width;
    }

    /** As many ops for memory in one piece. */
    Window(int width) {
        ops = new Op[width];
        free = new Op[width];
        for (int i = 0; i < width; i++) {
            ops[i] = new Op(i, 0);
            free[width - 1 - i] = ops[i];
        }
        freeCount = width;
    }

    int width() {
        return ops.length;
    }

    boolean isBusy() {
        return freeCount < ops.length;
    }

    boolean hasFree() {
        return freeCount > 0;
    }

    /** The op that {@link #takeFree} will take. */
    Op peekFree() {
        return free[freeCount - 1];
    }

    Op takeFree() {
        return free[--freeCount];
    }

    Op get(int slot) {
        return ops[slot];
    }

    void release(Op op) {
        op.clear();
        free[freeCount++] = op;
    }

    /** Lets what is under way be the last of its transfers. */
    void stopAll(@Nullable String cause) {
        for (Op op : ops) {
            if (op.isInUse()) {
                op.transfer().stop(cause);
            }
        }
    }

    /** Finishes what nobody will hear of any more. */
    void abandonAll() {
        for (Op op : ops) {
            if (op.isInUse()) {
                PosixTransfer transfer = op.transfer();
                op.abandon();
                release(op);
                if (transfer.endsWithOneOpLess()) {
                    transfer.finish();
                }
            }
        }
    }
}
