// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.jnixl.nativesupport.Errno;
import io.jnixl.nativesupport.NativeCalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * One ring, used by the thread that made it and no other. Entries are written and completions read in the memory that kernel
 * and process share; only entering the kernel is a call.
 */
final class Ring implements AutoCloseable {
    /** Of a completion that belongs to no op. */
    static final int NO_OP = -1;

    private static final int[] FLAGS = {
        Uring.SETUP_COOP_TASKRUN | Uring.SETUP_SINGLE_ISSUER, // Linux 6.0
        Uring.SETUP_COOP_TASKRUN, // 5.19
        0
    };
    private static final MemorySegment MEMORY = NativeCalls.memory();
    private static final VarHandle INT = JAVA_INT.varHandle();

    private final MemorySegment ring;
    private final int fd;
    private final long sqTail;
    private final int sqMask;
    private final long sqes;
    private final long cqHead;
    private final long cqTail;
    private final int cqMask;
    private final long cqes;
    private int tail;
    private int head;
    private int unsubmitted;
    private int result;

    private Ring(MemorySegment ring) {
        this.ring = ring;
        fd = ring.get(JAVA_INT, Uring.RING_FD);
        sqTail = ring.get(JAVA_LONG, Uring.SQ_TAIL);
        sqMask = at(ring.get(JAVA_LONG, Uring.SQ_MASK));
        sqes = ring.get(JAVA_LONG, Uring.SQ_ENTRIES_TABLE);
        cqHead = ring.get(JAVA_LONG, Uring.CQ_HEAD);
        cqTail = ring.get(JAVA_LONG, Uring.CQ_TAIL);
        cqMask = at(ring.get(JAVA_LONG, Uring.CQ_MASK));
        cqes = ring.get(JAVA_LONG, Uring.CQ_ENTRIES_TABLE);
        tail = at(sqTail);
        head = at(cqHead);
        long array = ring.get(JAVA_LONG, Uring.SQ_ARRAY);
        for (int i = 0; array != 0 && i <= sqMask; i++) {
            MEMORY.set(JAVA_INT, array + 4L * i, i); // entry i is always at place i
        }
    }

    private static int at(long address) {
        return MEMORY.get(JAVA_INT, address);
    }

    /**
     * Makes a ring with room for this many entries, with the best settings that the kernel knows.
     *
     * @throws Refusal when the kernel gives none
     */
    static Ring open(int entries, Arena arena) throws Refusal {
        MemorySegment ring = arena.allocate(Uring.RING_ROOM, 8);
        MemorySegment params = arena.allocate(Uring.PARAMS_SIZE, 8);
        int answer = -Errno.EINVAL;
        for (int i = 0; i < FLAGS.length && answer == -Errno.EINVAL; i++) {
            params.fill((byte) 0);
            params.set(JAVA_INT, Uring.PARAMS_FLAGS, FLAGS[i]);
            answer = Uring.init(entries, ring, params);
        }
        if (answer < 0) {
            throw new Refusal(-answer);
        }
        if ((params.get(JAVA_INT, Uring.PARAMS_FEATURES) & Uring.FEATURE_RW_CUR_POS) == 0) {
            Uring.exit(ring);
            throw new Refusal(Errno.ENOSYS);
        }
        return new Ring(ring);
    }

    /** The kernel's no to a ring. */
    static final class Refusal extends Exception {
        private static final long serialVersionUID = 1L;

        private final int errno;

        Refusal(int errno) {
            super(Errno.text(errno), null, false, false);
            this.errno = errno;
        }

        String reason() {
            return "the kernel refuses io_uring to this process: " + Errno.text(errno);
        }

        String remedy() {
            return switch (errno) {
                case Errno.EPERM, Errno.EACCES ->
                    "allow io_uring in the container's seccomp policy, and see sysctl kernel.io_uring_disabled";
                case Errno.ENOSYS -> "allow io_uring in the container's seccomp policy, or run Linux 5.6 or later";
                case Errno.ENOMEM -> "raise the limit on locked memory (ulimit -l), or lower kernel_queue_size";
                default -> "see io_uring_setup(2) for what this error says";
            };
        }
    }

