// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.gds;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The pieces of one transfer that a thread moves together: all in one CUDA context. Begun and cleared under the lock of
 * {@link Workers}, and in between in the hands of one thread.
 */
final class Load {
    private final Piece[] pieces;
    private int count;
    private long context;
    private @Nullable GdsTransfer transfer;

    Load(int room) {
        pieces = new Piece[room];
        for (int i = 0; i < room; i++) {
            pieces[i] = new Piece();
        }
    }

    /** Starts anew, empty. */
    void begin(GdsTransfer owner) {
        transfer = owner;
        count = 0;
        context = 0;
    }

    /** Lets go of the transfer, which would be kept from the collector. */
    void clear() {
        transfer = null;
        count = 0;
    }

    boolean isInUse() {
        return transfer != null;
    }

    GdsTransfer transfer() {
        return Objects.requireNonNull(transfer);
    }

    boolean hasRoom() {
        return count < pieces.length;
    }

    /** Whether memory of this context may go with what is here already. */
    boolean takes(long other) {
        return context == 0 || other == 0 || context == other;
    }

    /** One more piece, of memory of this context. */
    Piece add(long other) {
        context = other == 0 ? context : other;
        return pieces[count++];
    }

    /** The CUDA context that it is to be moved in; 0 for any. */
    long context() {
        return context;
    }

    int count() {
        return count;
    }

    Piece piece(int i) {
        return pieces[i];
    }

    /** Whether any piece has something left to ask for. */
    boolean hasOpen() {
        for (int i = 0; i < count; i++) {
            if (pieces[i].isOpen()) {
                return true;
            }
        }
        return false;
    }

    /** Whether the system told any piece to try again. */
    boolean isRetried() {
        for (int i = 0; i < count; i++) {
            if (pieces[i].isRetried()) {
                return true;
            }
        }
        return false;
    }

    /** Gives up all that is left. */
    void fail(long why) {
        for (int i = 0; i < count; i++) {
            if (pieces[i].isOpen()) {
                pieces[i].fail(why);
            }
        }
    }
}
