// SPDX-License-Identifier: Apache-2.0
package org.example.zipstore;

import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Counts what was compressed, and to how much. Thread-safe. */
final class Volume {
    private final LongAdder plain = new LongAdder();
    private final LongAdder packed = new LongAdder();

    void count(int plainBytes, int packedBytes) {
        plain.add(plainBytes);
        packed.add(packedBytes);
    }

    Map<String, Long> counters() {
        return Map.of("plain_bytes_total", plain.sum(), "packed_bytes_total", packed.sum());
    }
}
