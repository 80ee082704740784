// SPDX-License-Identifier: Apache-2.0
package io.jnixl.examples.serving;

import io.jnixl.api.Agent;
import io.jnixl.api.Allocation;
import io.jnixl.api.BackendInfo;
import io.jnixl.api.DescriptorList;
import io.jnixl.api.DeviceAllocation;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.Explanation;
import io.jnixl.api.FileRegion;
import io.jnixl.api.MemoryKind;
import io.jnixl.api.NixlException;
import io.jnixl.api.Operation;
import java.lang.foreign.MemorySegment;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The pages as the file is written from and read into: in the memory of a GPU where a backend moves that to files, else in the
 * pool itself. The model computes in host memory, so that pages are copied between the two.
 */
final class FilePages implements AutoCloseable {
    private static final long GPU = 0;

    private final MemorySegment pool;
    private final int pageBytes;
    private final @Nullable DeviceAllocation gpu;
    private final String place;

    private FilePages(MemorySegment pool, int pageBytes, @Nullable DeviceAllocation gpu, String place) {
        this.pool = pool;
        this.pageBytes = pageBytes;
        this.gpu = gpu;
        this.place = place;
    }

    static FilePages of(Agent agent, Allocation pool, int pageBytes, FileRegion file) {
        MemorySegment memory = pool.segment();
        if (agent.backends().stream().noneMatch(FilePages::movesVram)) {
            return new FilePages(memory, pageBytes, null, "host memory: no backend here moves a GPU's to files");
        }
        try {
            DeviceAllocation gpu = allocate(agent, memory.byteSize(), pageBytes, file);
            return new FilePages(memory, pageBytes, gpu, "memory of GPU " + GPU);
        } catch (NixlException e) {
            return new FilePages(memory, pageBytes, null, "host memory: " + e.getMessage());
        }
    }

    private static DeviceAllocation allocate(Agent agent, long bytes, int pageBytes, FileRegion file) {
        DeviceAllocation gpu = agent.allocate(MemoryKind.VRAM, GPU, bytes);
        try {
            requireMover(agent, gpu.blocks(pageBytes), file, pageBytes);
            return gpu;
        } catch (RuntimeException | Error e) {
            gpu.close();
            throw e;
        }
    }

    /** That a backend can is not enough: the settings may deny it. */
    private static void requireMover(Agent agent, DescriptorList blocks, FileRegion file, int pageBytes) {
        DescriptorList inFile = file.blocks(pageBytes, blocks.size());
        for (Operation operation : Operation.values()) {
            Explanation choice = agent.explain(operation, blocks, agent.self(), inFile);
            if (choice.chosen() == null) {
                throw new NixlException(
                        ErrorCode.NOT_FOUND,
                        "nobody moves a GPU's to the file: "
                                + choice.toString().lines().collect(Collectors.joining("; ")));
            }
        }
    }

    private static boolean movesVram(BackendInfo info) {
        return info.state() == BackendInfo.State.ACTIVE
                && info.kinds().contains(MemoryKind.VRAM)
                && info.kinds().contains(MemoryKind.FILE);
    }

    /** Where they are, and why not elsewhere. */
    String place() {
        return place;
    }

    DescriptorList blocks() {
        return gpu == null ? DescriptorList.blocks(pool, pageBytes) : gpu.blocks(pageBytes);
    }

    /** Before pages are written to the file. */
    void fromPool(int[] pages, int n) {
        for (int i = 0; gpu != null && i < n; i++) {
            gpu.copyFrom(page(pages[i]), offset(pages[i]));
        }
    }

    /** After pages were read from the file. */
    void toPool(int[] pages, int n) {
        for (int i = 0; gpu != null && i < n; i++) {
            gpu.copyTo(page(pages[i]), offset(pages[i]));
        }
    }

    private MemorySegment page(int page) {
        return pool.asSlice(offset(page), pageBytes);
    }

    private long offset(int page) {
        return (long) page * pageBytes;
    }

    @Override
    public void close() {
        if (gpu != null) {
            gpu.close();
        }
    }
}
