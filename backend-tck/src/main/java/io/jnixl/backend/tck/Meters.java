// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.tck;

import com.sun.management.ThreadMXBean;
import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/**
 * What a thread has allocated and how long it has run, where reading allocates nothing, and what the process has open.
 * Thread-safe.
 *
 * @since 0.1
 */
public final class Meters {
    private static final ThreadMXBean BEAN = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Meters() {}

    /** Files, sockets and the like that this process has open; always 0 on systems that are no Unix. */
    public static long openFiles() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? unix.getOpenFileDescriptorCount()
                : 0;
    }

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
