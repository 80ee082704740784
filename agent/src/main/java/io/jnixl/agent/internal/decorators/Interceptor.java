// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.decorators;

import io.jnixl.api.Status;
import io.jnixl.spi.NotificationSink;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.function.Supplier;

/** What one decorator does around the calls. Thread-safe. */
interface Interceptor {
    /** Around a call that may block, allocate and throw: all but posts and notifications. */
    <T> T around(Call call, Supplier<T> inner);

    /** In place of {@code post}: hands over with {@link DecoratedTransfer#handOver} or not. Allocates nothing when all is well. */
    Status post(DecoratedTransfer transfer);

    /** A post has ended as the transfer says: tell it, by {@link DecoratedTransfer#tell}, now or later, once. */
    void ended(DecoratedTransfer transfer);

    /** In place of the delivery of a message: what the sink answered, or what is to be believed. Allocates nothing. */
    boolean deliver(NotificationSink sink, String from, MemorySegment memory, long offset, int length);

    /** What to add to the backend's own counters. */
    Map<String, Long> counters();

    /** The backend is closed: tell what has not been told. */
    void close();
}
