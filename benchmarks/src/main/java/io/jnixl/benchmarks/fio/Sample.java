// SPDX-License-Identifier: Apache-2.0
package io.jnixl.benchmarks.fio;

/**
 * What one interval showed.
 *
 * @param ios reads or writes
 * @param nanos of the interval
 * @param cpuNanos processor time of the whole process in user and system mode, the kernel's workers for it included
 */
record Sample(long ios, long nanos, long cpuNanos) {
    Sample {
        if (ios <= 0 || nanos <= 0) {
            throw new IllegalArgumentException("nothing measured: " + ios + " in " + nanos + " ns");
        }
    }

    double perSecond() {
        return ios * 1e9 / nanos;
    }

    double cpuMicrosEach() {
        return cpuNanos / 1e3 / ios;
    }
}
