// SPDX-License-Identifier: Apache-2.0
package io.jnixl.spi;

/**
 * The descriptors of a post as flat columns: pair <i>i</i> moves {@code length(i)} bytes between {@code localAddress(i)} in
 * region {@code localRegion(i)} and {@code remoteAddress(i)} in region {@code remoteRegion(i)}. The agent has checked that
 * each range lies in its region. Storage addresses are offsets in the file, volume or object.
 *
 * <p>The agent writes between posts, a backend reads during one: no locking, visibility by the post. Reading costs an
 * array access.
 *
 * @since 0.1
 */
public final class TransferColumns {
    private final long[] localAddress;
    private final long[] remoteAddress;
    private final long[] length;
    private final int[] localRegion;
    private final int[] remoteRegion;
    private final int[] callerIndex;
    private int count;
    private long totalBytes;

    /** Empty columns with room for this many pairs. */
    public TransferColumns(int capacity) {
        localAddress = new long[capacity];
        remoteAddress = new long[capacity];
        length = new long[capacity];
        localRegion = new int[capacity];
        remoteRegion = new int[capacity];
        callerIndex = new int[capacity];
    }

    /** The most pairs there can be. */
    public int capacity() {
        return length.length;
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
        return localAddress[i];
    }

    /** Where pair i lies on the far side. */
    public long remoteAddress(int i) {
        return remoteAddress[i];
    }

    /** Bytes of pair i. */
    public long length(int i) {
        return length[i];
    }

    /** Index of pair i's local region in {@link TransferRequest#local()}. */
    public int localRegion(int i) {
        return localRegion[i];
    }

    /** Index of pair i's remote region in {@link TransferRequest#remote()}. */
    public int remoteRegion(int i) {
        return remoteRegion[i];
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
        int last = count - 1;
        totalBytes += bytes;
        if (merge
                && last >= 0
                && localAddress[last] + length[last] == localAddr
                && remoteAddress[last] + length[last] == remoteAddr
                && localRegion[last] == localReg
                && remoteRegion[last] == remoteReg) {
            length[last] += bytes;
            return;
        }
        int i = count++;
        localAddress[i] = localAddr;
        remoteAddress[i] = remoteAddr;
        length[i] = bytes;
        localRegion[i] = localReg;
        remoteRegion[i] = remoteReg;
        callerIndex[i] = caller;
    }
}
