// SPDX-License-Identifier: Apache-2.0
package io.jnixl.spi;

/**
 * The descriptors of a post as flat columns: pair <i>i</i> moves {@code length(i)} bytes between {@code localAddress(i)} in
 * region {@code localRegion(i)} and {@code remoteAddress(i)} in region {@code remoteRegion(i)}. The agent has checked that
 * each range lies in its region. A length may be 0. Storage addresses are offsets in the file, volume or object.
 *
 * <p>The agent writes between posts, a backend reads during one: no locking, visibility by the post. Reading costs an
 * array access; a pair's values lie together.
 *
 * @since 0.1
 */
public final class TransferColumns {
    /** A pair's longs lie side by side: one array to find, one range to check, one cache line for two pairs. */
    private static final int STRIDE = 4;

    private static final int LOCAL = 0;
    private static final int REMOTE = 1;
    private static final int LENGTH = 2;

    /** The local region above, the remote one below. */
    private static final int REGIONS = 3;

    private final long[] pairs;
    private final int[] callerIndex;
    private int count;
    private long totalBytes;

    /**
     * Empty columns with room for this many pairs.
     *
     * @throws ArithmeticException for more than 2^29 - 1 pairs
     */
    public TransferColumns(int capacity) {
        pairs = new long[Math.multiplyExact(capacity, STRIDE)];
        callerIndex = new int[capacity];
    }

    /** The most pairs there can be. */
    public int capacity() {
        return callerIndex.length;
    }

    /** The pairs there are now, after merging. */
    public int count() {
        return count;
    }

    /** Sum of the lengths in bytes. */
    public long totalBytes() {
        return totalBytes;
    }

    /** Where pair i lies on the local side. */
    public long localAddress(int i) {
        return pairs[STRIDE * i + LOCAL];
    }

    /** Where pair i lies on the far side. */
    public long remoteAddress(int i) {
        return pairs[STRIDE * i + REMOTE];
    }

    /** Bytes of pair i. */
    public long length(int i) {
        return pairs[STRIDE * i + LENGTH];
    }

    /** Index of pair i's local region in {@link TransferRequest#local()}. */
    public int localRegion(int i) {
        return (int) (pairs[STRIDE * i + REGIONS] >>> Integer.SIZE);
    }

    /** Index of pair i's remote region in {@link TransferRequest#remote()}. */
    public int remoteRegion(int i) {
        return (int) pairs[STRIDE * i + REGIONS];
    }

    /** The caller's index of the first descriptor that went into pair i; the agent uses it in messages. */
    public int callerIndex(int i) {
        return callerIndex[i];
    }

    /** Removes all pairs. For the agent. */
    public void clear() {
        count = 0;
        totalBytes = 0;
    }

    /**
     * Appends a pair, or lengthens the last one when {@code merge} is set and both sides continue it in the same regions.
     * For the agent; the caller sees to the capacity.
     */
    public void add(
            long localAddr, int localReg, long remoteAddr, int remoteReg, long bytes, int caller, boolean merge) {
        long regions = (long) localReg << Integer.SIZE | remoteReg;
        totalBytes += bytes;
        if (merge && count > 0 && isNext(STRIDE * (count - 1), localAddr, remoteAddr, regions)) {
            pairs[STRIDE * (count - 1) + LENGTH] += bytes;
            return;
        }
        int i = count++;
        callerIndex[i] = caller;
        int at = STRIDE * i;
        pairs[at + LOCAL] = localAddr;
        pairs[at + REMOTE] = remoteAddr;
        pairs[at + LENGTH] = bytes;
        pairs[at + REGIONS] = regions;
    }

    private boolean isNext(int last, long localAddr, long remoteAddr, long regions) {
        long bytes = pairs[last + LENGTH];
        return pairs[last + LOCAL] + bytes == localAddr
                && pairs[last + REMOTE] + bytes == remoteAddr
                && pairs[last + REGIONS] == regions;
    }
}
