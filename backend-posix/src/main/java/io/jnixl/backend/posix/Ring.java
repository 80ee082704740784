// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.jnixl.nativesupport.Errno;
import io.jnixl.nativesupport.NativeCalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * One ring, used by one thread at a time; with {@link #isOneThreads}, by the thread that enabled it and no other. Entries are
 * written and completions read in the memory that kernel and process share; only entering the kernel is a call.
 */
final class Ring implements AutoCloseable {
    /** Of a completion that belongs to no op. */
    static final int NO_OP = -1;

    /** Of the completion of a request to cancel. */
    static final int CANCELLED = -2;

    /** Settings of a ring that several threads use in turn, the best first. */
    private static final Mode[] SHARED = {Mode.COOPERATIVE, Mode.PLAIN};

    /** Settings of a ring that belongs to one thread. */
    private static final Mode[] ONE_THREADS = {
        new Mode("DEFER_TASKRUN", Uring.SETUP_DEFER_TASKRUN | Uring.SETUP_TASKRUN_FLAG | Mode.ONE_THREADS), // Linux 6.1
        new Mode("SINGLE_ISSUER", Mode.COOPERATIVE.flags | Mode.ONE_THREADS), // 6.0
        Mode.COOPERATIVE,
        Mode.PLAIN
    };

    /** Settings of a ring, and their word. */
    private record Mode(String word, int flags) {
        static final Mode PLAIN = new Mode("plain", 0);

        /** Completions wait for a visit, which saves interrupting the thread that submitted; Linux 5.19. */
        static final Mode COOPERATIVE = new Mode("COOP_TASKRUN", Uring.SETUP_COOP_TASKRUN | Uring.SETUP_TASKRUN_FLAG);

        /** It belongs to the thread that enables it, which need not be the one that makes it. */
        static final int ONE_THREADS = Uring.SETUP_SINGLE_ISSUER | Uring.SETUP_R_DISABLED;
    }

    private static final MemorySegment MEMORY = NativeCalls.memory();
    private static final VarHandle INT = JAVA_INT.varHandle();
    private static final long NANOS = 1_000_000_000L;

    private final MemorySegment ring;
    private final int fd;
    private final Mode mode;
    private final boolean timed;
    private final long cqFlags;
    private final long wait;
    private final long time;
    private final long sqTail;
    private final long sqFlags;
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

    private Ring(MemorySegment ring, Mode mode, boolean timed, Arena arena) {
        this.ring = ring;
        this.mode = mode;
        this.timed = timed;
        time = arena.allocate(Uring.TIME_SIZE, 8).address();
        wait = arena.allocate(Uring.EVENTS_ARG_SIZE, 8).address();
        MEMORY.set(JAVA_LONG, wait + Uring.EVENTS_ARG_TIME, time);
        cqFlags = ring.get(JAVA_LONG, Uring.CQ_FLAGS);
        fd = ring.get(JAVA_INT, Uring.RING_FD);
        sqTail = ring.get(JAVA_LONG, Uring.SQ_TAIL);
        sqFlags = ring.get(JAVA_LONG, Uring.SQ_FLAGS);
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
     * @param oneThreads whether only one thread will use it
     * @throws Refusal when the kernel gives none
     */
    static Ring open(int entries, boolean oneThreads, Arena arena) throws Refusal {
        MemorySegment ring = arena.allocate(Uring.RING_ROOM, 8);
        MemorySegment params = arena.allocate(Uring.PARAMS_SIZE, 8);
        Mode[] modes = oneThreads ? ONE_THREADS : SHARED;
        Mode mode = modes[0];
        int answer = -Errno.EINVAL;
        for (int i = 0; i < modes.length && answer == -Errno.EINVAL; i++) {
            mode = modes[i];
            params.fill((byte) 0);
            params.set(JAVA_INT, Uring.PARAMS_FLAGS, mode.flags);
            answer = Uring.init(entries, ring, params);
        }
        if (answer < 0) {
            throw refusal(-answer);
        }
        int features = params.get(JAVA_INT, Uring.PARAMS_FEATURES);
        if ((features & Uring.FEATURE_RW_CUR_POS) == 0) {
            Uring.exit(ring);
            throw refusal(Errno.ENOSYS);
        }
        return new Ring(ring, mode, (features & Uring.FEATURE_EXT_ARG) != 0, arena);
    }

    /** Makes it this thread's, where it belongs to one; before its first use. */
    void enable() {
        int answer = isOneThreads() ? Uring.register(fd, Uring.REGISTER_ENABLE_RINGS, 0, 0) : 0;
        if (answer < 0) {
            throw new IllegalStateException("the ring cannot be enabled: " + Errno.text(-answer));
        }
    }

    /** The word for its settings. */
    String mode() {
        return mode.word;
    }

    int fd() {
        return fd;
    }

    /** Whether only the thread that enabled it may enter the kernel with it. */
    boolean isOneThreads() {
        return (mode.flags & Uring.SETUP_SINGLE_ISSUER) != 0;
    }

    /** Whether one can wait with it for a limited time. */
    boolean isTimed() {
        return timed;
    }

    private static Refusal refusal(int errno) {
        return new Refusal(
                "the kernel refuses io_uring to this process: " + Errno.text(errno),
                switch (errno) {
                    case Errno.EPERM, Errno.EACCES ->
                        "allow io_uring in the container's seccomp policy, and see sysctl kernel.io_uring_disabled";
                    case Errno.ENOSYS -> "allow io_uring in the container's seccomp policy, or run Linux 5.6 or later";
                    case Errno.ENOMEM -> "raise the limit on locked memory (ulimit -l), or lower kernel_queue_size";
                    default -> "see io_uring_setup(2) for what this error says";
                });
    }

    // ---- entries

    /** Adds what is left of an op; the caller sees to it that no more are under way than there are entries. */
    void add(Op op, int file) {
        int flags = (op.isRetry() ? Uring.SQE_ASYNC : 0) | (file >= 0 ? Uring.SQE_FIXED_FILE : 0);
        int target = file >= 0 ? file : op.fd();
        if (op.sync() != Durable.NO) {
            add(Uring.OP_FSYNC, flags, target, 0, 0, 0, op.slot());
            last(JAVA_INT, Uring.SQE_RW_FLAGS, op.sync() == Durable.DATA ? Uring.FSYNC_DATASYNC : 0);
        } else if (op.pieces() > 1) {
            int opcode = op.isWrite() ? Uring.OP_WRITEV : Uring.OP_READV;
            add(opcode, flags, target, op.vectors(), op.pieces(), op.offset(), op.slot());
        } else if (op.buffer() >= 0) {
            int opcode = op.isWrite() ? Uring.OP_WRITE_FIXED : Uring.OP_READ_FIXED;
            add(opcode, flags, target, op.address(), op.length(), op.offset(), op.slot());
            last(JAVA_LONG, Uring.SQE_BUFFER_INDEX, op.buffer());
        } else {
            int opcode = op.isWrite() ? Uring.OP_WRITE : Uring.OP_READ;
            add(opcode, flags, target, op.address(), op.length(), op.offset(), op.slot());
        }
        publish();
    }

    /** Adds a request to give up the op of this slot; it has a completion of its own. */
    void addCancel(int slot) {
        add(Uring.OP_ASYNC_CANCEL, 0, -1, slot, 0, 0, CANCELLED);
        publish();
    }

    /** Adds a read of an event's eight bytes, which ends when somebody signals it. */
    void addWait(int eventFd, long address) {
        add(Uring.OP_READ, 0, eventFd, address, Long.BYTES, -1, NO_OP);
        publish();
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
    }

    /** Changes the entry that was added last. */
    private void last(ValueLayout.OfInt layout, int field, int value) {
        MEMORY.set(layout, sqes + (long) (tail & sqMask) * Uring.SQE_SIZE + field, value);
    }

    /** Changes the entry that was added last. */
    private void last(ValueLayout.OfLong layout, int field, long value) {
        MEMORY.set(layout, sqes + (long) (tail & sqMask) * Uring.SQE_SIZE + field, value);
    }

    private void publish() {
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
        return account(Uring.enter(fd, unsubmitted, minComplete, events ? Uring.ENTER_GETEVENTS : 0));
    }

    /** Tells the kernel of all entries, and waits for one completion, at most this long; only when {@link #isTimed()}. */
    int enterFor(long nanos) {
        MEMORY.set(JAVA_LONG, time, nanos / NANOS);
        MEMORY.set(JAVA_LONG, time + Uring.TIME_NANOS, nanos % NANOS);
        int answer = Uring.enter(fd, unsubmitted, 1, Uring.ENTER_GETEVENTS, wait);
        return answer == -Errno.ETIME ? 0 : account(answer);
    }

    private int account(int answer) {
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

    /** Whether the kernel has completions that it posts when the ring is entered. */
    boolean wantsVisit() {
        return ((int) INT.getAcquire(MEMORY, sqFlags) & (Uring.SQ_TASKRUN | Uring.SQ_CQ_OVERFLOW)) != 0;
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

    // ---- the event of completions

    /** Has the kernel signal this event at each completion. */
    int registerEvent(int eventFd, Arena arena) {
        MemorySegment argument = arena.allocateFrom(JAVA_INT, eventFd);
        return Uring.register(fd, Uring.REGISTER_EVENTFD, argument.address(), 1);
    }

    /** Keeps the kernel from signalling. */
    void silence() {
        MEMORY.set(JAVA_INT, cqFlags, Uring.CQ_EVENTFD_DISABLED);
    }

    /** Lets the kernel signal again; a completion that came before this is seen by who looks after it. */
    void unsilence() {
        INT.setVolatile(MEMORY, cqFlags, 0);
        VarHandle.fullFence();
    }

    @Override
    public void close() {
        Uring.exit(ring);
    }
}
