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

    /** The kernel has evened things out by then; and where all processors are wanted, moving is of no use. */
    private static final long RAREST_NANOS = 10_000_000;

    private static final int THIS_THREAD = 0;

    private final MemorySegment allowed;
    private final MemorySegment others;
    private boolean impossible;
    private boolean moved;
    private long movedAt;

    AnotherProcessor(Arena arena) {
        allowed = arena.allocate(BYTES, Long.BYTES);
        others = arena.allocate(BYTES, Long.BYTES);
    }

    /** Moves the calling thread, unless it has moved just now, or may run on this processor alone. Takes some 20 µs. */
    void move() throws Throwable {
        long now = System.nanoTime();
        if (impossible || (moved && now - movedAt < RAREST_NANOS)) {
            return;
        }
        moved = true;
        movedAt = now;
        int here = (int) GET_CPU.invokeExact();
        allowed.fill((byte) 0);
        if (here < 0 || (int) GET_AFFINITY.invokeExact(THIS_THREAD, BYTES, allowed.address()) != 0) {
            impossible = true;
            return;
        }
        others.copyFrom(allowed);
        long word = (long) here / Long.SIZE;
        others.setAtIndex(JAVA_LONG, word, others.getAtIndex(JAVA_LONG, word) & ~(1L << here));
        // an empty set is refused: then there is no other
        if ((int) SET_AFFINITY.invokeExact(THIS_THREAD, BYTES, others.address()) == 0) {
            impossible = (int) SET_AFFINITY.invokeExact(THIS_THREAD, BYTES, allowed.address()) != 0;
        }
    }
}
