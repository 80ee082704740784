// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.spi.OptionSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The options of the UCX backend: names, meanings and defaults of native NIXL's, as far as it reads them. */
final class UcxOptions {
    static final OptionSpec<List<String>> DEVICE_LIST = OptionSpec.words(
            "device_list",
            "Network devices to use, such as mlx5_0 or eth*; port 1 unless :PORT follows the name. All devices unless given,"
                    + " or with all alone.");

    static final OptionSpec<Integer> NUM_WORKERS = OptionSpec.integer(
                    "num_workers",
                    "Number of UCX workers. Each transfer is bound to one of them; peers connect to the first.",
                    1,
                    1024)
            .withDefault("1");

    static final OptionSpec<Integer> NUM_THREADS = OptionSpec.integer(
                    "num_threads",
                    "Number of threads with a worker of their own that help with large transfers; 0 for none.",
                    0,
                    1023)
            .withDefault("0");

    static final OptionSpec<Integer> SPLIT_BATCH_SIZE = OptionSpec.integer(
                    "split_batch_size",
                    "Descriptors of a post for which one thread of num_threads is asked to help; with fewer, none is.",
                    1,
                    Integer.MAX_VALUE)
            .withDefault("1024");

    static final OptionSpec<Integer> NUM_DEVICE_CHANNELS = OptionSpec.integer(
                    "ucx_num_device_channels", "Number of channels for transfers that a GPU starts itself.", 1, 1024)
            .withDefault("4");

    static final OptionSpec<Boolean> EP_CLOSE_FORCE = OptionSpec.bool(
                    "ucx_ep_close_force", "Whether closing an endpoint drops what is in flight instead of flushing it.")
            .withDefault("false");

    static final OptionSpec<ErrorHandling> ERROR_HANDLING_MODE = OptionSpec.choice(
                    "ucx_error_handling_mode",
                    "Whether endpoints notice that their peer is gone (peer) or wait for it without end (none).",
                    ErrorHandling.class)
            .withDefault("peer");

    static final OptionSpec<Duration> TCP_TIMEOUT = OptionSpec.duration(
                    "tcp_timeout",
                    "How long a host may leave unanswered what is sent to it over TCP, at least 1s: when it does not answer the"
                            + " kernel's next try either, its peer is lost. 0s leaves that to the kernel, for which it is about 15"
                            + " minutes.")
            .withDefault("10s");

    static final OptionSpec<String> ENGINE_CONFIG = OptionSpec.string(
                    "engine_config",
                    "UCX settings as KEY=VALUE,KEY=VALUE without the prefix UCX_; variables of the environment beat them.")
            .withDefault("");

    static final List<OptionSpec<?>> ALL = List.of(
            DEVICE_LIST,
            NUM_WORKERS,
            NUM_THREADS,
            SPLIT_BATCH_SIZE,
            NUM_DEVICE_CHANNELS,
            EP_CLOSE_FORCE,
            ERROR_HANDLING_MODE,
            TCP_TIMEOUT,
            ENGINE_CONFIG);

    /** The option of a single transfer, as in native NIXL's {@code customParam}. */
    private static final String WORKER_ID = "worker_id";

    private UcxOptions() {}

    /**
     * The worker that a transfer asks for, or -1.
     *
     * @param workers how many there are to ask for
     */
    static int worker(Map<String, String> options, int workers) {
        for (String name : options.keySet()) {
            if (!name.equals(WORKER_ID)) {
                throw NixlException.of(ErrorCode.INVALID_PARAM, "a transfer by UCX has no option " + name)
                        .backend(UcxBackendProvider.NAME)
                        .remedy("leave it out; there is only " + WORKER_ID)
                        .build();
            }
        }
        String given = options.get(WORKER_ID);
        if (given == null) {
            return -1;
        }
        try {
            int worker = Integer.parseInt(given);
            if (worker >= 0 && worker < workers) {
                return worker;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw NixlException.of(
                        ErrorCode.INVALID_PARAM,
                        WORKER_ID + " is a number from 0 to " + (workers - 1) + ", not " + given)
                .backend(UcxBackendProvider.NAME)
                .remedy("set num_workers to the number of workers that transfers choose from")
                .build();
    }

    /** The words of {@code ucx_error_handling_mode}. */
    enum ErrorHandling {
        NONE,
        PEER
    }
}
