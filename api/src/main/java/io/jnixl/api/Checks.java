// SPDX-License-Identifier: Apache-2.0
package io.jnixl.api;

import java.lang.foreign.MemorySegment;

/** Argument checks that several types share; each message names the argument and what was expected. */
final class Checks {
    private Checks() {}

    static NixlException invalid(String message) {
        return new NixlException(ErrorCode.INVALID_PARAM, message);
    }

    static long nativeAddress(MemorySegment segment, int index) {
        if (!segment.isNative()) {
            throw NixlException.of(
                            ErrorCode.INVALID_PARAM,
                            "segment " + index + " lies on the Java heap, where it has no address")
                    .descriptor(index)
                    .remedy("take native memory: Agent.allocate, or a shared Arena")
                    .build();
        }
        return segment.address();
    }

    /** Refuses ranges that no 64-bit address space holds. */
    static void range(long address, long length, int index) {
        if (length < 0) {
            throw NixlException.of(ErrorCode.INVALID_PARAM, "length " + length + " is negative")
                    .descriptor(index)
                    .build();
        }
        if (endOverflows(address, length)) {
            throw NixlException.of(
                            ErrorCode.INVALID_PARAM,
                            "the range of " + length + " bytes at 0x" + Long.toHexString(address) + " ends past 2^64")
                    .descriptor(index)
                    .build();
        }
    }

    /** Whether {@code address + length} passes 2^64; an end of exactly 2^64 is allowed. */
    static boolean endOverflows(long address, long length) {
        return length != 0 && Long.compareUnsigned(address + (length - 1), address) < 0;
    }

    static int index(int index, int size) {
        if (index < 0 || index >= size) {
            throw NixlException.of(ErrorCode.INVALID_PARAM, "index " + index + " is not in a list of " + size)
                    .descriptor(index)
                    .build();
        }
        return index;
    }
}
