// SPDX-License-Identifier: Apache-2.0
package io.jnixl.api;

/**
 * Memory that an agent published.
 *
 * @param owner the agent's name
 * @param kind the memory's kind
 * @param device its device
 * @param address where it starts in the owner's address space
 * @param length bytes, unsigned; {@link MemoryRegion#WHOLE} for all of a storage object
 * @since 0.1
 */
public record RemoteRegion(String owner, MemoryKind kind, long device, long address, long length) {

    /** All of it as one entry. */
    public DescriptorList all() {
        return slice(0, length);
    }

    /**
     * A part of it as one entry.
     *
     * @throws NixlException with {@link ErrorCode#INVALID_PARAM} when it is not inside the region
     */
    public DescriptorList slice(long offset, long bytes) {
        boolean inside = offset >= 0
                && bytes >= 0
                && (length == MemoryRegion.WHOLE
                        || (Long.compareUnsigned(offset, length) <= 0
                                && Long.compareUnsigned(bytes, length - offset) <= 0));
        if (!inside) {
            throw Checks.invalid("slice of " + bytes + " bytes at " + offset + " is not inside a region of "
                    + Long.toUnsignedString(length));
        }
        return DescriptorList.range(kind, device, address + offset, bytes, owner);
    }

    /**
     * Its whole blocks; a rest is left out.
     *
     * @throws NixlException with {@link ErrorCode#INVALID_PARAM} for a block length that does not fit
     */
    public DescriptorList blocks(long blockBytes) {
        return DescriptorList.blocks(kind, device, address, length, blockBytes, owner);
    }
}
