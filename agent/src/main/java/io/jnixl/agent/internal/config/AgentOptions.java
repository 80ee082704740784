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

    /** Empty: none. Not within a profile. */
    public static final OptionSpec<String> PROFILE = OptionSpec.string(
                    "profile", "the table [profiles.NAME] of the file that beats the rest of the file; empty: none")
            .withDefault("");

    /** Empty: automatic. */
    public static final OptionSpec<List<String>> BACKENDS = OptionSpec.words(
                    "backends", "the backends to run, best first; empty: all that can run here")
            .withDefault("");

    /** Empty: none. Read before everything else, since plugins bring options of their own. */
    public static final OptionSpec<List<String>> PLUGINS = OptionSpec.words(
                    "plugins",
                    "directories of backends beside the class path; each jar in one, and each folder of jars, is a plugin")
            .withDefault("");

    /** Zero: none. */
    public static final OptionSpec<Duration> DEADLINE = OptionSpec.duration(
                    "deadline", "time after which a transfer in flight is given up; 0s: never")
            .withDefault("0s");

    /** Zero: never. */
    public static final OptionSpec<Duration> STALL_TIMEOUT = OptionSpec.duration(
                    "stall_timeout",
                    "time without a byte moved after which a transfer in flight is given up; 0s: never")
            .withDefault("0s");

    /** What transfers do unless the program says. */
    public static final OptionSpec<Boolean> STATISTICS = OptionSpec.bool(
                    "statistics", "whether transfers take times for their statistics unless the program says")
            .withDefault("false")
            .nativeName("NIXL_TELEMETRY_ENABLE");

    /** How backends' threads wait for work. */
    public static final OptionSpec<ProgressPolicy> PROGRESS = OptionSpec.choice(
                    "progress",
                    "how threads of backends, and callers before they park, wait for work",
                    ProgressPolicy.class)
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

    /** Time for metadata to travel. */
    public static final OptionSpec<Duration> METADATA_TIMEOUT = OptionSpec.duration(
                    "metadata_timeout", "time for metadata to be sent, fetched or published")
            .withDefault("5s");

    /** Where {@code Agent.listen()} listens. */
    public static final OptionSpec<String> LISTEN_ADDRESS = OptionSpec.string(
                    "listen_address", "the address at which to listen for metadata; 0.0.0.0 or :: for all")
            .withDefault("127.0.0.1");

    /** Native NIXL's port by default. */
    public static final OptionSpec<Integer> LISTEN_PORT = OptionSpec.integer(
                    "listen_port", "the port at which to listen for metadata; 0: any that is free", 0, 65535)
            .withDefault("8888");

    /** What strangers may do. */
    public static final OptionSpec<List<String>> LISTEN_COMMANDS = OptionSpec.words(
                    "listen_commands",
                    "what those who connect may do: fetch this agent's metadata, load theirs, invalidate a peer")
            .withDefault("fetch,load,invalidate");

    /** Empty: none. */
    public static final OptionSpec<String> LISTEN_SECRET = OptionSpec.string(
                    "listen_secret",
                    "what agents that connect must know, and those connected to; native agents cannot. Empty: nothing")
            .withDefault("")
            .secret();

    /** Connections at once. */
    public static final OptionSpec<Integer> LISTEN_CONNECTIONS = OptionSpec.integer(
                    "listen_connections", "the most connections of other agents at once", 1, 65536)
            .withDefault("1024");

    /** Empty: none. */
    public static final OptionSpec<String> EXCHANGE = OptionSpec.string(
                    "exchange", "the metadata exchange to use, such as files or etcd; empty: none")
            .withDefault("");

    /** Empty: all. */
    public static final OptionSpec<List<String>> SELECTION_ALLOW = OptionSpec.words(
                    "selection_allow", "the backends that transfers may use, whoever names them; empty: all that run")
            .withDefault("");

    /** Beats {@link #SELECTION_ALLOW}. */
    public static final OptionSpec<List<String>> SELECTION_DENY = OptionSpec.words(
                    "selection_deny",
                    "the backends that no transfer may use, whoever names them; they run all the same")
            .withDefault("");

    /** All of them, in the order of the documentation. */
    public static final List<OptionSpec<?>> ALL = List.of(
            NAME,
            PROFILE,
            BACKENDS,
            PLUGINS,
            DEADLINE,
            STALL_TIMEOUT,
            STATISTICS,
            PROGRESS,
            ADMISSION,
            MAX_TRANSFERS_IN_FLIGHT,
            MAX_BYTES_IN_FLIGHT,
            NOTIFICATION_QUEUE,
            RELOAD,
            SEND_TIMEOUT,
            CLOSE_TIMEOUT,
            METADATA_TIMEOUT,
            LISTEN_ADDRESS,
            LISTEN_PORT,
            LISTEN_COMMANDS,
            LISTEN_SECRET,
            LISTEN_CONNECTIONS,
            EXCHANGE,
            SELECTION_ALLOW,
            SELECTION_DENY);

    private AgentOptions() {}
}
