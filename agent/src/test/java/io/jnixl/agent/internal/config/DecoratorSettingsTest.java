// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.api.Setting;
import io.jnixl.spi.BackendConfig;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tables {@code [decorators.NAME]}: every backend has them, with the same options. */
class DecoratorSettingsTest {
    @TempDir
    Path folder;

    private Sources sources;

    @BeforeEach
    void newSources() {
        sources = new Sources(folder);
    }

    @Test
    void theyComeFromTheSameSourcesAsOthers() {
        sources.toml("[decorators.UCX]", "apply = [\"metrics\", \"faults\"]", "delay = \"5ms\"")
                .variable("JNIXL_DECORATORS_UCX_FAULTS", "fail:post:3")
                .property("jnixl.decorators.UCX.delay", "7ms");
        BackendConfig config = sources.resolve().decorators("UCX");
        assertThat(config.get(DecoratorOptions.APPLY)).containsExactly("metrics", "faults");
        assertThat(config.get(DecoratorOptions.FAULTS)).containsExactly("fail:post:3");
        assertThat(config.get(DecoratorOptions.DELAY)).isEqualTo(Duration.ofMillis(7));
        assertThat(sources.resolve().decorators("OBJ").get(DecoratorOptions.APPLY))
                .isEmpty();
    }

    @Test
    void unknownKeysAreErrors() {
        sources.toml("[decorators.UCX]", "aply = \"metrics\"");
        assertThat(sources.failure()).contains("did you mean decorators.UCX.apply?");
    }

    @Test
    void thoseOfABackendThatIsNotThereAreAWarning() {
        sources.toml("[decorators.GDS]", "apply = \"metrics\"");
        assertThat(sources.resolve().warnings())
                .singleElement()
                .asString()
                .contains("backend GDS is configured but not found");
    }

    @Test
    void onlyWhatIsGivenIsShown() {
        sources.toml("[decorators.UCX]", "apply = \"metrics\"");
        assertThat(sources.resolve().all())
                .extracting(Setting::key)
                .filteredOn(key -> key.startsWith("decorators."))
                .containsExactly("decorators.UCX.apply");
    }
}
