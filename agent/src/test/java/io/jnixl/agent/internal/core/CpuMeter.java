// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;

/**
 * What work costs the processor on the calling thread, whatever else the machine does meanwhile.
 */
final class CpuMeter {
    private static final MethodHandle SPENT =
            AllocationMeter.question("java.lang.management.ThreadMXBean", "getCurrentThreadCpuTime");

    private CpuMeter() {}

    private static long spent() {
        try {
            return (long) SPENT.invokeExact();
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private static long nanosOf(Runnable work) {
        long before = spent();
        work.run();
        return spent() - before;
    }

    /**
     * Runs both until the one costs less than so many times the other: one disturbed round says nothing, and where the work
     * itself differs, none passes.
     */
    static void assertSomeRoundCostsLess(int rounds, int times, Runnable one, Runnable other) {
        List<String> seen = new ArrayList<>();
        for (int i = 0; i < rounds; i++) {
            long nanos = nanosOf(one);
            long otherNanos = nanosOf(other);
            if (nanos < times * otherNanos) {
                return;
            }
            seen.add(nanos + " ns, the other " + otherNanos);
        }
        assertThat(seen).as("cost of each round").isEmpty();
    }
}
