// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.bench;

import io.jnixl.cli.run.Numbers;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Memory of GPUs: whose buffer lies where. */
final class GpuOptions {
    /** Where the initiator's buffer lies. */
    enum Kind {
        DRAM,
        VRAM
    }

    @Option(
            names = "--initiator_seg_type",
            paramLabel = "DRAM|VRAM",
            converter = KindConverter.class,
            description = "The initiator's buffer: host memory (DRAM, the default) or a GPU's (VRAM).")
    Kind initiator = Kind.DRAM;

    @Option(
            names = "--initiator_gpu",
            paramLabel = "N",
            converter = Numbers.Count.class,
            description = "VRAM: ordinal of the initiator's GPU; 0 unless given.")
    int initiatorGpu;

    @Option(
            names = "--target_gpu",
            paramLabel = "N",
            converter = Numbers.Count.class,
            description = "VRAM: ordinal of the target's GPU; 0 unless given.")
    int targetGpu;

    @Option(names = "--gds_batch_pool_size", paramLabel = "N", description = "GDS: its option batch_pool_size.")
    @Nullable
    String batchPoolSize;

    @Option(names = "--gds_batch_limit", paramLabel = "N", description = "GDS: its option batch_limit.")
    @Nullable
    String batchLimit;

    @Option(names = "--gds_mt_num_threads", paramLabel = "N", description = "GDS_MT: its option thread_count.")
    @Nullable
    String threads;

    /** The GPU of a side's buffer; null for host memory. */
    @Nullable
    Integer initiator() {
        return isInitiator() ? initiatorGpu : null;
    }

    /** Likewise. */
    @Nullable
    Integer target(StorageOptions storage) {
        return isTarget(storage) ? targetGpu : null;
    }

    private boolean isInitiator() {
        return initiator == Kind.VRAM;
    }

    private static boolean isTarget(StorageOptions storage) {
        return storage.target == StorageOptions.Kind.VRAM;
    }

    /**
     * The GPU of this process's buffer.
     *
     * @param role as it was asked for; AUTO only where both sides have one kind of memory
     */
    @Nullable
    Integer of(Role role, StorageOptions storage) {
        return role == Role.TARGET ? target(storage) : initiator();
    }

    @Nullable
    String wrong(String backend, MeetingOptions meeting, StorageOptions storage) {
        boolean alike = isInitiator() == isTarget(storage) && initiatorGpu == targetGpu;
        if (!meeting.isLocal() && meeting.role == Role.AUTO && !alike) {
            return "where the sides' memory differs, each process must know which it is: --role";
        }
        if (initiatorGpu != 0 && !isInitiator()) {
            return "--initiator_gpu needs --initiator_seg_type VRAM";
        }
        if (targetGpu != 0 && !isTarget(storage)) {
            return "--target_gpu needs --target_seg_type VRAM";
        }
        if ((batchPoolSize != null || batchLimit != null) && !backend.equals("GDS")) {
            return "--gds_batch_... options need --backend GDS";
        }
        return threads != null && !backend.equals("GDS_MT") ? "--gds_mt_num_threads needs --backend GDS_MT" : null;
    }

    /** As another process takes them. */
    List<String> arguments(StorageOptions storage) {
        List<String> arguments = new ArrayList<>();
        arguments.add("--initiator_seg_type=" + initiator);
        arguments.add("--initiator_gpu=" + initiatorGpu);
        arguments.add("--target_gpu=" + targetGpu);
        if (isTarget(storage)) {
            arguments.add("--target_seg_type=VRAM");
        }
        return arguments;
    }

    /** Reads a kind of memory. */
    static final class KindConverter implements ITypeConverter<Kind> {
        @Override
        public Kind convert(String text) {
            return switch (text.toUpperCase(Locale.ROOT)) {
                case "DRAM" -> Kind.DRAM;
                case "VRAM" -> Kind.VRAM;
                default -> throw new TypeConversionException("supported are DRAM and VRAM, not '" + text + "'");
            };
        }
    }
}
