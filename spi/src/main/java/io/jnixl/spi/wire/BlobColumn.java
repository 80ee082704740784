// SPDX-License-Identifier: Apache-2.0
package io.jnixl.spi.wire;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;

/** Many small arrays laid end to end: one array, and where each ends. */
@SuppressWarnings("ArrayRecordComponent") // a pair on its way into WireDescriptors, never compared
record BlobColumn(byte[] bytes, int[] ends) {
    static final byte[] NO_BYTES = {};

    static BlobColumn of(byte[][] blobs) {
        int[] ends = new int[blobs.length];
        long total = 0;
        for (int i = 0; i < blobs.length; i++) {
            total += blobs[i].length;
            if (total > Integer.MAX_VALUE - 8) {
                throw NixlException.of(ErrorCode.INVALID_PARAM, "the blobs add up to more than 2 GiB")
                        .descriptor(i)
                        .build();
            }
            ends[i] = (int) total;
        }
        byte[] bytes = new byte[(int) total];
        for (int i = 0; i < blobs.length; i++) {
            System.arraycopy(blobs[i], 0, bytes, ends[i] - blobs[i].length, blobs[i].length);
        }
        return new BlobColumn(bytes, ends);
    }
}
