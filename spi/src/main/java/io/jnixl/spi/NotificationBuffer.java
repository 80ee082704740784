// SPDX-License-Identifier: Apache-2.0
package io.jnixl.spi;

import java.lang.foreign.MemorySegment;

/**
 * The message that a post carries, in native memory that the agent owns. Stable while a post is in flight.
 *
 * @since 0.1
 */
public interface NotificationBuffer {

    /** Whether the post carries a message; an empty one counts. */
    boolean isPresent();

    /** Bytes of the message. */
    int length();

    /** The memory the message starts in; valid until the post has ended. At least {@link #length()} bytes long. */
    MemorySegment segment();
}
