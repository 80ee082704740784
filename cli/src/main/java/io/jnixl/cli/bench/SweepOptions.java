// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.bench;

import io.jnixl.api.Operation;
import io.jnixl.cli.run.Numbers;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which transfers, and how often. */
final class SweepOptions {
    @Option(
            names = "--op_type",
            paramLabel = "READ|WRITE",
            description = "Which way the bytes go, seen from the initiator; WRITE unless given.")
    Operation operation = Operation.WRITE;

    @Option(
            names = "--total_buffer_size",
            paramLabel = "BYTES",
            converter = Size.Converter.class,
            description = "Bytes of each side's buffer, divided among the threads; what the largest case needs unless"
                    + " given. Sizes may be written as 64K, 16M or 8G.")
    @Nullable
    Long totalBufferSize;

    @Option(
            names = "--start_block_size",
            paramLabel = "BYTES",
            converter = Size.Converter.class,
            description = "Length of the first block; 4K unless given.")
    long startBlockSize = 4096;

    @Option(
            names = "--max_block_size",
            paramLabel = "BYTES",
            converter = Size.Converter.class,
            description = "Blocks double from case to case up to this length; 64M unless given.")
    long maxBlockSize = 64L << 20;

    @Option(
            names = "--start_batch_size",
            paramLabel = "N",
            converter = Numbers.PositiveCount.class,
            description = "Blocks of one post in the first case; 1 unless given.")
    int startBatchSize = 1;

    @Option(
            names = "--max_batch_size",
            paramLabel = "N",
            converter = Numbers.PositiveCount.class,
            description = "They double from case to case up to this number, for each block length; 1 unless given.")
    int maxBatchSize = 1;

    @Option(
            names = "--num_iter",
            paramLabel = "N",
            converter = Numbers.PositiveCount.class,
            description = "Measured posts of each case, divided among the threads and rounded up; 1000 unless given.")
    int iterations = 1000;

    @Option(
            names = "--warmup_iter",
            paramLabel = "N",
            converter = Numbers.Count.class,
            description = "Posts before those, divided likewise; 100 unless given.")
    int warmup = 100;

    @Option(
            names = "--large_blk_iter_ftr",
            paramLabel = "N",
            converter = Numbers.PositiveCount.class,
            description = "By what both are divided for blocks above 1 MiB; 16 unless given.")
    int largeBlockFactor = 16;

    @Option(
            names = "--num_threads",
            paramLabel = "N",
            converter = Numbers.PositiveCount.class,
            description = "Threads that post, each with its share of the buffer; 1 unless given, at most 256.")
    int threads = 1;

    @Option(
            names = "--pipeline_depth",
            paramLabel = "N",
            converter = Numbers.PositiveCount.class,
            description = "Posts that each thread keeps in flight, each with blocks of its own; 1 unless given.")
    int depth = 1;

    @Option(
            names = "--randomize_location_mode",
            paramLabel = "none|blockaligned|bytealigned",
            description = "Where blocks lie: one behind the other (none, the default), at random multiples of their"
                    + " length, or at random bytes; never two at one place.")
    Locations locations = Locations.NONE;

    @Option(
            names = "--seed",
            paramLabel = "N",
            converter = Numbers.Unsigned.class,
            description = "Seed of random places and of patterns; 12345 unless given.")
    long seed = 12_345;

    @Option(
            names = "--check_consistency",
            paramLabel = "true|false",
            arity = "0..1",
            fallbackValue = "true",
            description = "Compare every byte after each case, those around the blocks too.")
    boolean consistency;

    @Option(
            names = "--recreate_xfer",
            paramLabel = "true|false",
            arity = "0..1",
            fallbackValue = "true",
            description = "Make the transfer anew for each post; the time counts as preparation.")
    boolean recreate;

    @Option(
            names = "--reregister_mem",
            paramLabel = "true|false",
            arity = "0..1",
            fallbackValue = "true",
            description = "Register the thread's local share anew for each post as well; implies --recreate_xfer.")
    boolean reregister;

    @Option(
            names = "--prepared_xfer",
            paramLabel = "true|false",
            arity = "0..1",
            fallbackValue = "true",
            description = "Make transfers from lists that were prepared once, instead of from plain lists.")
    boolean prepared;

    @Option(
            names = "--notify",
            paramLabel = "true|false",
            arity = "0..1",
            fallbackValue = "true",
            description = "Each post carries a notification; the target counts them after each case.")
    boolean notifying;

    /** Looks at what these say together; what is wrong, or null. */
    @Nullable
    String wrong() {
        if (startBlockSize > maxBlockSize) {
            return "--start_block_size " + startBlockSize + " is above --max_block_size " + maxBlockSize;
        }
        if (startBatchSize > maxBatchSize) {
            return "--start_batch_size " + startBatchSize + " is above --max_batch_size " + maxBatchSize;
        }
        if (threads > Plan.MOST_THREADS) {
            return "--num_threads " + threads + " is above " + Plan.MOST_THREADS;
        }
        if (reregister && depth > 1) {
            return "--reregister_mem and --pipeline_depth " + depth + " exclude each other: memory in flight stays"
                    + " registered";
        }
        return null;
    }

    /** What both sides should have alike, as options. */
    List<String> arguments() {
        return List.of(
                "--op_type=" + operation,
                "--start_block_size=" + startBlockSize,
                "--max_block_size=" + maxBlockSize,
                "--start_batch_size=" + startBatchSize,
                "--max_batch_size=" + maxBatchSize,
                "--num_iter=" + iterations,
                "--warmup_iter=" + warmup,
                "--large_blk_iter_ftr=" + largeBlockFactor,
                "--num_threads=" + threads,
                "--pipeline_depth=" + depth,
                "--randomize_location_mode=" + locations.name().toLowerCase(Locale.ROOT),
                "--seed=" + Long.toUnsignedString(seed),
                "--check_consistency=" + consistency,
                "--recreate_xfer=" + recreate,
                "--reregister_mem=" + reregister,
                "--prepared_xfer=" + prepared,
                "--notify=" + notifying);
    }
}
