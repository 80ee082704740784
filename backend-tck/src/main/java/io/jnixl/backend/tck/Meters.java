// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.tck;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/**
 * What a thread has allocated and how long it has run; reading a meter allocates nothing. Thread-safe.
 *
 * @since 0.1
 */
public final class Meters {
    private static final ThreadMXBean BEAN = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Meters() {}

    /** Bytes that a thread has allocated on the heap since it started. */
    public static long allocatedBytes(long threadId) {
        return BEAN.getThreadAllocatedBytes(threadId);
    }

    /** The same of all live threads whose name starts so. */
    public static long allocatedBytes(String namePrefix) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(t -> t.getName().startsWith(namePrefix))
                .mapToLong(t -> allocatedBytes(t.threadId()))
                .sum();
    }

    /** Nanoseconds of processor time that a thread has used. */
    public static long cpuNanos(long threadId) {
        return BEAN.getThreadCpuTime(threadId);
    }
}
