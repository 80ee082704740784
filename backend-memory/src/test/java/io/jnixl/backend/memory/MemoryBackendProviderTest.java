// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.MemoryKind;
import io.jnixl.api.NixlException;
import io.jnixl.backend.tck.TestAgent;
import io.jnixl.spi.Availability;
import io.jnixl.spi.BackendProvider;
import io.jnixl.spi.OptionSpec;
import io.jnixl.spi.ProgressPolicy;
import io.jnixl.spi.SpiVersion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MemoryBackendProviderTest {
    private final BackendProvider provider = new MemoryBackendProvider();

    @Test
    void saysWhatItIs() {
        assertThat(provider.name()).isEqualTo("MEMORY");
        assertThat(provider.memoryKinds()).containsExactlyInAnyOrder(MemoryKind.DRAM, MemoryKind.FILE);
        assertThat(provider.preference()).isEqualTo(-100);
        assertThat(provider.availability()).isInstanceOf(Availability.Available.class);
        assertThat(provider.options())
                .extracting(OptionSpec::name)
                .containsExactly("copy_threads", "file_threads", "chunk");
        assertThat(MemoryBackendProvider.class.getAnnotation(SpiVersion.class).value())
                .isEqualTo(SpiVersion.CURRENT);
    }

    @Test
    void isFoundOnBothPaths() throws IOException {
        String className = MemoryBackendProvider.class.getName();
        assertThat(MemoryBackendProvider.class.getModule().getDescriptor().provides())
                .anySatisfy(p -> assertThat(p.providers()).containsExactly(className));
        try (InputStream in = MemoryBackendProvider.class
                .getModule()
                .getResourceAsStream("META-INF/services/io.jnixl.spi.BackendProvider")) {
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8).strip())
                    .isEqualTo(className);
        }
    }

    @ParameterizedTest
    @CsvSource({"copy_threads,0", "copy_threads,65", "file_threads,257", "chunk,1K", "chunk,2G", "copy_threads,x"})
    void refusesOptionsOutOfRange(String option, String value) {
        assertThatThrownBy(() -> Agents.start("a", ProgressPolicy.PARK, Map.of(option, value)))
                .isInstanceOfSatisfying(
                        NixlException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_PARAM))
                .hasMessageContaining(option);
    }

    @Test
    void startsNoThreadBeforeTheFirstPost() {
        try (TestAgent agent = Agents.start("lazy")) {
            assertThat(agent.backend().capabilities().remote()).isTrue();
            assertThat(agent.backend().details().counters())
                    .containsEntry("copy_threads", 0L)
                    .containsEntry("file_threads", 0L)
                    .containsEntry("regions", 0L);
            assertThat(Thread.getAllStackTraces().keySet())
                    .noneMatch(t -> t.getName().startsWith("jnixl-memory-lazy-"));
        }
    }
}
