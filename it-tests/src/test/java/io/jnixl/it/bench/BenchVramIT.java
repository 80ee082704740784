// SPDX-License-Identifier: Apache-2.0
package io.jnixl.it.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.it.CliProcess;
import io.jnixl.it.GpuStandIn;
import io.jnixl.testsupport.NeedsNative;
import io.jnixl.testsupport.NeedsNative.Native;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code jnixl bench} with memory of GPUs; ABI tested on a stand-in for cuFile and CUDA. */
class BenchVramIT {
    private static final String SMALL =
            "--max_block_size=16K --max_batch_size=2 --num_iter=40 --warmup_iter=4 --check_consistency";

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--backend GDS --op_type WRITE --gds_batch_pool_size 2 --gds_batch_limit 4",
                "--backend GDS --op_type READ --num_threads 2 --pipeline_depth 2 --randomize_location_mode bytealigned",
                "--backend GDS --op_type READ --reregister_mem --initiator_gpu 1",
                "--backend GDS_MT --op_type WRITE --prepared_xfer --gds_mt_num_threads 2",
                "--backend GDS_MT --op_type READ --num_files 2 --recreate_xfer"
            })
    void movesBetweenAGpuAndFiles(String how) throws Exception {
        try (CliProcess process = onStandIn(SMALL, how, "--initiator_seg_type VRAM --filepath " + folder)) {
            process.expect(0);
            List<String> lines = process.results();
            assertThat(lines).anyMatch(line -> line.matches("initiator_seg_type +VRAM"));
            assertThat(lines.stream().filter(line -> line.strip().endsWith(" OK")))
                    .hasSize(3 * 2);
        }
    }

    @Test
    void aGpuThatDoesNotExistIsNamed() throws Exception {
        try (CliProcess process = onStandIn(SMALL, "--backend GDS --initiator_seg_type VRAM --initiator_gpu 7")) {
            process.expect(2);
            assertThat(process.log()).contains("there is no GPU 7; there are 2: Stand-in A, Stand-in B");
        }
    }

    @Test
    void filesAreTheFarSide() throws Exception {
        try (CliProcess process = onStandIn(SMALL, "--backend GDS --target_seg_type VRAM")) {
            process.expect(2);
            assertThat(process.log()).contains("a GPU's memory is the near one");
        }
    }

    @Test
    void withoutAGpuTheReasonIsSaid() throws Exception {
        try (CliProcess process = start(
                List.of("-Djnixl.cuda.library=libno-such-cuda.so.1"),
                SMALL,
                "--backend MEMORY" + " --initiator_seg_type VRAM")) {
            process.expect(2);
            assertThat(process.log()).contains("libno-such-cuda.so.1", "it is part of the driver for your NVIDIA GPU");
        }
    }

    @Test
    @NeedsNative(Native.UCX)
    void aUcxWithoutCudaSaysSo() throws Exception {
        try (CliProcess process = onStandIn(SMALL, "--initiator_seg_type VRAM --target_seg_type VRAM")) {
            process.expect(2);
            assertThat(process.log())
                    .contains("no backend takes VRAM", "was built without CUDA: memory types host", "ucx-cuda");
        }
    }

    private CliProcess onStandIn(String... options) throws Exception {
        return start(GpuStandIn.options(folder), options);
    }

    private CliProcess start(List<String> jvm, String... options) throws Exception {
        List<String> words = new ArrayList<>(List.of("bench"));
        for (String each : options) {
            words.addAll(List.of(each.split(" ")));
        }
        return new CliProcess(folder, Map.of(), jvm, words);
    }
}
