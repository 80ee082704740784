// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

import org.jspecify.annotations.Nullable;

/** The ops that may be under way at a time, made once. One thread at a time. */
final class Window {
    private final Op[] ops;
    private final Op[] free;
    private int freeCount;

    Window(int width) {
        ops = new Op[width];
        free = new Op[width];
        for (int i = 0; i < width; i++) {
            ops[i] = new Op(i);
            free[width - 1 - i] = ops[i];
        }
        freeCount = width;
    }

    /** Ring entries that are always enough: one for each op, and one to listen with. */
    int entries() {
        return ops.length + 1;
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
                release(op);
                transfer.cutShort();
                if (transfer.endsWithOneOpLess()) {
                    transfer.finish();
                }
            }
        }
    }
}
