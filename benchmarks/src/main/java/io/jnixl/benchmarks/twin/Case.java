// SPDX-License-Identifier: Apache-2.0
package io.jnixl.benchmarks.twin;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is measured: posts of so many blocks each, or round trips.
 *
 * @param kind what one round does
 * @param block bytes of a descriptor; 0 where nothing moves but the notification
 * @param count descriptors of a post; 1 where there are none
 */
record Case(Kind kind, long block, int count) {
    private static final Pattern MOVE = Pattern.compile("(WRITE|READ|P50|FIRST|BURST|PINGDATA):(\\d+)x(\\d+)");

    /** Each of them waits for a sixth of a second. */
    private static final int FIRSTS = 4;

    enum Kind {
        WRITE,
        READ,
        /** Writes, each timed, of which the median counts. */
        P50,
        /** As P50, but before each both sides are left alone until all their threads sleep. */
        FIRST,
        /** As FIRST, a hundred posts one after the other, timed as one. */
        BURST,
        /** A notification there, and one back. */
        PING,
        /** A WRITE with a notification, and a notification back. */
        PINGDATA
    }

    /** From text such as {@code WRITE:4096x64}, or {@code PING}. */
    static Case parse(String text) {
        if (text.equals("PING")) {
            return new Case(Kind.PING, 0, 1);
        }
        Matcher matcher = MOVE.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "not a case: " + text
                            + "; write WRITE:4096x64, READ:8x1, P50:4096x1, FIRST:4096x1, BURST:4096x1, PING or PINGDATA:4096x1");
        }
        return new Case(
                Kind.valueOf(matcher.group(1)), Long.parseLong(matcher.group(2)), Integer.parseInt(matcher.group(3)));
    }

    /** Whether a round needs the other side's program, and not only its memory. */
    boolean isRoundTrip() {
        return kind == Kind.PING || kind == Kind.PINGDATA;
    }

    boolean movesData() {
        return kind != Kind.PING;
    }

    /** Whether the two sides answer the median of their rounds, and not the sum. */
    boolean countsMedian() {
        return kind == Kind.P50 || isAfterIdleness();
    }

    /** Whether both sides sleep before each round. */
    boolean isAfterIdleness() {
        return kind == Kind.FIRST || kind == Kind.BURST;
    }

    /** How many rounds a measurement has, whatever they take; 0: as many as fill its time. */
    int rounds() {
        return isAfterIdleness() ? FIRSTS : 0;
    }

    /** The same posts, without the idleness. */
    Case warm() {
        return new Case(Kind.P50, block, count);
    }

    /** Bytes at the start of a memory of this size that a post touches. */
    long span(long memory) {
        return Math.min(count, memory / block) * block;
    }

    String command() {
        return switch (kind) {
            case WRITE, READ -> "run";
            case P50 -> "latency";
            case FIRST -> "first";
            case BURST -> "burst";
            case PING -> "ping";
            case PINGDATA -> "pingdata";
        };
    }

    private static String bytes(long n) {
        return n >= 1 << 20 ? (n >> 20) + " MiB" : n >= 1024 ? (n >> 10) + " KiB" : n + " B";
    }

    @Override
    public String toString() {
        return switch (kind) {
            case WRITE, READ -> kind + " " + bytes(block) + " x " + count;
            case P50 -> "WRITE " + bytes(block) + " x " + count + ", p50";
            case FIRST -> "WRITE " + bytes(block) + " x " + count + ", after idleness, p50";
            case BURST -> "WRITE " + bytes(block) + " x " + count + ", a hundred after idleness, p50";
            case PING -> "round trip";
            case PINGDATA -> "WRITE " + bytes(block) + " x " + count + ", notified and answered";
        };
    }
}
