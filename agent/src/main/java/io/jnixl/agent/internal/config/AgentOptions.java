// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.config;

import io.jnixl.spi.OptionSpec;
import io.jnixl.spi.ProgressPolicy;
import java.time.Duration;
import java.util.List;

/**
 * The options of table {@code [agent]}.
 *
 * @since 0.1
 */
public final class AgentOptions {
    /** No default: for programs that let their users name the agent. */
    public static final OptionSpec<String> NAME = OptionSpec.string("name", "the name that peers know this agent by");

    /** Empty: automatic. */
    public static final OptionSpec<List<String>> BACKENDS = OptionSpec.words(
                    "backends", "the backends to run, best first; empty: all that can run here")
            .withDefault("");

    /** Zero: none. */
    public static final OptionSpec<Duration> DEADLINE = OptionSpec.duration(
                    "deadline", "time after which a transfer in flight is given up; 0s: never")
            .withDefault("0s");

    /** How backends' threads wait for work. */
    public static final OptionSpec<ProgressPolicy> PROGRESS = OptionSpec.choice(
                    "progress", "how threads of backends wait for work", ProgressPolicy.class)
            .withDefault("adaptive");

    /** What a post does when a limit is reached. */
    public static final OptionSpec<Admission> ADMISSION = OptionSpec.choice(
                    "admission",
                    "what a post does at the limit of transfers or bytes in flight: wait for room, or be rejected",
                    Admission.class)
            .withDefault("wait");

    /** Number of transfers. */
    public static final OptionSpec<Integer> MAX_TRANSFERS_IN_FLIGHT = OptionSpec.integer(
                    "max_transfers_in_flight", "the most transfers in flight at once", 1, 1 << 20)
            .withDefault("65536");

    /** Bytes; zero: no limit. */
    public static final OptionSpec<Long> MAX_BYTES_IN_FLIGHT = OptionSpec.bytes(
                    "max_bytes_in_flight", "the most bytes in flight at once; 0: no limit", 0, Long.MAX_VALUE)
            .withDefault("0");

    /** Bytes. */
    public static final OptionSpec<Long> NOTIFICATION_QUEUE = OptionSpec.bytes(
                    "notification_queue",
                    "bytes of notifications that may wait to be read before senders are held back",
                    4L << 10,
                    1L << 30)
            .withDefault("4M");

    /** What becomes of a known peer that comes back. */
    public static final OptionSpec<Reload> RELOAD = OptionSpec.choice(
                    "reload", "whether a known peer that comes back is taken in place of the former one", Reload.class)
            .withDefault("replace");

    /** Time to hand over one notification. */
    public static final OptionSpec<Duration> SEND_TIMEOUT = OptionSpec.duration(
                    "send_timeout", "time to wait for a receiver that has no room for a notification")
            .withDefault("10s");

    /** Time for closing to wait for transfers. */
    public static final OptionSpec<Duration> CLOSE_TIMEOUT = OptionSpec.duration(
                    "close_timeout", "time that closing waits for transfers in flight to end")
            .withDefault("5s");

    /** All of them, in the order of the documentation. */
    public static final List<OptionSpec<?>> ALL = List.of(
            NAME,
            BACKENDS,
            DEADLINE,
            PROGRESS,
            ADMISSION,
            MAX_TRANSFERS_IN_FLIGHT,
            MAX_BYTES_IN_FLIGHT,
            NOTIFICATION_QUEUE,
            RELOAD,
            SEND_TIMEOUT,
            CLOSE_TIMEOUT);

    private AgentOptions() {}
}
