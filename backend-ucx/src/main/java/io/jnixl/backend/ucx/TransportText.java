// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import java.util.List;

/** Finds in what {@code ucp_ep_print_info} prints of an endpoint the transports that it uses, which UCX calls its lanes. */
final class TransportText {
    private static final int LIMIT = 1 << 16;

    private TransportText() {}

    /** One text for each transport of an endpoint. Owner of its worker. */
    static List<String> of(long endpoint) {
        return lanes(MemoryStream.text(stream -> UcpNative.epPrintInfo(endpoint, stream), LIMIT));
    }

    /** Where none of the lines looks as known, all of them: another version may print another way. */
    static List<String> lanes(String printed) {
        List<String> lines = printed.lines()
                .map(line -> line.replaceFirst("^#", "").strip().replaceAll("\\s+", " "))
                .filter(line -> !line.isEmpty())
                .toList();
        List<String> lanes =
                lines.stream().filter(line -> line.startsWith("lane[")).toList();
        return lanes.isEmpty() ? lines : lanes;
    }
}
