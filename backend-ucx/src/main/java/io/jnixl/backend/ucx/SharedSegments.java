// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * System V shared memory as the kernel shows it in /proc: in such segments UCX's workers take messages from other processes of
 * their host. Lines that read otherwise than they should are passed over.
 */
final class SharedSegments {
    static final Path PROC = Path.of("/proc");
    static final Path SELF = PROC.resolve("self");

    private static final int HEXADECIMAL = 16;
    private static final Path TABLE = PROC.resolve("sysvipc/shm");

    /** Key, number, mode, bytes, maker, who was there last, count, four owners, last attached, last detached. */
    private static final Pattern ROW =
            Pattern.compile("\\s*\\S+ +(?<number>\\d{1,18}) +\\d+ +\\d+ +(?<maker>\\d{1,18}) +\\d+"
                    + " +(?<count>\\d{1,9})(?: +\\d+){5} +(?<detached>\\d{1,18})\\b.*");

    /** The number of the segment stands where a file's inode would. */
    private static final Pattern MAPPING = Pattern.compile(
            "(?<start>[0-9a-f]{1,15})-(?<end>[0-9a-f]{1,15}) rw-s \\S+ \\S+ (?<number>\\d{1,18}) +/SYSV.*");

    /**
     * What the kernel says of a segment.
     *
     * @param number what a worker's address names it by
     * @param maker the process that made it, as it is seen from here; 0 for one of another namespace
     * @param attached how often it is attached, by all processes
     * @param detached when it was last detached, in seconds since 1970, or 0
     */
    record Segment(long number, long maker, int attached, long detached) {}

    /** Where a process has a segment attached. */
    record Attachment(long number, long address, long bytes) {}

    private SharedSegments() {}

    /** All there are on this host, in this namespace, by their numbers. */
    static Map<Long, Segment> all() throws IOException {
        return parse(Files.readAllLines(TABLE, StandardCharsets.ISO_8859_1));
    }

    /** Those of a table's lines, with or without its head. */
    static Map<Long, Segment> parse(List<String> lines) {
        Map<Long, Segment> all = new HashMap<>();
        for (String line : lines) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                Segment segment = new Segment(
                        Long.parseLong(row.group("number")),
                        Long.parseLong(row.group("maker")),
                        Integer.parseInt(row.group("count")),
                        Long.parseLong(row.group("detached")));
                all.put(segment.number, segment);
            }
        }
        return all;
    }

    /**
     * What a process has attached for reading and writing.
     *
     * @param process its folder in /proc
     * @return empty where it has no memory any more: it is ending
     * @throws IOException when it has ended, or is another user's
     */
    static Optional<List<Attachment>> attachedBy(Path process) throws IOException {
        List<String> lines = Files.readAllLines(process.resolve("maps"), StandardCharsets.ISO_8859_1);
        return lines.isEmpty()
                ? Optional.empty()
                : Optional.of(lines.stream().flatMap(SharedSegments::attachment).toList());
    }

    /** The same of this process. */
    static List<Attachment> attachedHere() throws IOException {
        return attachedBy(SELF).orElse(List.of());
    }

    private static Stream<Attachment> attachment(String line) {
        Matcher mapping = MAPPING.matcher(line);
        if (!mapping.matches()) {
            return Stream.empty();
        }
        long start = Long.parseLong(mapping.group("start"), HEXADECIMAL);
        long end = Long.parseLong(mapping.group("end"), HEXADECIMAL);
        return Stream.of(new Attachment(Long.parseLong(mapping.group("number")), start, end - start));
    }

    /**
     * Whether a process that lives has it attached.
     *
     * @return also true where the process is ending, which others notice
     * @throws IOException when it has ended, or is another user's
     */
    static boolean isAttachedBy(long pid, long number) throws IOException {
        return attachedBy(PROC.resolve(Long.toString(pid)))
                .map(all -> all.stream().anyMatch(one -> one.number == number))
                .orElse(true);
    }
}
