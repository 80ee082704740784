// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the process of a peer on this host. UCX says in a worker's address in which System V segment it takes messages, by its
 * number, and attaches it when an endpoint is made; the kernel knows who made the segment.
 */
final class PeerProcess {
    private static final Path SEGMENTS = Path.of("/proc/sysvipc/shm");
    private static final Path ATTACHED = Path.of("/proc/self/maps");

    /** A line of the latter: the number of the segment stands where a file's inode would. */
    private static final Pattern SEGMENT = Pattern.compile("(\\d+) +/SYSV");

    private static final int NUMBER = 1;
    private static final int CREATOR = 4;

    private PeerProcess() {}

    /**
     * The process that the address leads to, if it is on this host, can be seen from here and takes messages by System V shared
     * memory; empty also where it is not certain. After an endpoint to it was made.
     */
    static OptionalInt of(byte[] address) {
        try {
            return of(address, Files.readAllLines(SEGMENTS, StandardCharsets.ISO_8859_1), attached());
        } catch (IOException e) {
            return OptionalInt.empty(); // a kernel without System V shared memory, or a /proc that is hidden
        }
    }

    /**
     * The same of given facts.
     *
     * @param segments the kernel's table, with its head
     * @param attached numbers of the segments that this process has attached
     */
    static OptionalInt of(byte[] address, List<String> segments, Set<Integer> attached) {
        int found = 0;
        for (String line : segments.subList(Math.min(1, segments.size()), segments.size())) {
            String[] words = line.strip().split(" +", CREATOR + 2);
            int number = words.length > CREATOR ? parse(words[NUMBER]) : -1;
            if (attached.contains(number) && names(address, number)) {
                if (found != 0) {
                    return OptionalInt.empty();
                }
                found = parse(words[CREATOR]);
            }
        }
        boolean other = found > 0 && found != ProcessHandle.current().pid();
        return other ? OptionalInt.of(found) : OptionalInt.empty();
    }

    private static int parse(String number) {
        return number.matches("\\d{1,9}|1\\d{9}") ? Integer.parseInt(number) : -1;
    }

    /** Whether the number stands in the address, once, as a 64-bit word. */
    private static boolean names(byte[] address, int number) {
        ByteBuffer bytes = ByteBuffer.wrap(address).order(ByteOrder.LITTLE_ENDIAN);
        int times = 0;
        for (int i = 0; i + Long.BYTES <= address.length; i++) {
            times += bytes.getLong(i) == number ? 1 : 0;
        }
        return times == 1;
    }

    private static Set<Integer> attached() throws IOException {
        Set<Integer> numbers = new HashSet<>();
        for (String line : Files.readAllLines(ATTACHED, StandardCharsets.ISO_8859_1)) {
            Matcher segment = SEGMENT.matcher(line);
            if (segment.find()) {
                numbers.add(parse(segment.group(1)));
            }
        }
        return numbers;
    }
}
