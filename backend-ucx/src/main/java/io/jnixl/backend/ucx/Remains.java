// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import io.jnixl.backend.ucx.SharedSegments.Attachment;
import io.jnixl.backend.ucx.SharedSegments.Segment;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Sees to what killed processes leave in queues of shared memory, where UCX (1.13) does not; see docs/adr/0017. A message that
 * one was in the middle of writing to this process would be waited for without end, and no other be taken, from anybody: it is
 * thrown away, once it is certain that nobody writes it any more. And for room in the full queue of a process that is gone UCX
 * would wait without end, with all that belongs to the endpoint: there is made some.
 *
 * <p>One for the whole process, and asked only when a worker has had nothing to do and yet could not sleep for a while.
 */
final class Remains {
    static final Remains IN_THIS_PROCESS = new Remains();

    private static final System.Logger LOG = System.getLogger("io.jnixl.backend.ucx");
    private static final Path THIS_THREAD = SharedSegments.PROC.resolve("thread-self");
    private static final long PATIENCE_NANOS = 100_000_000;
    private static final long SHORTEST_NANOS = 20_000_000;
    private static final long LONGEST_NANOS = 1_000_000_000;

    /** Ticks of the processor's time after which a thread has certainly left where it was: writing takes microseconds. */
    private static final long TICKS = 2;

    private static final int STATE = 0;
    private static final int USER_TIME = 11;
    private static final int SYSTEM_TIME = 12;

    /**
     * A message found unfinished.
     *
     * @param since by {@link System#nanoTime}
     * @param threads processor time of the threads that might be writing it, by their files, when it was first seen
     */
    private record Finding(long number, long since, Map<Path, Long> threads) {}

    private final Map<Long, Finding> found = new HashMap<>();
    private final Set<Long> leftHere = new HashSet<>();
    private long lastLook;
    private long looks;

    /** Doubles, as long as nothing is found. */
    private long between = SHORTEST_NANOS;

    private Remains() {}

    /** Looks, if it is time to; throws nothing. */
    synchronized void look() {
        long now = System.nanoTime();
        if (now - lastLook < between) {
            return;
        }
        if (now - lastLook > 2 * LONGEST_NANOS) {
            between = SHORTEST_NANOS; // it has been some time: another matter
        }
        lastLook = now;
        looks++;
        boolean something = false;
        try (RandomAccessFile memory = new RandomAccessFile("/proc/self/mem", "rw")) {
            Map<Long, List<Attachment>> attached = attachedHere();
            Map<Long, Segment> segments = SharedSegments.all();
            found.keySet().retainAll(attached.keySet());
            leftHere.retainAll(attached.keySet());
            for (Map.Entry<Long, List<Attachment>> one : attached.entrySet()) {
                Segment segment = segments.get(one.getKey());
                something |= segment != null && look(memory, one.getKey(), one.getValue(), segment);
            }
            between = something ? SHORTEST_NANOS : Math.min(2 * between, LONGEST_NANOS);
        } catch (IOException
                | RuntimeException
                | Error e) { // a /proc that reads otherwise than it should, or no memory
            LOG.log(System.Logger.Level.DEBUG, "this process's memory cannot be looked at", e);
        }
    }

    /** How often it looked; waits for one who looks just now, so that what the look cost lies before the answer. */
    synchronized long looks() {
        return looks;
    }

