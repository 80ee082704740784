// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.jnixl.nativesupport.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** One context of the kernel's asynchronous I/O, its control blocks and events. One thread at a time. */
final class AioContext implements AutoCloseable {
    /** The slot of the bell. */
    static final int BELL = -1;

    private final int slots;
    private final long context;
    private final MemorySegment blocks;
    private final MemorySegment pointers;
    private final MemorySegment events;
    private final MemorySegment count;
    private int waiting;
    private int taken;
    private int arrived;
    private int result;

    private AioContext(int slots, long context, Arena arena) {
        this.slots = slots;
        this.context = context;
        blocks = arena.allocate((long) (slots + 1) * Aio.IOCB_SIZE, 8); // what is not set below stays 0
        pointers = arena.allocate(JAVA_LONG, slots + 1L);
        events = arena.allocate((long) (slots + 1) * Aio.EVENT_SIZE, 8);
        count = arena.allocate(JAVA_LONG);
    }

    /**
     * Makes one with this many slots, and one for the bell.
     *
     * @throws Refusal when the kernel gives none
     */
    static AioContext open(int slots, Arena arena) throws Refusal {
        MemorySegment number = arena.allocate(JAVA_LONG);
        int answer = Aio.setup(slots + 1, number.address());
        if (answer < 0) {
            throw refusal(-answer);
        }
        return new AioContext(slots, number.get(JAVA_LONG, 0), arena);
    }

    private static Refusal refusal(int errno) {
        return new Refusal(
                "the kernel refuses asynchronous I/O (io_setup) to this process: " + Errno.text(errno),
                switch (errno) {
                    case Errno.EAGAIN ->
                        "raise sysctl fs.aio-max-nr, which fs.aio-nr has reached, or lower kernel_queue_size";
                    case Errno.EPERM, Errno.EACCES ->
                        "allow io_setup, io_submit and io_getevents in the container's seccomp policy";
                    case Errno.ENOSYS ->
                        "run a kernel with CONFIG_AIO, allow io_setup in the seccomp policy, or take engine = pool";
                    default -> "see io_setup(2) for what this error says";
                });
    }

    // ---- towards the kernel

    /** Adds the part of an op that is left. */
    void add(Op op) {
        if (op.sync() != Durable.NO) {
            add(op.slot(), op.sync() == Durable.DATA ? Aio.FDSYNC : Aio.FSYNC, op.fd(), 0, 0, 0);
            return;
        }
        add(op.slot(), op.isWrite() ? Aio.PWRITE : Aio.PREAD, op.fd(), op.address(), op.length(), op.offset());
    }

    /** Adds a wait for an event's descriptor, which ends when somebody signals it. */
    void addWait(int eventFd) {
        add(BELL, Aio.POLL, eventFd, Aio.POLLIN, 0, 0);
    }

    private void add(int slot, short opcode, int fd, long buffer, long bytes, long offset) {
        long at = (long) (slot == BELL ? slots : slot) * Aio.IOCB_SIZE;
        blocks.set(JAVA_LONG, at + Aio.IOCB_DATA, slot);
        blocks.set(JAVA_SHORT, at + Aio.IOCB_OPCODE, opcode);
        blocks.set(JAVA_INT, at + Aio.IOCB_FD, fd);
        blocks.set(JAVA_LONG, at + Aio.IOCB_BUFFER, buffer);
        blocks.set(JAVA_LONG, at + Aio.IOCB_BYTES, bytes);
        blocks.set(JAVA_LONG, at + Aio.IOCB_OFFSET, offset);
        pointers.setAtIndex(JAVA_LONG, waiting++, blocks.address() + at);
    }

    boolean hasWaiting() {
        return waiting > 0;
    }

    /** Submits what was added; 0, or -errno of the first that was not taken. */
    int submit() {
        int done = Aio.submit(context, waiting, pointers.address());
        if (done < 0) {
            return done;
        }
        drop(done);
        return 0;
    }

    /** Takes the first that waits out again and answers its slot. */
    int takeRefused() {
        int slot = (int) ((pointers.getAtIndex(JAVA_LONG, 0) - blocks.address()) / Aio.IOCB_SIZE);
        drop(1);
        return slot == slots ? BELL : slot;
    }

    private void drop(int n) {
        waiting -= n;
        for (int i = 0; n > 0 && i < waiting; i++) {
            pointers.setAtIndex(JAVA_LONG, i, pointers.getAtIndex(JAVA_LONG, i + n));
        }
    }

    // ---- from the kernel

    /** Waits for this many events; 0, or -errno. Only when all that came were taken. */
    int await(int least) {
        int answer = Aio.events(context, least, slots + 1, events.address());
        taken = 0;
        arrived = Math.max(0, answer);
        return Math.min(0, answer);
    }

    boolean hasEvent() {
        return taken < arrived;
    }

    /** Takes the next event, which must be there, and answers its slot. */
    int take() {
        long at = (long) taken++ * Aio.EVENT_SIZE;
        result = (int) events.get(JAVA_LONG, at + Aio.EVENT_RESULT);
        return (int) events.get(JAVA_LONG, at + Aio.EVENT_DATA);
    }

    /** The result of the event that was taken last. */
    int result() {
        return result;
    }

    /** After the bell. */
    void clear(int eventFd) {
        Aio.clear(eventFd, count);
    }

    @Override
    public void close() {
        Aio.destroy(context);
    }
}
