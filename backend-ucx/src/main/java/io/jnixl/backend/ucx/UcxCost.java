// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.jnixl.api.CostEstimate;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.spi.TransferColumns;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * What UCX expects the descriptors of a transfer to take, one after the other, as native NIXL adds them up. UCX is asked once
 * for each length; with more than {@link #MOST_ASKED} different ones a line through the shortest and the longest stands for
 * all, and how far the middle lies from it becomes the margin.
 */
final class UcxCost {
    /** Transfers of a key-value cache have one or two lengths. */
    static final int MOST_ASKED = 64;

    private static final long PARAM_MASK = UcpLayouts.offset(UcpLayouts.PERF_PARAM, "field_mask");
    private static final long SIZE = UcpLayouts.offset(UcpLayouts.PERF_PARAM, "message_size");
    private static final long ATTR_MASK = UcpLayouts.offset(UcpLayouts.PERF_ATTR, "field_mask");
    private static final long TIME = UcpLayouts.offset(UcpLayouts.PERF_ATTR, "estimated_time");
    private static final double NANOS = 1e9;

    /** One's answer for a message of this many bytes, in seconds. */
    interface Oracle {
        double seconds(long bytes);
    }

    private UcxCost() {}

    static CostEstimate of(TransferColumns columns, Oracle oracle) {
        Map<Long, Integer> lengths = lengths(columns);
        if (lengths.size() > MOST_ASKED) {
            return byLine(columns, oracle);
        }
        double seconds = 0;
        for (Map.Entry<Long, Integer> each : lengths.entrySet()) {
            seconds += each.getValue() * oracle.seconds(each.getKey());
        }
        return estimate(seconds, 0);
    }

    /** How many descriptors there are of each length; one more than are asked for, if there are more. */
    private static Map<Long, Integer> lengths(TransferColumns columns) {
        Map<Long, Integer> lengths = new HashMap<>();
        for (int i = 0; i < columns.count() && lengths.size() <= MOST_ASKED; i++) {
            lengths.merge(columns.length(i), 1, Integer::sum);
        }
        return lengths;
    }

    private static CostEstimate byLine(TransferColumns columns, Oracle oracle) {
        long shortest = Long.MAX_VALUE;
        long longest = 0;
        for (int i = 0; i < columns.count(); i++) {
            shortest = Math.min(shortest, columns.length(i));
            longest = Math.max(longest, columns.length(i));
        }
        long middle = shortest + (longest - shortest) / 2;
        double least = oracle.seconds(shortest);
        double slope = (oracle.seconds(longest) - least) / (longest - shortest);
        double above = columns.totalBytes() - (double) columns.count() * shortest;
        double off = Math.abs(oracle.seconds(middle) - (least + slope * (middle - shortest)));
        return estimate(columns.count() * least + slope * above, columns.count() * off);
    }

    private static CostEstimate estimate(double seconds, double margin) {
        return new CostEstimate(duration(seconds), duration(margin), CostEstimate.Method.ANALYTICAL_BACKEND);
    }

    private static Duration duration(double seconds) {
        long nanos = Math.round(seconds * NANOS); // what is too long becomes the longest
        return Duration.ofNanos(nanos == 0 && seconds > 0 ? 1 : nanos);
    }

    /**
     * UCX's answer. Owner of the endpoint's worker.
     *
     * @param endpoint need not be connected: the transports are chosen when it is made
     * @throws NixlException when the answer is no time
     */
    static double ask(long endpoint, long bytes) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment param = arena.allocate(UcpLayouts.ROOM, Long.BYTES);
            param.set(JAVA_LONG, PARAM_MASK, UcpLayouts.PERF_PARAM_FIELD_MESSAGE_SIZE);
            param.set(JAVA_LONG, SIZE, bytes);
            MemorySegment attr = arena.allocate(UcpLayouts.ROOM, Long.BYTES);
            attr.set(JAVA_LONG, ATTR_MASK, UcpLayouts.PERF_ATTR_FIELD_ESTIMATED_TIME);
            byte status = UcpNative.epEvaluatePerf(endpoint, param.address(), attr.address());
            double seconds = attr.get(JAVA_DOUBLE, TIME);
            if (status != UcpStatus.OK) {
                throw NixlException.of(ErrorCode.BACKEND, "UCX does not estimate the time of " + bytes + " B")
                        .backend(UcxBackendProvider.NAME)
                        .nativeError(status, UcpNative.statusString(status))
                        .build();
            }
            return checked(seconds, bytes);
        }
    }

    static double checked(double seconds, long bytes) {
        if (!Double.isFinite(seconds) || seconds < 0) {
            throw NixlException.of(
                            ErrorCode.BACKEND, "UCX's estimate for " + bytes + " B is no time: " + seconds + " s")
                    .backend(UcxBackendProvider.NAME)
                    .build();
        }
        return seconds;
    }
}
