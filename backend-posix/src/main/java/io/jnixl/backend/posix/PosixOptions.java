// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

import io.jnixl.spi.BackendConfig;
import io.jnixl.spi.OptionSpec;
import java.util.List;

/** The options of the POSIX backend. Sizes are native NIXL's: a value outside the range is moved to its nearer end. */
final class PosixOptions {
    static final OptionSpec<Engine> ENGINE = OptionSpec.choice(
                    "engine",
                    "How files are read and written: io_uring; libaio, the kernel's older asynchronous I/O, which is"
                            + " asynchronous for files that are open with DIRECT alone; pool, a pool of threads; auto,"
                            + " io_uring where it works, else pool.",
                    Engine.class)
            .withDefault("auto");

    static final OptionSpec<Integer> IOS_POOL_SIZE = OptionSpec.integer(
                    "ios_pool_size",
                    "Upper bound of kernel_queue_size: 64 to 65536, what is outside counts as the nearer end, 0 as 65536. What"
                            + " waits takes no room, so a transfer may have any number of descriptors.",
                    0,
                    Integer.MAX_VALUE)
            .withDefault("65536");

    static final OptionSpec<Integer> KERNEL_QUEUE_SIZE = OptionSpec.integer(
                    "kernel_queue_size",
                    "Reads and writes that the kernel holds at a time, of all transfers together: 16 to 1024, what is outside"
                            + " counts as the nearer end, 0 as 256. With io_uring and libaio.",
                    0,
                    Integer.MAX_VALUE)
            .withDefault("256");

    static final OptionSpec<Integer> POOL_THREADS = OptionSpec.integer(
                    "pool_threads", "Threads of the engine pool, each with one read or write at a time.", 1, 256)
            .withDefault("4");

    static final OptionSpec<Long> BOUNCE_BUFFER = OptionSpec.bytes(
                    "bounce_buffer",
                    "Memory that each transfer with the option bounce takes, for what is not aligned as DIRECT needs.",
                    64 << 10,
                    1 << 30)
            .withDefault("1M");

    static final OptionSpec<Integer> RINGS = OptionSpec.integer(
                    "rings",
                    "Rings of io_uring, each with a thread of its own and kernel_queue_size reads and writes; transfers belong to"
                            + " them in turn. More than one pays when several threads copy from and to the page cache.",
                    1,
                    RingEngine.MOST_RINGS)
            .withDefault("1");

    static final OptionSpec<Completion> COMPLETION = OptionSpec.choice(
                    "completion",
                    "Who enters the kernel, with io_uring: caller, a platform thread that posts, polls or waits, and a thread of the"
                            + " backend when there is none; thread, the backend's thread only, with a ring that is"
                            + " its alone.",
                    Completion.class)
            .withDefault("caller");

    static final OptionSpec<Integer> REGISTERED_MIB = OptionSpec.integer(
                    "registered_mib",
                    "Memory in MiB that each ring locks and registers with io_uring, when transfers between it and files"
                            + " opened with DIRECT are prepared, which saves processor time; 0 for none. What does not fit, or"
                            + " is over ulimit -l, is moved all the same.",
                    0,
                    1 << 20)
            .withDefault("1024");

    static final List<OptionSpec<?>> ALL = List.of(
            ENGINE, IOS_POOL_SIZE, KERNEL_QUEUE_SIZE, POOL_THREADS, BOUNCE_BUFFER, RINGS, COMPLETION, REGISTERED_MIB);

    private static final int USUAL_POOL = 65536;
    private static final int USUAL_QUEUE = 256;

    private PosixOptions() {}

    /** The words of {@code engine}. */
    enum Engine {
        AUTO,
        IO_URING,
        LIBAIO,
        POOL
    }

    /** The words of {@code completion}. */
    enum Completion {
        CALLER,
        THREAD
    }

    /** How many reads and writes may be under way at a time. */
    static int window(BackendConfig config) {
        return Math.min(
                sized(config.get(KERNEL_QUEUE_SIZE), USUAL_QUEUE, 16, 1024),
                sized(config.get(IOS_POOL_SIZE), USUAL_POOL, 64, USUAL_POOL));
    }

    private static int sized(int given, int usual, int least, int most) {
        return given == 0 ? usual : Math.clamp(given, least, most);
    }
}
