// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import java.util.concurrent.atomic.AtomicLong;

/**
 * What a transfer has done so far; any thread may read. Posts are counted by whoever is inside the transfer, which is one
 * thread at a time, and becomes visible with the transfer's state at the latest: so that counting costs no fence.
 */
final class TransferCounts {
    private final AtomicLong posts = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();

    /** By the poster alone. */
    void posted(long size) {
        posts.setRelease(posts.getPlain() + 1);
        bytes.setRelease(bytes.getPlain() + size);
    }

    void failed() {
        failures.incrementAndGet();
    }

    long posts() {
        return posts.get();
    }

    long bytes() {
        return bytes.get();
    }

    long failures() {
        return failures.get();
    }
}