    /** Workers of this process were destroyed, or are not driven any more, and these were their queues. */
    synchronized void left(Collection<Long> numbers) {
        try {
            Set<Long> attached = attachedHere().keySet();
            leftHere.addAll(numbers);
            leftHere.retainAll(attached); // a number that nobody here has attached may come again
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "this process's memory cannot be looked at", e);
        }
    }

    /** Whether {@link #left} was told so of this queue, and it is attached still. */
    synchronized boolean isLeftHere(long number) {
        return leftHere.contains(number);
    }

    /** System V segments that are as large as a queue, by their numbers. */
    private static Map<Long, List<Attachment>> attachedHere() throws IOException {
        return SharedSegments.attachedHere().stream()
                .filter(one -> ReceiveQueue.isSize(one.bytes()))
                .collect(Collectors.groupingBy(Attachment::number));
    }

    /** Whether there is something to see to. */
    private boolean look(RandomAccessFile memory, long number, List<Attachment> here, Segment segment)
            throws IOException {
        long address = here.getFirst().address();
        byte[] copy = new byte[Math.toIntExact(here.getFirst().bytes())];
        memory.seek(address);
        memory.readFully(copy);
        ReceiveQueue queue = new ReceiveQueue(copy);
        if (!queue.isPlausible() || queue.reader() != segment.maker()) {
            return false; // the latter: of a process in another namespace, where numbers mean other processes
        }
        if (queue.isFull() && isLeft(number, queue.reader())) {
            makeRoom(memory, number, address, queue);
            return true;
        }
        boolean ours = queue.reader() == ProcessHandle.current().pid();
        return ours && seeTo(memory, number, here, segment, queue);
    }

    /** Only where processes of others can be seen at all, or one that lives would seem to be gone. */
    private boolean isLeft(long number, int reader) {
        if (reader == ProcessHandle.current().pid()) {
            return leftHere.contains(number);
        }
        if (Files.notExists(SharedSegments.PROC.resolve(Integer.toString(reader)))) {
            return Files.exists(SharedSegments.PROC.resolve("1"));
        }
        try {
            return !SharedSegments.isAttachedBy(reader, number);
        } catch (IOException e) {
            return false; // another user's, or ending just now
        }
    }

    private static void makeRoom(RandomAccessFile memory, long number, long address, ReceiveQueue queue)
            throws IOException {
        if (isAttachedAt(address, number)) { // UCX may just have let go
            memory.seek(address + ReceiveQueue.READ);
            memory.write(queue.allRead());
        }
    }

    private static boolean isAttachedAt(long address, long number) throws IOException {
        return attachedHere().getOrDefault(number, List.of()).stream().anyMatch(one -> one.address() == address);
    }

    /** Whether it is new, or has been seen to: one that stays is looked at less and less after a while. */
    private boolean seeTo(RandomAccessFile memory, long id, List<Attachment> here, Segment segment, ReceiveQueue queue)
            throws IOException {
        long number = queue.firstUnfinished();
        Finding before = found.get(id);
        if (number < 0) {
            found.remove(id);
            return false;
        }
        if (before == null || before.number != number) {
            found.put(id, new Finding(number, System.nanoTime(), threads(id)));
            return true;
        }
        if (System.nanoTime() - before.since > PATIENCE_NANOS
                && segment.attached() == here.size() + attachedBy(id, others()) // else some cannot be seen from here
                && before.threads.entrySet().stream().noneMatch(t -> mayBeWriting(t.getKey(), t.getValue()))) {
            discard(memory, here.getFirst().address(), queue, number);
            found.remove(id);
            return true;
        }
        return System.nanoTime() - before.since < LONGEST_NANOS;
    }

    private static void discard(RandomAccessFile memory, long address, ReceiveQueue queue, long number)
            throws IOException {
        byte[] end = queue.discarded(number);
        long place = address + queue.offset(number);
        memory.seek(place + 1);
        memory.write(end, 1, end.length - 1);
        memory.seek(place);
        memory.write(end[0]);
        LOG.log(
                System.Logger.Level.WARNING,
                "a process was killed while it wrote a message into this one's memory: the message is thrown away, so"
                        + " that UCX takes those behind it (it warns of a message without a handler)");
    }

    // ---- who might be writing

    private static List<Path> others() throws IOException {
        List<Path> processes = new ArrayList<>();
        long self = ProcessHandle.current().pid();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(SharedSegments.PROC, "[0-9]*")) {
            for (Path process : all) {
                if (!process.getFileName().toString().equals(Long.toString(self))) {
                    processes.add(process);
                }
            }
        }
        return processes;
    }

    private static int attachedBy(long segment, List<Path> processes) {
        int times = 0;
        for (Path process : processes) {
            times += attachments(process, segment);
        }
        return times;
    }

    private static int attachments(Path process, long segment) {
        try {
            return (int) SharedSegments.attachedBy(process).orElse(List.of()).stream()
                    .filter(one -> one.number() == segment)
                    .count();
        } catch (IOException e) {
            return 0; // it has ended, or is another user's: then the numbers do not agree
        }
    }

    /** Of this process and of all that have the segment attached. */
    private static Map<Path, Long> threads(long segment) throws IOException {
        Map<Path, Long> times = new HashMap<>();
        addThreads(SharedSegments.SELF, times);
        for (Path process : others()) {
            if (attachments(process, segment) > 0) {
                addThreads(process, times);
            }
        }
        return times;
    }

    private static void addThreads(Path process, Map<Path, Long> times) {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(process.resolve("task"))) {
            for (Path thread : all) {
                addThread(thread, times);
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "{0} has ended", process);
        }
    }

    /** All but the one that looks, which is here and not writing. */
    private static void addThread(Path thread, Map<Path, Long> times) {
        try {
            if (!thread.getFileName().equals(THIS_THREAD.toRealPath().getFileName())) {
                times.put(thread, time(stat(thread)));
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "{0} has ended", thread);
        }
    }

    /**
     * Not one that has ended, that sleeps, since nobody sleeps while writing, or that has run for long since. One that is
     * stopped or frozen, or waits for a page or for the processor, may be.
     */
    private static boolean mayBeWriting(Path thread, long timeBefore) {
        try {
            String[] now = stat(thread);
            boolean sleeps = (now[STATE].equals("S") && !isFrozen(thread)) || now[STATE].equals("I");
            boolean ended = now[STATE].equals("Z") || now[STATE].equals("X");
            return !sleeps && !ended && time(now) - timeBefore < TICKS;
        } catch (IOException e) {
            return false; // it has ended
        }
    }

    /** Of a container that is paused, say: it looks like sleep, and can come at any place. */
    private static boolean isFrozen(Path thread) throws IOException {
        return Files.readString(thread.resolve("wchan"), StandardCharsets.ISO_8859_1)
                .contains("freez");
    }

    /** What stands behind the name, which may have blanks. */
    private static String[] stat(Path thread) throws IOException {
        String text = Files.readString(thread.resolve("stat"), StandardCharsets.ISO_8859_1);
        return text.substring(text.lastIndexOf(')') + 2).split(" ", -1);
    }

    private static long time(String[] stat) {
        return Long.parseLong(stat[USER_TIME]) + Long.parseLong(stat[SYSTEM_TIME]);
    }
}
