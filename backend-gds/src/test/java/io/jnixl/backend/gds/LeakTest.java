// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.gds;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.api.Operation;
import io.jnixl.api.Status;
import io.jnixl.spi.RegisteredMemory;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Opening and closing leaves nothing; ABI tested on a stand-in. */
@Tag(StandIn.TAG)
class LeakTest {
    private static final int CYCLES = 1000;

    @TempDir
    Path folder;

    @BeforeAll
    static void compile() {
        StandIn.ready();
    }

    @ParameterizedTest
    @ValueSource(strings = {"GDS", "GDS_MT"})
    void aThousandCyclesLeaveNoHandleBufferContextBatchOrFile(String backend) throws Exception {
        Map<String, String> few = backend.equals("GDS") ? Map.of("batch_pool_size", "2") : Map.of("thread_count", "2");
        cycle(backend, few);
        Map<String, Long> before = open();
        for (int i = 0; i < CYCLES; i++) {
            cycle(backend, few);
        }
        assertThat(open()).isEqualTo(before);
        assertThat(before).containsEntry("drivers", 0L).containsEntry("contexts", 0L);
    }

    /** What is open; tests before this one may have left some, such as those of backends that are closed in the middle. */
    private static Map<String, Long> open() throws Exception {
        Map<String, Long> counts = new HashMap<>();
        for (String what : List.of("handles", "buffers", "batches", "contexts", "allocations", "drivers")) {
            counts.put(what, StandIn.count(what));
        }
        counts.put("files", openFiles());
        return counts;
    }

    private void cycle(String backend, Map<String, String> options) {
        long handles = StandIn.count("handles");
        try (GpuMemory gpu = GpuMemory.allocate(1, 4096);
                Rig rig = new Rig(backend, options)) {
            MemorySegment memory = rig.memory(4096);
            RegisteredMemory file = rig.file("rw,create", folder.resolve("f"));
            Rig.Post write = rig.post(Operation.WRITE, rig.register(memory), file, 1);
            Rig.Post read = rig.post(Operation.READ, rig.register(gpu.region()), file, 1);
            assertThat(write.add(memory.address(), 0, 4096).run()).isEqualTo(Status.SUCCESS);
            assertThat(read.add(gpu.address(), 0, 4096).run()).isEqualTo(Status.SUCCESS);
            assertThat(StandIn.count("handles")).isEqualTo(handles + 1);
            assertThat(StandIn.count("buffers")).isEqualTo(2);
            assertThat(StandIn.count("contexts")).isEqualTo(2);
        }
    }

    private static long openFiles() throws Exception {
        try (var files = Files.list(Path.of("/proc/self/fd"))) {
            return files.count();
        }
    }
}
