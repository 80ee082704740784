// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.gds;

/** One read or write at a time, by a call that returns when it is done. */
final class CallMover implements Mover {

    @Override
    public int room() {
        return 1;
    }

    @Override
    public void move(Load load) {
        Piece piece = load.piece(0);
        while (piece.isOpen()) {
            if (load.transfer().isStopped()) {
                piece.fail(Fault.CUT_SHORT);
                return;
            }
            long bytes = piece.answer(once(piece));
            load.transfer().moved(bytes);
            if (piece.isRetried()) {
                Pause.nanos(Pause.RETRY_NANOS);
            }
        }
    }

    private static long once(Piece piece) {
        return piece.isWrite()
                ? CuFileNative.write(
                        piece.handle(), piece.base(), piece.length(), piece.fileOffset(), piece.bufferOffset())
                : CuFileNative.read(
                        piece.handle(), piece.base(), piece.length(), piece.fileOffset(), piece.bufferOffset());
    }

    /** A call that has not returned cannot throw either. */
    @Override
    public void giveUp(Load load) {}

    @Override
    public void close() {}
}