    // ---- entries

    /** Adds the part of an op that is left; the caller sees to it that no more are under way than there are entries. */
    void add(Op op) {
        add(
                op.isWrite() ? Uring.OP_WRITE : Uring.OP_READ,
                op.isRetry() ? Uring.SQE_ASYNC : 0,
                op.fd(),
                op.address(),
                op.length(),
                op.offset(),
                op.slot());
    }

    /** Adds a read of an event's eight bytes, which ends when somebody signals it. */
    void addWait(int eventFd, long address) {
        add(Uring.OP_READ, 0, eventFd, address, Long.BYTES, -1, NO_OP);
    }

    private void add(int opcode, int flags, int file, long address, int bytes, long offset, int slot) {
        long entry = sqes + (long) (tail & sqMask) * Uring.SQE_SIZE;
        MEMORY.set(JAVA_LONG, entry, 0L);
        MEMORY.set(JAVA_BYTE, entry + Uring.SQE_OPCODE, (byte) opcode);
        MEMORY.set(JAVA_BYTE, entry + Uring.SQE_FLAGS, (byte) flags);
        MEMORY.set(JAVA_INT, entry + Uring.SQE_FD, file);
        MEMORY.set(JAVA_LONG, entry + Uring.SQE_OFFSET, offset);
        MEMORY.set(JAVA_LONG, entry + Uring.SQE_ADDRESS, address);
        MEMORY.set(JAVA_INT, entry + Uring.SQE_LENGTH, bytes);
        MEMORY.set(JAVA_INT, entry + Uring.SQE_RW_FLAGS, 0);
        MEMORY.set(JAVA_LONG, entry + Uring.SQE_USER_DATA, (long) slot);
        MEMORY.set(JAVA_LONG, entry + Uring.SQE_USER_DATA + 8, 0L);
        MEMORY.set(JAVA_LONG, entry + Uring.SQE_USER_DATA + 16, 0L);
        MEMORY.set(JAVA_LONG, entry + Uring.SQE_USER_DATA + 24, 0L);
        tail++;
        unsubmitted++;
        INT.setRelease(MEMORY, sqTail, tail);
    }

    /** Entries that the kernel has not been told of. */
    int unsubmitted() {
        return unsubmitted;
    }

    /**
     * Tells the kernel of all entries.
     *
     * @param minComplete completions to wait for
     * @param events whether to look for completions; needed to wait
     * @return 0, or -errno when not all was done and it is worth another try after reaping
     */
    int enter(int minComplete, boolean events) {
        int answer = Uring.enter(fd, unsubmitted, minComplete, events ? Uring.ENTER_GETEVENTS : 0);
        if (answer >= 0) {
            unsubmitted -= answer;
            return 0;
        }
        if (answer == -Errno.EINTR || answer == -Errno.EAGAIN || answer == -Errno.EBUSY) {
            return answer;
        }
        throw new IllegalStateException("io_uring_enter failed: " + Errno.text(-answer));
    }

    // ---- completions

    /** Whether there is a completion to take. */
    boolean hasCompletion() {
        return head != (int) INT.getAcquire(MEMORY, cqTail);
    }

    /** Takes the next completion, which must be there, and answers its slot. */
    int take() {
        long entry = cqes + (long) (head & cqMask) * Uring.CQE_SIZE;
        int slot = (int) MEMORY.get(JAVA_LONG, entry + Uring.CQE_USER_DATA);
        result = MEMORY.get(JAVA_INT, entry + Uring.CQE_RESULT);
        head++;
        INT.setRelease(MEMORY, cqHead, head);
        return slot;
    }

    /** The result of the completion that was taken last. */
    int result() {
        return result;
    }

    @Override
    public void close() {
        Uring.exit(ring);
    }
}
