// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.meeting;

import java.time.Duration;

/**
 * How much, and how long.
 *
 * @param frameBytes the most in one frame; native NIXL's limit
 * @param stall time without one byte inside a frame, in either direction, after which the other side is given up
 * @param frame time for a whole frame, in either direction
 * @param proof time for the other side to prove that it knows the secret
 * @param connect time for one address to answer
 */
public record Limits(long frameBytes, Duration stall, Duration frame, Duration proof, Duration connect) {
    private static final long FRAME_BYTES = 1L << 30;
    private static final Duration STALL = Duration.ofSeconds(5);
    private static final Duration FRAME = Duration.ofSeconds(60);
    private static final Duration CONNECT = Duration.ofSeconds(1);

    /**
     * Native NIXL's, as far as it has any.
     *
     * @param task how long a whole task may take; the proof is given half of it, so that its failure is seen as such
     */
    public static Limits within(Duration task) {
        Duration half = task.dividedBy(2);
        return new Limits(FRAME_BYTES, STALL, FRAME, half.compareTo(STALL) < 0 ? half : STALL, CONNECT);
    }
}
