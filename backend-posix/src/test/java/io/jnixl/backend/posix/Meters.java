// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * What a thread has allocated and how long it has run. Through method handles, since the module under test does not read
 * the management modules; reading a meter allocates nothing.
 */
final class Meters {
    private static final MethodHandle ALLOCATED = meter("getThreadAllocatedBytes");
    private static final MethodHandle CPU = meter("getThreadCpuTime");

    static {
        long self = Thread.currentThread().threadId();
        for (int i = 0; i < 20_000; i++) { // a method handle allocates until it is compiled
            allocatedBytes(self);
        }
    }

    private Meters() {}

    private static MethodHandle meter(String name) {
        try {
            Object bean = Class.forName("java.lang.management.ManagementFactory")
                    .getMethod("getThreadMXBean")
                    .invoke(null);
            return MethodHandles.publicLookup()
                    .findVirtual(
                            Class.forName("com.sun.management.ThreadMXBean"),
                            name,
                            MethodType.methodType(long.class, long.class))
                    .bindTo(bean);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("this JDK has no meter " + name, e);
        }
    }

    /** Bytes that a thread has allocated on the heap since it started. */
    static long allocatedBytes(long threadId) {
        return read(ALLOCATED, threadId);
    }

    /** The same of all live threads whose name starts so. */
    static long allocatedBytes(String namePrefix) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(t -> t.getName().startsWith(namePrefix))
                .mapToLong(t -> allocatedBytes(t.threadId()))
                .sum();
    }

    /** Nanoseconds of processor time that a thread has used. */
    static long cpuNanos(long threadId) {
        return read(CPU, threadId);
    }

    private static long read(MethodHandle meter, long threadId) {
        try {
            return (long) meter.invokeExact(threadId);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }
}
