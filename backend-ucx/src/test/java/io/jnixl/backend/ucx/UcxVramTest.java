// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.MemoryKind;
import io.jnixl.api.MemoryRegion;
import io.jnixl.api.NixlException;
import io.jnixl.backend.tck.TestAgent;
import io.jnixl.spi.Availability.Unavailable;
import io.jnixl.testsupport.NeedsNative;
import io.jnixl.testsupport.NeedsNative.Native;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openucx.jucx.ucp.UcpContext;
import org.openucx.jucx.ucp.UcpParams;

/** Memory of GPUs where libucp knows none, and what is said of a libucp that does. */
class UcxVramTest {
    private static final UcpVersion VERSION = UcpVersion.of("1.13.1");
    private static final long HOST = 1;
    private static final long CUDA = 1 << 1;

    @Test
    void aLibraryWithCudaHasNoObstacle() {
        assertThat(UcxMemoryTypes.obstacle(HOST | CUDA, "/lib/libucp.so.0", VERSION))
                .isNull();
    }

    @Test
    void aLibraryWithoutCudaIsToldByFileAndTypes() {
        Unavailable why = UcxMemoryTypes.obstacle(HOST | 1 << 3 | 1 << 9, "/lib/libucp.so.0", VERSION);
        assertThat(why).isNotNull();
        assertThat(why.reason())
                .isEqualTo("this libucp (/lib/libucp.so.0, 1.13) was built without CUDA: memory types host, rocm,"
                        + " number 9");
        assertThat(why.remedy()).contains("ucx-cuda");
    }

    @Test
    void aLibraryThatHasCudaAndFindsNoneIsToldApart(@TempDir Path folder) throws Exception {
        Files.createFile(Files.createDirectory(folder.resolve("ucx")).resolve("libuct_cuda.so.0"));
        Unavailable why =
                UcxMemoryTypes.obstacle(HOST, folder.resolve("libucp.so.0").toString(), VERSION);
        assertThat(why).isNotNull();
        assertThat(why.reason()).contains("was built with CUDA, and finds none to use: memory types host");
        assertThat(why.remedy()).contains("nvidia-smi", "UCX_TLS");
    }

    @Test
    @NeedsNative(Native.UCX)
    void theBackendSaysWhatItCannotTakeAndRefusesIt() {
        try (TestAgents agents = new TestAgents()) {
            TestAgent agent = agents.make("a", Map.of("engine_config", "TLS=tcp,self"));
            Unavailable why = agent.backend().missingKinds().get(MemoryKind.VRAM);
            assertThat(why).as("without cuda among the transports").isNotNull();
            assertThat(why.reason()).contains(UcpNative.path());
            assertThatExceptionOfType(NixlException.class)
                    .isThrownBy(() -> agent.backend().register(MemoryRegion.raw(MemoryKind.VRAM, 0, 4096, 64)))
                    .withMessageContaining(why.reason())
                    .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_SUPPORTED));
        }
    }

    @Test
    @NeedsNative(Native.UCX)
    void hostMemoryThatIsCalledAGpusIsFound() {
        UcxProbe.look(UcxProbe.SONAME);
        UcpContext jucx = new UcpContext(new UcpParams().requestRmaFeature());
        UcxContext context = new UcxContext(jucx.getNativeId(), jucx::close);
        try (Arena arena = Arena.ofShared()) {
            MemorySegment host = arena.allocate(4096, 4096);
            assertThatExceptionOfType(NixlException.class)
                    .isThrownBy(() -> context.mapGpu(host.address(), host.byteSize()))
                    .withMessageContaining("is host memory to UCX")
                    .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_PARAM));
            UcxMemory mapped = context.map(host.address(), host.byteSize());
            assertThat(mapped.isHost()).isTrue();
            mapped.close();
        } finally {
            context.letGo();
        }
    }
}
