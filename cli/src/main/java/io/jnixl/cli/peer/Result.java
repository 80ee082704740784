// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.peer;

import io.jnixl.api.Operation;
import java.util.Locale;

/** The result lines. Programs read them: names, order and number of decimals are fixed, whatever the locale. */
final class Result {
    private Result() {}

    /**
     * Round trips of a notification.
     *
     * @param n all of them, with the first
     * @param first nanoseconds of the first, which connects
     */
    static String pings(String label, int n, long first, Latencies others) {
        return String.format(
                Locale.ROOT,
                "RESULT mode=%s op=notif_rtt n=%d first_us=%.0f p50_us=%.2f p99_us=%.2f",
                label,
                n,
                micros(first),
                micros(others.percentile(50)),
                micros(others.percentile(99)));
    }

    /** Posts of one request. */
    static String transfers(String label, Operation operation, Case shape, Measurement measured, boolean right) {
        Latencies latencies = measured.latencies();
        return String.format(
                Locale.ROOT,
                "RESULT mode=%s op=%s block=%d count=%d iters=%d GBps=%.3f create_us=%.1f post_us=%.2f"
                        + " lat_p50_us=%.2f lat_p99_us=%.2f lat_min_us=%.2f verify=%s",
                label,
                operation,
                shape.block(),
                shape.count(),
                latencies.count(),
                (double) shape.bytes() * latencies.count() / measured.elapsed(),
                micros(measured.creation()),
                measured.posting().mean() / 1e3,
                micros(latencies.percentile(50)),
                micros(latencies.percentile(99)),
                micros(latencies.percentile(0)),
                right ? "OK" : "BAD");
    }

    private static double micros(long nanos) {
        return nanos / 1e3;
    }
}
