// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.gds;

import io.jnixl.nativesupport.Errno;

/**
 * One read or write of part of a descriptor, until all its bytes are moved or it has failed. Made once, used again and again; in the
 * hands of one thread at a time.
 */
final class Piece {
    /** How often in a row the system may ask to try again before that counts as a failure. */
    private static final int MAX_RETRIES = 1000;

    private int column;
    private long position;
    private long handle;
    private long base;
    private long bufferOffset;
    private long fileOffset;
    private long length;
    private boolean toFile;
    private long why;
    private boolean flying;
    private int retries;

    /** Which file it is of, and which memory. */
    void aim(FileRegion file, BufferRegion memory, boolean write) {
        handle = file.handle();
        base = memory.base();
        toFile = write;
        why = 0;
        retries = 0;
        flying = false;
    }

    /** From where on: {@code bytes} of a descriptor from {@code at} on. */
    void range(int index, long at, long address, long offset, long bytes) {
        column = index;
        position = at;
        bufferOffset = address - base;
        fileOffset = offset;
        length = bytes;
    }

    int column() {
        return column;
    }

    /** Bytes of the descriptor in front of what is left. */
    long position() {
        return position;
    }

    long handle() {
        return handle;
    }

    long base() {
        return base;
    }

    long bufferOffset() {
        return bufferOffset;
    }

    long fileOffset() {
        return fileOffset;
    }

    long length() {
        return length;
    }

    boolean isWrite() {
        return toFile;
    }

    /** Whether cuFile has it. */
    boolean isFlying() {
        return flying;
    }

    void fly() {
        flying = true;
    }

    /** Whether there is something left to ask for. */
    boolean isOpen() {
        return why == 0 && length > 0;
    }

    /** Whether the system said to try again, and did not say so too often. */
    boolean isRetried() {
        return retries > 0 && isOpen();
    }

    /** Why it failed, see {@link Fault}; 0 when it has not. */
    long why() {
        return why;
    }

    /** Gives up what is left. */
    void fail(long reason) {
        flying = false;
        why = reason;
    }

    /**
     * Takes an answer.
     *
     * @param result bytes moved, or the negative of an error
     * @return bytes moved
     */
    long answer(long result) {
        flying = false;
        if (result < 0) {
            refused(Fault.of(result, Fault.FAILED));
            return 0;
        }
        if (result == 0) {
            why = toFile ? Fault.TOOK_NOTHING : Fault.END_OF_FILE;
            return 0;
        }
        long bytes = Math.min(result, length);
        retries = 0;
        position += bytes;
        bufferOffset += bytes;
        fileOffset += bytes;
        length -= bytes;
        return bytes;
    }

    private void refused(long error) {
        boolean passes = error == Errno.EINTR || error == Errno.EAGAIN;
        if (!passes || ++retries > MAX_RETRIES) {
            why = error;
        }
    }
}
