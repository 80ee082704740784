// SPDX-License-Identifier: Apache-2.0
package io.jnixl.spi;

import java.lang.foreign.MemorySegment;

/**
 * Where a backend delivers notifications for its agent. Thread-safe; never blocks, and allocates nothing, but where the calling
 * thread itself waits for the message.
 *
 * @since 0.1
 */
public interface NotificationSink {

    /**
     * Delivers one message, once. The backend calls only after the data that the message belongs to is visible to this
     * agent's threads.
     *
     * @param from the sender's name
     * @param memory where the bytes are, any kind of segment; read during the call only
     * @param offset of the message's first byte in it
     * @param length of the message in bytes
     * @return false when the queue is full: keep the message, hold back those behind it, and try again. It must not be
     *     dropped
     */
    boolean offer(String from, MemorySegment memory, long offset, int length);

    /** The same for a message that fills its segment. */
    default boolean offer(String from, MemorySegment message) {
        return offer(from, message, 0, Math.toIntExact(message.byteSize()));
    }
}
