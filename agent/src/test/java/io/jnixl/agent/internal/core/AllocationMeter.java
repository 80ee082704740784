// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Bytes that the calling thread has allocated, to the byte. By method handle, since the module under test does not read the
 * management modules; asking allocates nothing.
 */
final class AllocationMeter {
    private static final MethodHandle ALLOCATED =
            question("com.sun.management.ThreadMXBean", "getCurrentThreadAllocatedBytes");

    private AllocationMeter() {}

    /** What the bean for threads, as of this type, answers about the calling one with a long. */
    static MethodHandle question(String bean, String method) {
        try {
            Class<?> factory = Class.forName("java.lang.management.ManagementFactory");
            return MethodHandles.publicLookup()
                    .findVirtual(Class.forName(bean), method, MethodType.methodType(long.class))
                    .bindTo(factory.getMethod("getThreadMXBean").invoke(null));
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    static long here() {
        try {
            return (long) ALLOCATED.invokeExact();
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /**
     * Runs rounds until one allocates nothing at all; the compiler needs some of them to get there.
     *
     * @param round answers the bytes allocated elsewhere meanwhile; negative: what was allocated here and does not count
     */
    static void assertSomeRoundAllocatesNothing(int rounds, LongSupplier round) {
        List<String> seen = new ArrayList<>();
        for (int i = 0; i < rounds; i++) {
            long before = here();
            long elsewhere = round.getAsLong();
            long allocated = here() - before;
            if (allocated + elsewhere == 0) {
                return;
            }
            seen.add(allocated + " here, " + elsewhere + " elsewhere");
        }
        assertThat(seen).as("bytes allocated in each round").isEmpty();
    }
}
