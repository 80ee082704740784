// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

/**
 * What can be seen of a peer's {@code ucp_address_t} without UCX, which takes no length and believes every byte. The low half
 * of the first byte is the version of the format, 0 or 1, which UCX calls v1 and v2.
 */
final class WorkerAddress {
    private static final int SHORTEST = 10;
    private static final int LONGEST = 1 << 16;
    private static final int V2 = 1;
    private static final int HALF_BYTE = 4;
    private static final int FIRST_OF_SECOND_SERIES = 3;

    /** Which versions of libucp understand the peer's remote keys, see {@link UcpVersion#SECOND_SERIES}. */
    enum Series {
        UP_TO_1_18,
        FROM_1_19,
        UNKNOWN
    }

    private WorkerAddress() {}

    /** What is wrong with the bytes, or an empty text. */
    static String fault(byte[] address) {
        boolean knownVersion = address.length > 0 && version(address) <= V2;
        if (address.length >= SHORTEST && address.length <= LONGEST && knownVersion) {
            return "";
        }
        return "these " + address.length + " bytes are no worker address"
                + (address.length == 0 ? "" : " (version " + version(address) + ")");
    }

    /**
     * What a sound address tells of the libucp that wrote it. A v1 address, the default of all versions, says nothing, and
     * neither does a remote key: it numbers the memory domains of its side without naming them. A v2 address
     * ({@code UCX_ADDRESS_VERSION}, always with native NIXL 0.4 to 1.0) has in the high half of its first byte the minor
     * version above 16, 0 where it is older: 2 for 1.18, 6 for 1.22. From 1.32 on it would start anew.
     */
    static Series series(byte[] address) {
        if (version(address) != V2) {
            return Series.UNKNOWN;
        }
        int release = Byte.toUnsignedInt(address[0]) >>> HALF_BYTE;
        return release < FIRST_OF_SECOND_SERIES ? Series.UP_TO_1_18 : Series.FROM_1_19;
    }

    private static int version(byte[] address) {
        return address[0] & 0x0f;
    }
}
