// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.jnixl.nativesupport.Errno;
import io.jnixl.nativesupport.NativeCalls;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One read or write of part of a descriptor, or of several that follow each other in the file, until all its bytes are moved
 * or failed; or one sync of a file. Made once, used again and again; in the hands of one thread at a time.
 */
final class Op {
    /** The most pieces of memory that one read or write may go to. */
    static final int PIECES = 64;

    /** How often in a row the kernel may ask to try again before that counts as a failure. */
    private static final int MAX_RETRIES = 1000;

    private static final int MAX_FAULT_RETRIES = 3;

    private static final MemorySegment MEMORY = NativeCalls.memory();

    private final int slot;
    private final long vectors;
    private @Nullable PosixTransfer transfer;
    private @Nullable FileRegion file;
    private boolean toFile;
    private Durable sync = Durable.NO;
    private int buffer;
    private int retries;
    private boolean cancelSent;

    // what is left: the rest of a descriptor, and whole ones after it
    private int place;
    private int span;
    private long position;
    private long address;
    private long offset;
    private int length;
    private boolean flat;
    private boolean alone;

    // what the kernel is asked for now
    private int pieces;
    private int asked;

    /** An op with room for a list of pieces at this address; 0 where memory in one piece is all that it can do. */
    Op(int slot, long vectors) {
        this.slot = slot;
        this.vectors = vectors;
    }

    /** Its place in the engine's table. */
    int slot() {
        return slot;
    }

    boolean canScatter() {
        return vectors != 0;
    }

    // ---- what it is to do

    /** Starts anew, as a read or write in this file. */
    void move(PosixTransfer owner, FileRegion region, boolean write) {
        begin(owner, region);
        toFile = write;
        sync = Durable.NO;
    }

    /** From where on: the rest of descriptor {@code first} from {@code at} on, and the {@code count - 1} that follow it. */
    void range(int first, int count, long at, long memory, long fileOffset, int bytes) {
        place = first;
        span = count;
        position = at;
        address = memory;
        offset = fileOffset;
        length = bytes;
        alone = false;
    }

    /** Whether the memory of all is in one piece, and the number of the registered buffer that it lies in, or -1. */
    void memory(boolean onePiece, int registered) {
        flat = onePiece;
        buffer = registered;
        aim();
    }

    /** Starts anew, as a sync of this file. */
    void sync(PosixTransfer owner, FileRegion region, Durable how) {
        begin(owner, region);
        sync = how;
        range(0, 1, 0, 0, 0, 0);
        memory(true, -1);
    }

    private void begin(PosixTransfer owner, FileRegion region) {
        transfer = owner;
        file = region;
        retries = 0;
        cancelSent = false;
    }

    /** Lets go of transfer and file, which would be kept from the collector. */
    void clear() {
        transfer = null;
        file = null;
    }

    /** Whether it has something to do. */
    boolean isInUse() {
        return transfer != null;
    }

    PosixTransfer transfer() {
        return Objects.requireNonNull(transfer);
    }

    FileRegion file() {
        return Objects.requireNonNull(file);
    }

    boolean isWrite() {
        return toFile;
    }

    /** Whether it syncs, and how. */
    Durable sync() {
        return sync;
    }

    int fd() {
        return file().fd();
    }

    /** The number of the registered buffer that holds all the memory, or -1. */
    int buffer() {
        return buffer;
    }

    /** Pieces of memory to ask for: with one, {@link #address} and {@link #length} say which. */
    int pieces() {
        return pieces;
    }

    /** The list of the pieces. */
    long vectors() {
        return vectors;
    }

    /** Where in memory to go on. */
    long address() {
        return address;
    }

    /** Where in the file to go on. */
    long offset() {
        return offset;
    }

    /** Bytes to ask for. */
    int length() {
        return asked;
    }

    /** Whether the kernel asked to try again: then it should wait with a thread of its own. */
    boolean isRetry() {
        return retries > 0;
    }

