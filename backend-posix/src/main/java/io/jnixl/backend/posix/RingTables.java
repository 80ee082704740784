// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.jnixl.nativesupport.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.BitSet;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The memory and files that a ring knows by number: the kernel need not look up their pages and descriptors at each read and
 * write. Registered memory is locked: it counts against {@code ulimit -l}, and against a bound of our own, since it cannot be
 * swapped and all of it is populated. Thread-safe as far as the ring is; what does not fit is used unregistered.
 */
final class RingTables {
    /** The kernel takes buffers up to 2^30 bytes, so larger memory is a row of them. */
    static final int BUFFER_SHIFT = 30;

    static final long BUFFER_BYTES = 1L << BUFFER_SHIFT;

    private static final System.Logger LOG = System.getLogger(RingTables.class.getName());
    private static final int MOST_BUFFERS = 1024;
    private static final int MOST_FILES = 256;

    /** Once for all rings: the next one's limit is the same. */
    private static final AtomicBoolean LIMIT_TOLD = new AtomicBoolean();

    private final int ring;
    private final int fd;
    private final long mostBytes;
    private final boolean hasBuffers;
    private final boolean hasFiles;
    private final BitSet buffers = new BitSet();
    private final BitSet files = new BitSet();
    private long bytes;
    private boolean ended;

    /**
     * Makes empty tables; without, where the kernel knows none (before Linux 5.19).
     *
     * @param number of the ring
     * @param fd of the ring
     * @param mostBytes to register, 0 for none
     */
    RingTables(int number, int fd, long mostBytes) {
        this.ring = number;
        this.fd = fd;
        this.mostBytes = mostBytes;
        this.hasBuffers = mostBytes > 0 && makeTable(Uring.REGISTER_BUFFERS2, MOST_BUFFERS);
        this.hasFiles = makeTable(Uring.REGISTER_FILES2, MOST_FILES);
    }

    private boolean makeTable(int what, int entries) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment table = arena.allocate(Uring.TABLE_SIZE, 8);
            table.set(JAVA_INT, Uring.TABLE_COUNT, entries);
            table.set(JAVA_INT, Uring.TABLE_FLAGS, Uring.TABLE_SPARSE);
            return Uring.register(fd, what, table.address(), Uring.TABLE_SIZE) >= 0;
        }
    }

    /** Such as {@code registered buffers and files}; empty when there is neither. */
    String words() {
        if (hasBuffers) {
            return hasFiles ? "registered buffers and files" : "registered buffers";
        }
        return hasFiles ? "registered files" : "";
    }

    // ---- memory

    /** Registers memory, if there is room and the kernel agrees. */
    synchronized void add(DramRegion memory) {
        if (ended
                || !hasBuffers
                || memory.isBuffer(ring)
                || memory.bytes() <= 0
                || memory.bytes() > mostBytes - bytes) {
            return;
        }
        int count = (int) ((memory.bytes() + BUFFER_BYTES - 1) >>> BUFFER_SHIFT);
        int first = row(count);
        if (first + count > MOST_BUFFERS) {
            return;
        }
        for (int i = 0; i < count; i++) {
            long start = i * BUFFER_BYTES;
            int answer = setBuffer(first + i, memory.address() + start, Math.min(BUFFER_BYTES, memory.bytes() - start));
            if (answer < 0) {
                clear(first, i);
                refused(memory, -answer);
                return;
            }
        }
        buffers.set(first, first + count);
        bytes += memory.bytes();
        memory.becomesBuffer(ring, first);
    }

    /** The first of so many free numbers in a row. */
    private int row(int count) {
        int first = buffers.nextClearBit(0);
        while (true) {
            int next = buffers.nextSetBit(first);
            if (next < 0 || next - first >= count) {
                return first;
            }
            first = buffers.nextClearBit(next);
        }
    }

    private static void refused(DramRegion memory, int errno) {
        if (errno == Errno.ENOMEM && LIMIT_TOLD.compareAndSet(false, true)) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "{0} could not be registered with io_uring, since the limit on locked memory is reached; direct I/O costs some"
                            + " more processor time: raise it (ulimit -l), or set backends.POSIX.registered_mib = 0 to be"
                            + " told no more; later ones are not told",
                    memory);
        } else {
            LOG.log(
                    System.Logger.Level.DEBUG,
                    () -> memory + " is used without being registered with io_uring: " + Errno.text(errno));
        }
    }

    synchronized void remove(DramRegion memory) {
        if (!ended && memory.isBuffer(ring)) {
            int first = memory.firstBuffer(ring);
            int count = (int) ((memory.bytes() + BUFFER_BYTES - 1) >>> BUFFER_SHIFT);
            clear(first, count);
            buffers.clear(first, first + count);
            bytes -= memory.bytes();
            memory.becomesBuffer(ring, -1);
        }
    }

    private void clear(int first, int count) {
        for (int i = 0; i < count; i++) {
            var _ = setBuffer(first + i, 0, 0);
        }
    }

    private int setBuffer(int number, long address, long length) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment vector = arena.allocate(Uring.IOVEC_SIZE, 8);
            vector.set(JAVA_LONG, 0, address);
            vector.set(JAVA_LONG, Uring.IOVEC_LENGTH, length);
            MemorySegment update = arena.allocate(Uring.UPDATE_SIZE, 8);
            update.set(JAVA_INT, Uring.UPDATE_OFFSET, number);
            update.set(JAVA_LONG, Uring.UPDATE_DATA, vector.address());
            update.set(JAVA_INT, Uring.UPDATE_COUNT, 1);
            return Uring.register(fd, Uring.REGISTER_BUFFERS_UPDATE, update.address(), Uring.UPDATE_SIZE);
        }
    }

    // ---- files

    /** Registers a file that was opened by us, if there is room; others may be closed by their owner, which shows otherwise. */
    synchronized void add(FileRegion file) {
        if (ended || !hasFiles || !file.isOwned() || file.number(ring) >= 0) {
            return;
        }
        int number = files.nextClearBit(0);
        if (number < MOST_FILES && setFile(number, file.fd()) >= 0) {
            files.set(number);
            file.becomes(ring, number);
        }
    }

    synchronized void remove(FileRegion file) {
        int number = file.number(ring);
        if (!ended && number >= 0) {
            var _ = setFile(number, -1);
            files.clear(number);
            file.becomes(ring, -1);
        }
    }

    private int setFile(int number, int file) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment update = arena.allocate(Uring.UPDATE_SIZE, 8);
            update.set(JAVA_INT, Uring.UPDATE_OFFSET, number);
            update.set(
                    JAVA_LONG,
                    Uring.UPDATE_DATA,
                    arena.allocateFrom(JAVA_INT, file).address());
            return Uring.register(fd, Uring.REGISTER_FILES_UPDATE, update.address(), 1);
        }
    }

    /** The ring goes: its number may be another file's next. */
    synchronized void end() {
        ended = true;
    }
}
