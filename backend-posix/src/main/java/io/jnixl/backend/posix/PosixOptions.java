// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

import io.jnixl.spi.OptionSpec;
import java.util.List;

/** The options of the POSIX backend. Sizes are native NIXL's: a value outside the range is moved to its nearer end. */
final class PosixOptions {
    static final OptionSpec<Engine> ENGINE = OptionSpec.choice(
                    "engine",
                    "How files are read and written: io_uring; pool, a pool of threads; auto, the first of them that works.",
                    Engine.class)
            .withDefault("auto");

    static final OptionSpec<Integer> IOS_POOL_SIZE = OptionSpec.integer(
                    "ios_pool_size",
                    "Reads and writes that may be under way or waiting, in all transfers together: 64 to 65536, what is outside"
                            + " counts as the nearer end, 0 as 65536.",
                    0,
                    Integer.MAX_VALUE)
            .withDefault("65536");

    static final OptionSpec<Integer> KERNEL_QUEUE_SIZE = OptionSpec.integer(
                    "kernel_queue_size",
                    "Reads and writes that the kernel holds at a time: 16 to 1024, what is outside counts as the nearer end, 0 as"
                            + " 256.",
                    0,
                    Integer.MAX_VALUE)
            .withDefault("256");

    static final List<OptionSpec<?>> ALL = List.of(ENGINE, IOS_POOL_SIZE, KERNEL_QUEUE_SIZE);

    private PosixOptions() {}

    /** The words of {@code engine}. */
    enum Engine {
        AUTO,
        IO_URING,
        POOL
    }
}
