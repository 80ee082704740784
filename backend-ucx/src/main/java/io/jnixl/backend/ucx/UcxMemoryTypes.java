// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import io.jnixl.spi.Availability.Unavailable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The types of memory that a UCX context reaches, {@code ucs_memory_type_t} each, in words. */
final class UcxMemoryTypes {
    /** Those whose numbers are the same in every version. */
    private static final List<String> NAMES = List.of("host", "cuda", "cuda-managed", "rocm");

    /** The plug-in by which UCX knows CUDA, in a folder beside its libraries. */
    private static final Path CUDA_MODULE = Path.of("ucx", "libuct_cuda.so.0");

    private UcxMemoryTypes() {}

    /**
     * Why memory of a GPU cannot be registered; null when it can.
     *
     * @param types the context's, a bit each
     * @param path the file of libucp, empty when it is not known
     */
    static @Nullable Unavailable obstacle(long types, String path, UcpVersion version) {
        if ((types >>> UcpLayouts.MEMORY_TYPE_CUDA & 1) != 0) {
            return null;
        }
        String libucp = "this libucp (" + (path.isEmpty() ? "" : path + ", ") + version + ")";
        String has = ": memory types " + text(types);
        return hasModule(path)
                ? new Unavailable(
                        libucp + " was built with CUDA, and finds none to use" + has,
                        "see that nvidia-smi works, in this container too, and that UCX_TLS, if set, names cuda",
                        null)
                : new Unavailable(
                        libucp + " was built without CUDA" + has,
                        "install UCX with CUDA (package ucx-cuda, or that of NVIDIA's HPC-X or DOCA) and let"
                                + " LD_LIBRARY_PATH lead to its libucp.so.0",
                        null);
    }

    private static boolean hasModule(String path) {
        Path folder = path.isEmpty() ? null : Path.of(path).getParent();
        return folder != null && Files.exists(folder.resolve(CUDA_MODULE));
    }

    private static String text(long types) {
        List<String> names = new ArrayList<>();
        for (int type = 0; type < Long.SIZE; type++) {
            if ((types >>> type & 1) != 0) {
                names.add(type < NAMES.size() ? NAMES.get(type) : "number " + type);
            }
        }
        return String.join(", ", names);
    }
}
