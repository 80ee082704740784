// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.gds;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.jnixl.api.ErrorCode;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What cuFile's driver says of itself once it is open.
 *
 * @param nvfs the version of nvidia-fs, such as {@code 2.25}; empty when it is not loaded
 * @param status bits: which file systems are supported
 * @param control bits: which modes are allowed
 * @param maxBatch the most reads and writes of a batch; 0 when it does not say
 */
record DriverProperties(String nvfs, int status, int control, int maxBatch) {
    /** The bits of {@code dstatusflags}. */
    private static final Map<Integer, String> FILE_SYSTEMS = new TreeMap<>(Map.of(
            0, "Lustre",
            1, "WekaFS",
            2, "NFS",
            3, "GPFS",
            4, "NVMe",
            5, "NVMe-oF",
            6, "SCSI",
            7, "ScaleFlux",
            8, "NVMesh",
            9, "BeeGFS"));

    static DriverProperties ask(String backend) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment p = arena.allocate(CuFileNative.PROPS_SIZE, Long.BYTES);
            long error = CuFileNative.properties(p);
            if (CuFileError.code(error) != 0) {
                throw CuFileError.failed(backend, ErrorCode.BACKEND, "cuFile does not say its properties", error);
            }
            int major = p.get(JAVA_INT, CuFileNative.PROPS_NVFS_MAJOR);
            return new DriverProperties(
                    major == 0 ? "" : major + "." + p.get(JAVA_INT, CuFileNative.PROPS_NVFS_MINOR),
                    p.get(JAVA_INT, CuFileNative.PROPS_STATUS_FLAGS),
                    p.get(JAVA_INT, CuFileNative.PROPS_CONTROL_FLAGS),
                    p.get(JAVA_INT, CuFileNative.PROPS_MAX_BATCH));
        }
    }

    /** Which way bytes go, as far as that can be told beforehand: cuFile decides for each file. */
    String mode() {
        boolean compat = (control >>> CuFileNative.CONTROL_ALLOW_COMPAT_MODE & 1) != 0;
        if (!nvfs.isEmpty()) {
            return "GDS by nvidia-fs " + nvfs + (compat ? ", else through host memory" : "");
        }
        if ((status >>> CuFileNative.STATUS_NVME_P2P & 1) != 0) {
            return "GDS by PCI peer-to-peer" + (compat ? ", else through host memory" : "");
        }
        String neither = "neither nvidia-fs is loaded nor PCI peer-to-peer set up";
        return compat
                ? "compatibility mode: through host memory, since " + neither
                : "none: " + neither + ", and compatibility mode is off";
    }

    /** The file systems and devices that GDS reaches without host memory, in words. */
    String fileSystems() {
        String names = FILE_SYSTEMS.entrySet().stream()
                .filter(e -> (status >>> e.getKey() & 1) != 0)
                .map(Map.Entry::getValue)
                .collect(Collectors.joining(", "));
        return names.isEmpty() ? "none" : names;
    }
}
