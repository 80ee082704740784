// SPDX-License-Identifier: Apache-2.0
package io.jnixl.api;

import java.util.ArrayList;
import java.util.List;

/**
 * What transfers with a file must be multiples of: a file opened with {@link FileOption#DIRECT} is read and written by the
 * device itself, in its blocks. An immutable value.
 *
 * @param memory what addresses in memory must be multiples of, in bytes, a power of two
 * @param offset what offsets in the file and lengths must be multiples of, likewise
 * @param reported whether kernel and file system say so; false for the best guess where they do not say
 * @since 0.1
 */
public record Alignment(int memory, int offset, boolean reported) {
    /** Of files without {@link FileOption#DIRECT}: everything is aligned. */
    public static final Alignment NONE = new Alignment(1, 1, true);

    /** The most entries of {@link #check}. */
    public static final int MAX_MISALIGNED = 1024;

    /**
     * Checks the numbers.
     *
     * @throws NixlException with {@link ErrorCode#INVALID_PARAM} when one of them is no power of two
     */
    public Alignment {
        if (Integer.bitCount(memory) != 1 || memory < 0 || Integer.bitCount(offset) != 1 || offset < 0) {
            throw Checks.invalid("alignments are powers of two, not " + memory + " and " + offset);
        }
    }

    /** What is enough for addresses, offsets and lengths alike, in bytes. */
    public int strictest() {
        return Math.max(memory, offset);
    }

    /** The least number of bytes, from this one on, that is a whole length. */
    public long roundUp(long bytes) {
        return (bytes + offset - 1) & -offset;
    }

    /**
     * The pairs of two lists that are not aligned, by index, the first {@link #MAX_MISALIGNED} of them: empty when a
     * transfer between the lists will do.
     *
     * @param inMemory host memory
     * @param inFile ranges of the file, as many
     * @throws NixlException with {@link ErrorCode#INVALID_PARAM} for lists of unequal sizes
     */
    public List<Misalignment> check(DescriptorList inMemory, DescriptorList inFile) {
        if (inMemory.size() != inFile.size()) {
            throw Checks.invalid(
                    "the list of memory has " + inMemory.size() + " entries, that of the file " + inFile.size());
        }
        List<Misalignment> found = new ArrayList<>();
        for (int i = 0; i < inFile.size() && found.size() < MAX_MISALIGNED; i++) {
            Misalignment one = new Misalignment(
                    i,
                    inMemory.address(i) & (memory - 1),
                    inFile.address(i) & (offset - 1),
                    inFile.length(i) & (offset - 1));
            if ((one.addressBy() | one.offsetBy() | one.lengthBy()) != 0) {
                found.add(one);
            }
        }
        return List.copyOf(found);
    }

    @Override
    public String toString() {
        return "addresses in multiples of " + memory + ", offsets and lengths of " + offset
                + (reported ? "" : " (assumed: the system does not say)");
    }
}
