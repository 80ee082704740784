// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.spi.OptionSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnvironmentSourceTest {
    private static final OptionSpec<String> THREADS = OptionSpec.string("threads", "threads");
    private static final OptionSpec<String> MT_THREADS = OptionSpec.string("mt_threads", "threads too");
    private static final OptionSpec<String> MT_ONLY = OptionSpec.string("mt_only", "an option");

    @TempDir
    Path folder;

    private Sources sources;

    @BeforeEach
    void newSources() {
        sources = new Sources(folder);
        sources.backends = Map.of(
                "GDS", List.of(MT_THREADS, MT_ONLY),
                "GDS_MT", List.of(THREADS),
                "my-store", List.of(THREADS));
    }

    @Test
    void theLongestBackendNameWins() {
        sources.variable("JNIXL_BACKENDS_GDS_MT_THREADS", "8");
        Settings settings = sources.resolve();
        assertThat(settings.backend("GDS_MT").find(THREADS)).contains("8");
        assertThat(settings.backend("GDS").find(MT_THREADS)).isEmpty();
    }

    @Test
    void aShorterNameIsMeantWhereTheLongerHasNoSuchOption() {
        sources.variable("JNIXL_BACKENDS_GDS_MT_ONLY", "8");
        assertThat(sources.resolve().backend("GDS").find(MT_ONLY)).contains("8");
    }

    @Test
    void namesAreMatchedInUpperCaseWithUnderscores() {
        sources.variable("JNIXL_BACKENDS_MY_STORE_THREADS", "8");
        assertThat(sources.resolve().backend("my-store").find(THREADS)).contains("8");
    }

    @Test
    void anUnknownOptionOfAKnownBackendIsAnError() {
        sources.variable("JNIXL_BACKENDS_GDS_MT_THREAD", "8");
        assertThat(sources.failure())
                .isEqualTo("INVALID_PARAM: unknown setting (environment JNIXL_BACKENDS_GDS_MT_THREAD);"
                        + " did you mean JNIXL_BACKENDS_GDS_MT_THREADS?");
    }

    @Test
    void aNameThatStandsForTwoBackendsIsAnError() {
        sources.backends = Map.of("A-B", List.of(THREADS), "A_B", List.of(THREADS));
        sources.variable("JNIXL_BACKENDS_A_B_THREADS", "8");
        assertThat(sources.failure()).contains("stands for backends.A-B.threads and backends.A_B.threads");
    }

    @Test
    void anEmptyVariableIsAValue() {
        sources.variable("JNIXL_AGENT_DEADLINE", "");
        assertThat(sources.failure()).contains("\"\" does not fit (duration)");
    }
}
