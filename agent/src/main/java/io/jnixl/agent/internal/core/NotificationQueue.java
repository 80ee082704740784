// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.jnixl.api.Notification;
import io.jnixl.spi.NotificationSink;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Notifications that have arrived and are not taken yet: a ring of bytes beside one of senders, so that a backend's thread
 * delivers without allocating. Bounded in bytes; when it is full, backends hold messages back.
 *
 * <p>A monitor and not a {@code Lock}: waiting for a monitor allocates no Java object.
 */
final class NotificationQueue implements NotificationSink {
    private static final int FIRST_BYTES = 1 << 16;
    private static final int FIRST_SLOTS = 1 << 8;

    /** What an entry costs besides its bytes, so that empty messages are bounded too. */
    private static final int ENTRY_BYTES = 64;

    /** How many senders are told of, at most. */
    private static final int MOST_NAMES = 8;

    private static final int LARGEST_RING = Integer.MAX_VALUE - 8;
    private static final VarHandle ARRIVALS;

    static {
        try {
            ARRIVALS = MethodHandles.lookup().findVarHandle(NotificationQueue.class, "arrivals", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final long capacity;
    private byte[] ring = new byte[FIRST_BYTES];
    private int ringHead;
    private int ringUsed;
    private String[] senders = new String[FIRST_SLOTS];
    private int[] lengths = new int[FIRST_SLOTS];
    private int head;
    private int count;

    /** Messages passed over by one who waits for another sender; older than all in the ring. */
    private final PassedOver passedOver = new PassedOver();

    private int waiters;

    /** Whether there are any; written under the lock, so that who comes in vain need not take it. */
    private volatile boolean stocked;

    private volatile boolean closed;

    /** How many have come, modulo 2^32; read without the lock by those who wait actively. */
    private volatile int arrivals;

    NotificationQueue(long capacity) {
        this.capacity = capacity;
    }

    /**
     * Takes a message: for the one who waits for it, if that one has the backend work just now and nothing came before, else
     * into the queue.
     */
    @Override
    public boolean offer(String from, MemorySegment memory, long offset, int length) {
        Objects.checkFromIndexSize(offset, length, memory.byteSize());
        Taker waiting = Taker.innermost();
        return (waiting != null && waiting.wants(this, from) && waiting.take(from, memory, offset, length))
                || enqueue(from, memory, offset, length);
    }

    private synchronized boolean enqueue(String from, MemorySegment memory, long offset, int length) {
        if (length > LARGEST_RING || closed) {
            return closed; // nobody will ask any more: taken and dropped, so that senders are not held up for ever
        }
        boolean empty = count == 0 && passedOver.isEmpty();
        // one message larger than the bound must be able to pass, alone
        if ((!empty && used() + length + ENTRY_BYTES > capacity) || ringUsed > LARGEST_RING - length) {
            return false;
        }
        append(from, memory, offset, length);
        if (!stocked) {
            stocked = true;
        }
        ARRIVALS.setRelease(this, arrivals + 1);
        if (waiters > 0) {
            notifyAll();
        }
        return true;
    }

    private long used() {
        return ringUsed + passedOver.bytes() + (long) ENTRY_BYTES * (count + passedOver.count());
    }

    private void append(String from, MemorySegment memory, long offset, int length) {
        makeRoom(length);
        int tail = inRing((long) ringHead + ringUsed);
        int first = Math.min(length, ring.length - tail);
        MemorySegment.copy(memory, JAVA_BYTE, offset, ring, tail, first);
        if (first < length) {
            MemorySegment.copy(memory, JAVA_BYTE, offset + first, ring, 0, length - first);
        }
        ringUsed += length;
        int slot = head + count++ & senders.length - 1; // a power of two
        senders[slot] = from;
        lengths[slot] = length;
    }

    private int inRing(long at) {
        return (int) (at < ring.length ? at : at - ring.length);
    }

    private void makeRoom(int length) {
        if (ringUsed + (long) length > ring.length) {
            byte[] larger =
                    new byte[(int) Math.min(LARGEST_RING, Math.max(2L * ring.length, ringUsed + (long) length))];
            copyOut(larger, ringUsed);
            ring = larger;
            ringHead = 0;
        }
        if (count == senders.length) {
            String[] moreSenders = new String[2 * count];
            int[] moreLengths = new int[2 * count];
            for (int i = 0; i < count; i++) {
                moreSenders[i] = senders[(head + i) % count];
                moreLengths[i] = lengths[(head + i) % count];
            }
            senders = moreSenders;
            lengths = moreLengths;
            head = 0;
        }
    }

    private void copyOut(byte[] into, int bytes) {
        int first = Math.min(bytes, ring.length - ringHead);
        System.arraycopy(ring, ringHead, into, 0, first);
        if (first < bytes) {
            System.arraycopy(ring, 0, into, first, bytes - first);
        }
    }

    /** The oldest in the ring, which stays there: none is lost where there is no memory for what comes next. */
    private Notification oldest() {
        return new Notification(senders[head], oldestPayload(lengths[head]));
    }

    private void dropOldest() {
        int length = lengths[head];
        ringHead = inRing((long) ringHead + length);
        ringUsed -= length;
        head = head + 1 & senders.length - 1;
        count--;
    }

    private MemorySegment oldestPayload(int length) {
        if (length <= ring.length - ringHead) {
            return MemorySegment.ofArray(ring).asSlice(ringHead, length);
        }
        byte[] joined = new byte[length];
        copyOut(joined, length);
        return MemorySegment.ofArray(joined);
    }

    /** The oldest message from this sender (null: from anyone), or null. */
    private @Nullable Notification takeMatching(@Nullable String from) {
        Notification taken = stocked ? find(from) : null;
        if (taken != null && count == 0 && passedOver.isEmpty()) {
            stocked = false;
        }
        return taken;
    }

    private @Nullable Notification find(@Nullable String from) {
        Notification older = passedOver.take(from);
        return older == null ? findInRing(from) : older;
    }

    /** Each is passed over once: the next one who looks for a sender finds it there by name. */
    private @Nullable Notification findInRing(@Nullable String from) {
        while (count > 0) {
            Notification n = oldest();
            boolean wanted = from == null || n.from().equals(from);
            if (!wanted) {
                passedOver.add(n);
            }
            dropOldest();
            if (wanted) {
                return n;
            }
        }
        return null;
    }

    /** Changes when a message comes. */
    int arrivals() {
        return arrivals;
    }

    /** The oldest message from this sender (null: from anyone), or null. */
    @Nullable
    Notification poll(@Nullable String from) {
        putBack();
        return stocked ? takeStocked(from) : null;
    }

    private synchronized @Nullable Notification takeStocked(@Nullable String from) {
        return takeMatching(from);
    }

    // ---- waiting actively

    /**
     * The calling thread begins to wait actively; {@link #expectNoMore} ends that.
     *
     * @param from the sender, or null for anyone
     * @param arrivals what {@link #arrivals()} said before the queue was last looked at
     */
    Taker expect(@Nullable String from, int arrivals) {
        return Taker.begin(this, from, arrivals);
    }

    /** Its thread's: whether messages came that it has not looked at. */
    boolean hasNews(Taker waiting) {
        return waiting.hasNews(arrivals);
    }

    /** Its thread's: what it waits for, or null. */
    @Nullable
    Notification poll(Taker waiting) {
        Notification taken = waiting.handOn();
        return taken == null ? poll(waiting.looks(arrivals)) : taken;
    }

    /** Its thread's: it waits no longer, or not actively; what it had got and not taken is for the next one. */
    void expectNoMore(Taker waiting) {
        Notification left = waiting.end();
        if (left != null) {
            putBack(left);
        }
    }

    /** What the present thread has got and not looked at yet, since a callback asks first, goes back in front. */
    private void putBack() {
        for (Taker mine = Taker.innermost(); mine != null; mine = mine.outer()) {
            Notification left = mine.isOf(this) ? mine.handOn() : null;
            if (left != null) {
                putBack(left);
            }
        }
    }

    private synchronized void putBack(Notification left) {
        passedOver.putBack(left);
        stocked = true;
        ARRIVALS.setRelease(this, arrivals + 1);
        notifyAll();
    }

    // ---- waiting asleep

    /**
     * Waits for a message from this sender (null: from anyone).
     *
     * @return null when the time is over or the queue is closed
     */
    @Nullable
    Notification await(@Nullable String from, long nanos) throws InterruptedException {
        return await(from, nanos, () -> false);
    }

    /** Waits for a message from anyone until there is a reason to stop; {@link #lookAgain} says that there may be one. */
    @Nullable
    Notification takeUnless(BooleanSupplier stop) throws InterruptedException {
        return await(null, Long.MAX_VALUE, stop);
    }

    private synchronized @Nullable Notification await(@Nullable String from, long nanos, BooleanSupplier stop)
            throws InterruptedException {
        long deadline = System.nanoTime() + nanos;
        putBack();
        while (true) {
            if (stop.getAsBoolean()) {
                return null;
            }
            Notification taken = takeMatching(from);
            if (taken != null || closed) {
                return taken;
            }
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return null;
            }
            waiters++;
            try {
                wait(left / 1_000_000, (int) (left % 1_000_000));
            } finally {
                waiters--;
            }
        }
    }

    synchronized List<Notification> drain() {
        putBack();
        List<Notification> all = new ArrayList<>(size());
        Notification next;
        while ((next = takeMatching(null)) != null) {
            all.add(next);
        }
        return all;
    }

    synchronized int size() {
        return count + passedOver.count();
    }

    /** Who has sent what is queued, for messages. */
    synchronized String describe() {
        Set<String> names = new LinkedHashSet<>(passedOver.senders(MOST_NAMES));
        for (int i = 0; i < count && names.size() < MOST_NAMES; i++) {
            names.add(senders[(head + i) % senders.length]);
        }
        return names.isEmpty() ? "none are queued" : size() + " are queued from " + String.join(", ", names);
    }

    synchronized void lookAgain() {
        notifyAll();
    }

    boolean isClosed() {
        return closed;
    }

    synchronized void close() {
        closed = true;
        notifyAll();
    }
}
