// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.gds;

import io.jnixl.spi.OptionSpec;
import java.util.List;

/** The options of the two cuFile backends: names, meanings and defaults of native NIXL's. */
final class GdsOptions {
    static final OptionSpec<Integer> BATCH_POOL_SIZE = OptionSpec.integer(
                    "batch_pool_size",
                    "Number of cuFile batches that may be under way at a time, each with a thread; what finds none free waits.",
                    1,
                    1024)
            .withDefault("16");

    static final OptionSpec<Integer> BATCH_LIMIT = OptionSpec.integer(
                    "batch_limit",
                    "Reads and writes in one batch, at most io_batchsize of cufile.json; a transfer of more uses several batches.",
                    1,
                    65536)
            .withDefault("128");

    static final OptionSpec<Long> MAX_REQUEST_SIZE = OptionSpec.bytes(
                    "max_request_size", "Bytes in one read or write; a longer descriptor is split.", 4096, 1L << 40)
            .withDefault("16MiB");

    static final OptionSpec<Integer> THREAD_COUNT = OptionSpec.integer(
            "thread_count",
            "Number of threads, each with one read or write at a time; half the processors unless given.",
            1,
            4096);

    /** Of GDS. */
    static final List<OptionSpec<?>> BATCHED = List.of(BATCH_POOL_SIZE, BATCH_LIMIT, MAX_REQUEST_SIZE);

    /** Of GDS_MT. */
    static final List<OptionSpec<?>> THREADED = List.of(THREAD_COUNT);

    private GdsOptions() {}
}
