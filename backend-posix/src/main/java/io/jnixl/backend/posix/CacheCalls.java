// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

/**
 * Plain calls in place of a ring's entries, where bytes are only copied but io_uring would hand them to a thread of the kernel's,
 * as most file systems have it do with writes to the page cache, and tmpfs with reads too. What is read from the page cache is
 * the ring's, which does that as fast. When a call takes longer than a copy, since too much is dirty or a page must be read first, the
 * next ones are the ring's. A round bounds what is done so before the leader looks at the ring. The leader's.
 */
final class CacheCalls {
    private static final int CALLS = 256;
    private static final int BYTES = 1 << 20;

    /** What takes longer than this and a nanosecond for each byte has waited for something. */
    private static final long SLOW_NANOS = 100_000;

    /** A pause that the kernel makes writers take. */
    private static final long PAUSE_NANOS = 5_000_000;

    private int calls;
    private long bytes;

    /** When the last call ended; 0 when that is too long ago. */
    private long clock;

    void beginRound() {
        calls = CALLS;
        bytes = BYTES;
    }

    /** What comes between the last call and the next is not the next one's time. */
    void restartClock() {
        clock = 0;
    }

    boolean hasRoom() {
        return calls > 0 && bytes > 0;
    }

    /** Moves what the op asks for, or a part; answers the bytes, or a negative number when the ring is to be asked. */
    int move(Op op) {
        FileRegion file = op.file();
        if (op.sync() != Durable.NO
                || !file.isCopied(op.isWrite())
                || !file.odds().areGood()) {
            return -1;
        }
        if (clock == 0) {
            clock = System.nanoTime();
        }
        int done = (int) (op.isWrite() ? write(op) : read(op));
        if (done >= 0) {
            count(done, file.odds());
        } else { // the ring will say why, if it fails again
            calls--;
            file.odds().bad();
            clock = 0;
        }
        return done;
    }

    private static long read(Op op) {
        return op.pieces() == 1
                ? Libc.tryPread(op.fd(), op.address(), op.length(), op.offset())
                : Libc.tryPreadv(op.fd(), op.vectors(), op.pieces(), op.offset());
    }

    private static long write(Op op) {
        return op.pieces() == 1
                ? Libc.tryPwrite(op.fd(), op.address(), op.length(), op.offset())
                : Libc.tryPwritev(op.fd(), op.vectors(), op.pieces(), op.offset());
    }

    private void count(int done, Odds odds) {
        long now = System.nanoTime();
        long took = now - clock;
        clock = now;
        calls--;
        bytes -= done;
        if (took > PAUSE_NANOS) {
            odds.worst();
        } else if (took > SLOW_NANOS + done) {
            odds.bad();
        } else {
            odds.good();
        }
    }
}
