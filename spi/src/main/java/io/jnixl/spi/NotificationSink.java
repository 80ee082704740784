// SPDX-License-Identifier: Apache-2.0
package io.jnixl.spi;

import java.lang.foreign.MemorySegment;

/**
 * Where a backend delivers notifications for its agent. Thread-safe; never blocks, never allocates.
 *
 * @since 0.1
 */
public interface NotificationSink {

    /**
     * Delivers one message, once. The backend calls only after the data that the message belongs to is visible to this
     * agent's threads.
     *
     * @param from the sender's name
     * @param message the bytes, any kind of segment; read during the call only
     * @return false when the queue is full: keep the message, hold back those behind it, and try again. It must not be
     *     dropped
     */
    boolean offer(String from, MemorySegment message);
}
