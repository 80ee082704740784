// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A TCP socket of UCX's as it was when it was looked at (tcp(7), TCP_INFO). UCX tells nobody of its sockets, but a worker waits for them:
 * they are in the epoll sets below its event descriptor, and the kernel lists those (proc(5), /proc/pid/fdinfo).
 *
 * @param descriptor its number in this process, which the next one may get when it is closed
 * @param inode tells it from the next one
 * @param state as of {@code TCP_ESTABLISHED}
 * @param tries how often the kernel has sent something again, or asked for room again, since the other host answered
 * @param acknowledged bytes that the other host has acknowledged since it was connected to
 */
record TcpSocket(int descriptor, String inode, byte state, int tries, long acknowledged) {
    private static final System.Logger LOG = System.getLogger("io.jnixl.backend.ucx");
    private static final byte ESTABLISHED = 1;

    // of struct tcp_info in linux/tcp.h, to which the kernel only ever adds at the end; bytes acknowledged since Linux
    // 4.1
    private static final int STATE = 0;
    private static final int RETRANSMITS = 2;
    private static final int PROBES = 3;
    private static final int UNACKED = 24;
    private static final int BYTES_ACKED = 120;
    private static final int INFO_BYTES = BYTES_ACKED + Long.BYTES;

    /** Epoll sets within epoll sets: a worker's has those of its transports. */
    private static final int DEPTH = 3;

    private static final Pattern MEMBER = Pattern.compile("tfd:\\s*(\\d+)\\s.*\\sino:(\\S+).*");

    /** Those that are waited for by an epoll descriptor of this process, now. */
    static List<TcpSocket> below(int epoll) throws IOException {
        List<TcpSocket> found = new ArrayList<>();
        collect(epoll, DEPTH, found);
        return found;
    }

    /** The same; none when they cannot be seen. */
    static List<TcpSocket> seenBelow(int epoll) {
        try {
            return below(epoll);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "UCX's sockets cannot be seen", e);
            return List.of();
        }
    }

    private static void collect(int epoll, int depth, List<TcpSocket> found) throws IOException {
        for (String line : members(epoll)) {
            Matcher member = MEMBER.matcher(line);
            if (member.matches()) {
                int descriptor = Integer.parseInt(member.group(1));
                TcpSocket socket = at(descriptor, member.group(2));
                if (socket != null) {
                    found.add(socket);
                } else if (depth > 1) {
                    collect(descriptor, depth - 1, found);
                }
            }
        }
    }

    /** What the kernel says of a descriptor; of one that is an epoll set, its members among it. */
    private static List<String> members(int epoll) throws IOException {
        try {
            return Files.readAllLines(Path.of("/proc/self/fdinfo/" + epoll), StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            return List.of(); // closed meanwhile
        }
    }

    /** Null when it is none. */
    private static @Nullable TcpSocket at(int descriptor, String inode) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment info = arena.allocate(INFO_BYTES, Long.BYTES);
            if (!SocketCalls.tcpInfo(descriptor, info)) {
                return null;
            }
            boolean waits = info.get(JAVA_INT, UNACKED) != 0;
            int tries = (waits ? unsigned(info, RETRANSMITS) : 0) + unsigned(info, PROBES);
            return new TcpSocket(
                    descriptor, inode, info.get(JAVA_BYTE, STATE), tries, info.get(JAVA_LONG, BYTES_ACKED));
        }
    }

    private static int unsigned(MemorySegment info, int at) {
        return Byte.toUnsignedInt(info.get(JAVA_BYTE, at));
    }

    /** Whether the kernel lets one see what an epoll descriptor waits for. */
    static boolean areVisible(int epoll) throws IOException {
        return members(epoll).stream().anyMatch(line -> MEMBER.matcher(line).matches());
    }

    /**
     * Shuts down, of those that were silent, the ones that still are, and have been all the time; for the owner of their worker.
     *
     * @return whether there were any
     */
    static boolean shutDownStillSilent(int epoll, List<TcpSocket> before) {
        if (before.isEmpty()) {
            return false;
        }
        List<TcpSocket> still = seenBelow(epoll).stream()
                .filter(socket -> before.stream().anyMatch(socket::isStillAsSilentAs))
                .toList();
        still.forEach(TcpSocket::shutDown);
        return !still.isEmpty();
    }

    /** Whether it is connected, and neither side has ended it. */
    boolean isConnected() {
        return state == ESTABLISHED;
    }

    /** Whether nobody seems to be at the other end: it is connected, and the kernel tries in vain. */
    boolean isSilent() {
        return isConnected() && tries > 0;
    }

    /** Whether it is the same, and the other host has not answered since. */
    boolean isStillAsSilentAs(TcpSocket before) {
        return isSilent()
                && before.isSilent()
                && descriptor == before.descriptor
                && inode.equals(before.inode)
                && acknowledged == before.acknowledged
                && tries >= before.tries;
    }

    /**
     * Ends the connection, as UCX sees it: as if the other side had. What was sent and not acknowledged is given up as soon as UCX closes
     * it: a target that is there after all is not to get it from one who is gone. Its number must still be its own.
     */
    void shutDown() {
        SocketCalls.shutDown(descriptor);
    }
}
