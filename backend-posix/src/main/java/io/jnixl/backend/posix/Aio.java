// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.jnixl.nativesupport.Errno;
import io.jnixl.nativesupport.NativeCalls;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * The kernel's asynchronous I/O, io_submit(2) and its like, by syscall(2): libaio, which only wraps them, is not needed. What
 * {@code linux/aio_abi.h} says of structs and constants; a test compares them with the header. The functions answer
 * {@code -errno} where C would answer -1.
 */
final class Aio {
    // struct iocb
    static final int IOCB_SIZE = 64;
    static final int IOCB_DATA = 0;
    static final int IOCB_OPCODE = 16;
    static final int IOCB_FD = 20;
    static final int IOCB_BUFFER = 24;
    static final int IOCB_BYTES = 32;
    static final int IOCB_OFFSET = 40;

    // struct io_event
    static final int EVENT_SIZE = 32;
    static final int EVENT_DATA = 0;
    static final int EVENT_RESULT = 16;

    // constants
    static final short PREAD = 0;
    static final short PWRITE = 1;
    static final short FSYNC = 2;
    static final short FDSYNC = 3;
    static final short POLL = 5;
    static final int POLLIN = 1;

    /** The numbers of the calls, by architecture. */
    record Numbers(long setup, long destroy, long submit, long events) {
        static Numbers of(String architecture) {
            return switch (architecture) {
                case "amd64" -> new Numbers(206, 207, 209, 208);
                case "aarch64", "riscv64" -> new Numbers(0, 1, 2, 4);
                default -> new Numbers(-1, -1, -1, -1); // which no kernel knows: ENOSYS
            };
        }
    }

    static final Numbers NUMBERS = Numbers.of(System.getProperty("os.arch", ""));

    private static final FunctionDescriptor SIX =
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    private static final Linker.Option VARIADIC = Linker.Option.firstVariadicArg(1);

    // as in Libc: without errno on the hot path, with it when a call has failed
    private static final MethodHandle CALL = NativeCalls.libc("syscall", SIX, VARIADIC);
    private static final MethodHandle CALL_OR_WHY = NativeCalls.libc("syscall", SIX, VARIADIC, Errno.capture());
    private static final MethodHandle READ =
            NativeCalls.libc("read", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));

    private Aio() {}

    /** Makes a context with room for this many; its number goes to the address. */
    static int setup(int room, long address) {
        return (int) orWhy(NUMBERS.setup, room, address, 0, 0, 0);
    }

    /** Frees a context; waits for what is under way. */
    static void destroy(long context) {
        var _ = orWhy(NUMBERS.destroy, context, 0, 0, 0, 0);
    }

    /** Submits the control blocks whose addresses lie there; answers how many of them, from the first on, were taken. */
    static int submit(long context, int count, long pointers) {
        long answer = call(NUMBERS.submit, context, count, pointers, 0, 0);
        return (int) (answer >= 0 ? answer : orWhy(NUMBERS.submit, context, count, pointers, 0, 0));
    }

    /** Waits for this many events at least, and takes as many as there are and fit; answers how many. */
    static int events(long context, int least, int most, long events) {
        long answer = call(NUMBERS.events, context, least, most, events, 0);
        return (int) (answer >= 0 ? answer : orWhy(NUMBERS.events, context, least, most, events, 0));
    }

    /** Takes the count of an event's descriptor that was signalled, so that it can be waited for again. */
    static void clear(int eventFd, MemorySegment eightBytes) {
        try {
            var _ = (long) READ.invokeExact(eventFd, eightBytes, 8L);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    private static long call(long number, long a, long b, long c, long d, long e) {
        try {
            return (long) CALL.invokeExact(number, a, b, c, d, e);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    private static long orWhy(long number, long a, long b, long c, long d, long e) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = arena.allocate(Errno.CAPTURE);
            long answer = (long) CALL_OR_WHY.invokeExact(errno, number, a, b, c, d, e);
            return answer < 0 ? -Errno.of(errno) : answer;
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }
}
