// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

import io.jnixl.nativesupport.Errno;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One read or write of part of a descriptor, until all its bytes are moved or it fails. Made once, used again and again; in
 * the hands of one thread at a time.
 */
final class Op {
    /** How often in a row the kernel may ask to try again before that counts as a failure. */
    private static final int MAX_RETRIES = 1000;

    private final int slot;
    private @Nullable PosixTransfer transfer;
    private @Nullable FileRegion file;
    private boolean toFile;
    private int column;
    private long position;
    private long address;
    private long offset;
    private int length;
    private int done;
    private int retries;

    Op(int slot) {
        this.slot = slot;
    }

    /** Its place in the engine's table. */
    int slot() {
        return slot;
    }

    /** Starts anew; {@code start} says where in the descriptor it begins. */
    void set(
            PosixTransfer owner,
            FileRegion region,
            boolean write,
            int index,
            long start,
            long memory,
            long fileOffset,
            int bytes) {
        transfer = owner;
        file = region;
        toFile = write;
        column = index;
        position = start;
        address = memory;
        offset = fileOffset;
        length = bytes;
        done = 0;
        retries = 0;
    }

    PosixTransfer transfer() {
        return Objects.requireNonNull(transfer);
    }

    boolean isWrite() {
        return toFile;
    }

    int fd() {
        return file().fd();
    }

    private FileRegion file() {
        return Objects.requireNonNull(file);
    }

    /** Lets go of transfer and file, which would be kept from the collector. */
    void clear() {
        transfer = null;
        file = null;
    }

    /** Whether it is between {@link #set} and {@link #clear}. */
    boolean isInUse() {
        return transfer != null;
    }

    /** Where in memory to go on. */
    long address() {
        return address + done;
    }

    /** Where in the file to go on. */
    long offset() {
        return offset + done;
    }

    /** Bytes that are left. */
    int length() {
        return length - done;
    }

    /** Whether the kernel asked to try again: then it should wait with a thread of its own. */
    boolean isRetry() {
        return retries > 0;
    }

    /**
     * Takes the kernel's answer.
     *
     * @param result bytes moved, or -errno
     * @return true when it is to be carried on with what is left
     */
    boolean goOn(int result) {
        if (result > 0) {
            retries = 0;
            done += result;
            transfer().moved(result);
            if (done == length) {
                return false;
            }
            if (isEndOfFile()) {
                transfer().failed(column, position + done, Fault.END_OF_FILE);
                return false;
            }
        } else if (result == -Errno.EAGAIN || result == -Errno.EINTR) {
            if (++retries > MAX_RETRIES) {
                transfer().failed(column, position + done, -result);
                return false;
            }
        } else {
            transfer().failed(column, position + done, result == 0 ? ended() : -result);
            return false;
        }
        if (!transfer().wants(column, position + done)) {
            transfer().cutShort();
            return false;
        }
        return true;
    }

    private int ended() {
        return toFile ? Fault.TOOK_NOTHING : Fault.END_OF_FILE;
    }

    /** With O_DIRECT the kernel refuses to go on at an unaligned offset, where only the end of a file can be. */
    private boolean isEndOfFile() {
        return !toFile && (done & (file().offsetAlignment() - 1)) != 0;
    }
}
