// SPDX-License-Identifier: Apache-2.0
package io.jnixl.api;

/**
 * The kinds of memory that bytes move between. The {@linkplain #wireValue() numbers} are native NIXL's and travel in
 * metadata; constants are declared in their order.
 *
 * @since 0.1
 */
public enum MemoryKind {
    /** Host memory; an address is a virtual address. */
    DRAM(0),
    /** GPU memory; the device is the GPU's ordinal. */
    VRAM(1),
    /** A block volume; the device is the volume's id, an address an offset in bytes. */
    BLK(2),
    /** An object store; the device is the key's number, an address an offset in bytes. */
    OBJ(3),
    /** A file; the device is a file descriptor or a number unique to the file, an address an offset in bytes. */
    FILE(4);

    private final int wireValue;

    MemoryKind(int wireValue) {
        this.wireValue = wireValue;
    }

    /** The number that stands for this kind in metadata: native NIXL's {@code nixl_mem_t}. */
    public int wireValue() {
        return wireValue;
    }

    /** True for the kinds whose zero length means "all of it": BLK, OBJ and FILE. */
    public boolean isStorage() {
        return this == BLK || this == OBJ || this == FILE;
    }

    /**
     * The kind with this wire number.
     *
     * @throws NixlException with {@link ErrorCode#MISMATCH} when there is none
     */
    public static MemoryKind ofWireValue(int wireValue) {
        return switch (wireValue) {
            case 0 -> DRAM;
            case 1 -> VRAM;
            case 2 -> BLK;
            case 3 -> OBJ;
            case 4 -> FILE;
            default ->
                throw new NixlException(ErrorCode.MISMATCH, "memory kind " + wireValue + " is not one of 0 to 4");
        };
    }
}