    /** Whether the kernel should be told to give it up; true once. */
    boolean shouldCancel() {
        if (cancelSent || transfer == null || !transfer.isStopped()) {
            return false;
        }
        cancelSent = true;
        return true;
    }

    private void aim() {
        pieces = 1;
        asked = length;
        if (span > 1 && alone) {
            asked = (int) rest();
        } else if (span > 1 && !flat) {
            scatter();
        }
    }

    private void scatter() {
        Sequence all = transfer().sequence();
        pieces = span;
        for (int i = 0; i < span; i++) {
            long skipped = i == 0 ? position : 0;
            long vector = vectors + (long) i * Uring.IOVEC_SIZE;
            MEMORY.set(JAVA_LONG, vector, all.address(place + i) + skipped);
            MEMORY.set(JAVA_LONG, vector + Uring.IOVEC_LENGTH, all.length(place + i) - skipped);
        }
    }

    /** What is left of the first descriptor here. */
    private long rest() {
        return span == 1 ? length : transfer().sequence().length(place) - position;
    }

    // ---- the kernel's answers

    /**
     * Takes the kernel's answer.
     *
     * @param result bytes moved, or -errno
     * @return true when it is to be carried on with what is left
     */
    boolean goOn(int result) {
        boolean more = sync == Durable.NO ? moved(result) : synced(result);
        if (more && transfer().isStopped()) {
            abandon();
            return false;
        }
        if (more) {
            aim();
        }
        return more;
    }

    /** Gives up without an answer, when there will be none. */
    void abandon() {
        if (sync == Durable.NO) {
            transfer().cutShort(place, position);
        }
    }

    private boolean moved(int result) {
        if (result > 0) {
            retries = 0;
            transfer().moved(result);
            advance(result);
            return length > 0 && (!isEndOfFile() || failedHere(Fault.END_OF_FILE));
        }
        if (result == 0) {
            return failedHere(toFile ? Fault.TOOK_NOTHING : Fault.END_OF_FILE);
        }
        return isWorthAnotherTry(result) || failed(-result);
    }

    private boolean synced(int result) {
        if (result < 0 && !isWorthAnotherTry(result)) {
            transfer().syncFailed(file(), -result);
            return false;
        }
        return result < 0;
    }

    /**
     * A thread's end cancels what it had submitted, which nobody asked for: the next one tries again. Of reads that wait for a
     * page of the cache the kernel says EFAULT then (io_uring's task work of a thread that exits), as of memory that is not there.
     */
    private boolean isWorthAnotherTry(int result) {
        return switch (-result) {
            case Errno.EFAULT -> ++retries <= MAX_FAULT_RETRIES;
            case Errno.EAGAIN, Errno.EINTR, Errno.EBUSY, Errno.ECANCELED ->
                ++retries <= MAX_RETRIES || transfer().isStopped();
            default -> false;
        };
    }

    /** With O_DIRECT the kernel refuses to go on at an unaligned offset, where only the end of a file can be. */
    private boolean isEndOfFile() {
        return !toFile && (offset & (file().offsetAlignment() - 1)) != 0;
    }

    /** All up to here was moved, so that it is the first descriptor here that fails. */
    private boolean failedHere(int why) {
        alone = true;
        return failed(why);
    }

    /** Of several descriptors it is not known which one failed: they are tried one by one. The others go on. */
    private boolean failed(int why) {
        if (span > 1 && !alone) {
            alone = true;
            return true;
        }
        transfer().failed(place, position, why);
        advance(rest());
        retries = 0;
        return length > 0;
    }

    private void advance(long bytes) {
        offset += bytes;
        length -= (int) bytes;
        address += bytes;
        position += bytes;
        if (span > 1 && length > 0) {
            enterDescriptor();
        }
    }

    /** Finds the descriptor in which {@code position} has come to lie. */
    private void enterDescriptor() {
        Sequence all = transfer().sequence();
        while (position >= all.length(place)) {
            position -= all.length(place);
            place++;
            span--;
        }
        address = all.address(place) + position;
    }
}
