// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.jnixl.nativesupport.NativeCalls;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Takes the worker's thread away from a processor that another thread wants. UCX signals a sleeping peer through a Unix socket, and
 * Linux then wakes its thread on the processor of the one who signals, as if that one were about to sleep. It is about to wait
 * actively: so both take turns on one processor though another may be idle, until the kernel evens that out, 10 ms later.
 *
 * <p>For one thread, which makes it.
 */
final class AnotherProcessor {
    private static final MethodHandle GET_AFFINITY =
            NativeCalls.libc("sched_getaffinity", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle SET_AFFINITY =
            NativeCalls.libc("sched_setaffinity", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle GET_CPU = NativeCalls.libc("sched_getcpu", FunctionDescriptor.of(JAVA_INT));

    /** Of a set of processors, enough for any Linux. */
    private static final long BYTES = 1 << 10;

    /** Some tens of times what moving takes. */
    private static final long SHORTEST_NANOS = 1_000_000;

    /** The kernel has evened things out by then. Reached by doubling, while it is of no use: where all processors are wanted. */
    private static final long LONGEST_NANOS = 10_000_000;

    private static final int THIS_THREAD = 0;

    private final MemorySegment allowed;
    private final MemorySegment others;
    private final MemorySegment all;
    private final MemorySegment now;
    private boolean impossible;
    private long between = SHORTEST_NANOS;
    private long movedAt;

    /**
     * Has moved nothing yet.
     *
     * @param time now, by {@link System#nanoTime()}
     */
    AnotherProcessor(Arena arena, long time) {
        movedAt = time - LONGEST_NANOS;
        allowed = arena.allocate(BYTES, Long.BYTES);
        others = arena.allocate(BYTES, Long.BYTES);
        now = arena.allocate(BYTES, Long.BYTES);
        all = arena.allocate(BYTES, Long.BYTES).fill((byte) -1);
    }

    /**
     * Moves the calling thread, unless it has moved just now, or may run on this processor alone. Takes some 20 µs.
     *
     * @param time now, by {@link System#nanoTime()}
     * @return whether it was moved
     */
    boolean move(long time) throws Throwable {
        long since = time - movedAt;
        if (impossible || since < between) {
            return false;
        }
        between = since < 2 * between ? Math.min(2 * between, LONGEST_NANOS) : SHORTEST_NANOS;
        movedAt = time;
        int here = (int) GET_CPU.invokeExact();
        impossible = here < 0 || !get(allowed) || !leave(here);
        return !impossible;
    }

    private boolean leave(int here) throws Throwable {
        others.copyFrom(allowed);
        long word = (long) here / Long.SIZE;
        others.setAtIndex(JAVA_LONG, word, others.getAtIndex(JAVA_LONG, word) & ~(1L << here));
        return set(others) && allowAgain(); // an empty set is refused: then there is no other
    }

    /**
     * Whatever its control group allows, if that is what it had: the kernel remembers a set that was asked for, and would keep to it
     * when the group gets more processors later. Else what it had.
     */
    private boolean allowAgain() throws Throwable {
        boolean asBefore = set(all) && get(now) && now.mismatch(allowed) < 0;
        return asBefore || set(allowed);
    }

    private static boolean get(MemorySegment processors) throws Throwable {
        processors.fill((byte) 0);
        return (int) GET_AFFINITY.invokeExact(THIS_THREAD, BYTES, processors.address()) == 0;
    }

    private static boolean set(MemorySegment processors) throws Throwable {
        return (int) SET_AFFINITY.invokeExact(THIS_THREAD, BYTES, processors.address()) == 0;
    }
}
