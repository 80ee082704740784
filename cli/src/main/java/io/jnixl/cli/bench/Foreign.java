// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.bench;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Options of nixlbench that mean nothing here, each with the reason; and those that only their default means. */
final class Foreign {
    private static final Map<String, String> DEFAULTS = Map.of(
            "worker_type", "nixl",
            "mode", "SG",
            "scheme", "pairwise",
            "num_initiator_dev", "1",
            "num_target_dev", "1",
            "progress_threads", "0");

    private static final Set<String> SWITCHES = Set.of("enable_vmm", "use_device_api", "use_hugepages");

    private static final Map<String, String> REASONS = Map.ofEntries(
            Map.entry("worker_type", "NVSHMEM moves GPU memory; jnixl's only worker is nixl"),
            Map.entry("mode", "MG is for one process with several GPUs; jnixl has SG"),
            Map.entry("scheme", "only pairwise is there: one initiator, one target"),
            Map.entry(
                    "num_initiator_dev",
                    "devices are GPUs; each side has one buffer, on one GPU at most: --initiator_gpu"),
            Map.entry("num_target_dev", "devices are GPUs; each side has one buffer, on one GPU at most: --target_gpu"),
            Map.entry("progress_threads", "jnixl has one progress thread or none: --enable_pt"),
            Map.entry("enable_vmm", "it is for fabric memory of GPUs"),
            Map.entry("use_device_api", "it is for kernels of GPUs that start transfers"),
            Map.entry("use_hugepages", "--alloc agent takes huge pages where the backend can; private memory has none"),
            Map.entry("gds_", "give other options of GDS with --option NAME=VALUE"),
            Map.entry("hf3fs_", "there is no backend HF3FS"),
            Map.entry("obj_", "there is no backend OBJ"),
            Map.entry("azure_blob_", "there is no backend AZURE_BLOB"),
            Map.entry("infinia_", "there is no backend INFINIA"),
            Map.entry("gpunetio_", "there is no backend GPUNETIO"),
            Map.entry("gusli_", "there is no backend GUSLI"));

    private Foreign() {}

    /** Why an option of this name cannot be given; null when it is none of these. */
    static @Nullable String reason(String name) {
        String exact = REASONS.get(name);
        return exact != null
                ? exact
                : REASONS.entrySet().stream()
                        .filter(entry -> entry.getKey().endsWith("_") && name.startsWith(entry.getKey()))
                        .map(Map.Entry::getValue)
                        .findFirst()
                        .orElse(null);
    }

    /** Whether it may be given after all, with this value: it says what is so anyway. */
    static boolean isDefault(String name, String value) {
        return value.equalsIgnoreCase(DEFAULTS.get(name));
    }

    /** Whether nixlbench's option takes a value of its own. */
    static boolean isSwitch(String name) {
        return SWITCHES.contains(name);
    }
}
