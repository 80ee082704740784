// SPDX-License-Identifier: Apache-2.0
package org.example.zipstore;

/**
 * Monitors for chunks: one for many, but always the same for the same chunk, also when an object was registered twice. Writing
 * a part of a chunk is reading it, changing it and writing it, and two at once would lose one's bytes. Thread-safe.
 */
final class Locks {
    private static final int COUNT = 64;

    private final Object[] monitors = new Object[COUNT];

    Locks() {
        for (int i = 0; i < COUNT; i++) {
            monitors[i] = new Object();
        }
    }

    Object of(String key, long chunk) {
        return monitors[Math.floorMod(key.hashCode() * 31 + Long.hashCode(chunk), COUNT)];
    }
}
