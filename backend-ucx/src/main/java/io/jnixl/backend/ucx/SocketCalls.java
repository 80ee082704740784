// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.jnixl.nativesupport.NativeCalls;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the C library does with sockets of UCX's (socket(7), tcp(7)), by their descriptors. Who changes one must know that it is not closed
 * meanwhile, and its number another's; what cannot be set stays as it is.
 */
final class SocketCalls {
    private static final int SOL_SOCKET = 1;
    private static final int SOL_TCP = 6;
    private static final int TCP_INFO = 11;
    private static final int SO_LINGER = 13;
    private static final int SO_ATTACH_FILTER = 26;
    private static final int SO_DETACH_FILTER = 27;
    private static final int SO_ACCEPTCONN = 30;
    private static final int SHUT_RDWR = 2;

    /** {@code struct sockaddr_storage}, in which the port stands at the same place for all versions of IP. */
    private static final int ADDRESS_BYTES = 128;

    private static final int PORT = 2;
    private static final short AF_INET = 2;
    private static final short AF_INET6 = 10;
    private static final ValueLayout.OfShort NETWORK_SHORT = JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN);

    /**
     * A socket filter (linux/filter.h) for TCP that refuses resets which are no answer to a connection request, and acknowledge nothing; of each
     * instruction the code, how far to jump if true and if false, and the operand. It sees the TCP header first.
     */
    private static final int[][] NO_BARE_RESETS = {
        {0x30, 0, 0, 13}, // load the byte with the flags
        {0x54, 0, 0, 0x14}, // leave of them ACK and RST
        {0x15, 0, 1, 0x04}, // go on with the next if it is RST alone, else with the last
        {0x06, 0, 0, 0}, // take no byte
        {0x06, 0, 0, Integer.MAX_VALUE} // take all
    };

    private static final MethodHandle GETSOCKOPT = NativeCalls.libc(
            "getsockopt", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
    private static final MethodHandle SETSOCKOPT = NativeCalls.libc(
            "setsockopt", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle GETSOCKNAME =
            NativeCalls.libc("getsockname", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
    private static final MethodHandle SHUTDOWN =
            NativeCalls.libc("shutdown", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));

    private SocketCalls() {}

    /** Fills in {@code struct tcp_info}; false when it is no TCP socket, or the kernel knows less than there is room for. */
    static boolean tcpInfo(int descriptor, MemorySegment info) {
        return get(descriptor, SOL_TCP, TCP_INFO, info);
    }

    /** The port on this side; 0 when there is none. */
    static int localPort(int descriptor) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = arena.allocate(ADDRESS_BYTES, Long.BYTES);
            MemorySegment length = arena.allocateFrom(JAVA_INT, ADDRESS_BYTES);
            int failed = (int) GETSOCKNAME.invokeExact(descriptor, address, length);
            short family = address.get(JAVA_SHORT, 0);
            boolean hasPort = failed == 0 && (family == AF_INET || family == AF_INET6);
            return hasPort ? Short.toUnsignedInt(address.get(NETWORK_SHORT, PORT)) : 0;
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    /** Where this process takes connections. */
    static Set<Integer> listeningPorts() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.map(path -> Integer.parseInt(path.getFileName().toString()))
                    .filter(SocketCalls::isListening)
                    .map(SocketCalls::localPort)
                    .collect(Collectors.toSet());
        }
    }

    private static boolean isListening(int descriptor) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment answer = arena.allocate(JAVA_INT);
            return get(descriptor, SOL_SOCKET, SO_ACCEPTCONN, answer) && answer.get(JAVA_INT, 0) != 0;
        }
    }

    private static boolean get(int descriptor, int level, int option, MemorySegment answer) {
        int bytes = (int) answer.byteSize();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment length = arena.allocateFrom(JAVA_INT, bytes);
            int failed = (int) GETSOCKOPT.invokeExact(descriptor, level, option, answer, length);
            return failed == 0 && length.get(JAVA_INT, 0) >= bytes;
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    /** Nothing comes or goes any more. What was sent and is not acknowledged is given up when it is closed. */
    static void shutDown(int descriptor) {
        try (Arena arena = Arena.ofConfined()) {
            set(descriptor, SO_LINGER, arena.allocateFrom(JAVA_INT, 1, 0)); // struct linger: on, for no second
            var _ = (int) SHUTDOWN.invokeExact(descriptor, SHUT_RDWR);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    /**
     * From now on a bare reset counts as lost: what a kernel sends in answer to what comes for a connection that it does not have any more. One that a
     * kernel sends by itself, when an end is closed that has not read everything, acknowledges what was sent, and is taken.
     */
    static void keepBareResetsOff(int descriptor) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment filter = arena.allocate((long) NO_BARE_RESETS.length * Long.BYTES, Long.BYTES);
            for (int i = 0; i < NO_BARE_RESETS.length; i++) { // struct sock_filter
                MemorySegment instruction = filter.asSlice((long) i * Long.BYTES, Long.BYTES);
                instruction.set(JAVA_SHORT, 0, (short) NO_BARE_RESETS[i][0]);
                instruction.set(JAVA_BYTE, 2, (byte) NO_BARE_RESETS[i][1]);
                instruction.set(JAVA_BYTE, 3, (byte) NO_BARE_RESETS[i][2]);
                instruction.set(JAVA_INT, 4, NO_BARE_RESETS[i][3]);
            }
            MemorySegment program =
                    arena.allocate(2 * ADDRESS.byteSize(), ADDRESS.byteAlignment()); // struct sock_fprog
            program.set(JAVA_SHORT, 0, (short) NO_BARE_RESETS.length);
            program.set(ADDRESS, ADDRESS.byteSize(), filter);
            set(descriptor, SO_ATTACH_FILTER, program);
        }
    }

    /** No more. */
    static void letBareResetsIn(int descriptor) {
        try (Arena arena = Arena.ofConfined()) {
            set(descriptor, SO_DETACH_FILTER, arena.allocate(JAVA_INT));
        }
    }

    private static void set(int descriptor, int option, MemorySegment value) {
        try {
            var _ = (int) SETSOCKOPT.invokeExact(descriptor, SOL_SOCKET, option, value, (int) value.byteSize());
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }
}
