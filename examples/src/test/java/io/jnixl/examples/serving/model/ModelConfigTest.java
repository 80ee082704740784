// SPDX-License-Identifier: Apache-2.0
package io.jnixl.examples.serving.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class ModelConfigTest {

    @Test
    void defaultPageHoldsSixteenKeysAndValues() {
        ModelConfig config = ModelConfig.defaults(1);

        assertThat(config.pageBytes()).isEqualTo(2 * 16 * 128 * 4);
        assertThat(config.headWidth()).isEqualTo(32);
        assertThat(config.ffnWidth()).isEqualTo(512);
    }

    @Test
    void partOfABlockCountsAsABlock() {
        ModelConfig config = ModelConfig.defaults(1);

        assertThat(config.blocksFor(0)).isZero();
        assertThat(config.blocksFor(1)).isEqualTo(1);
        assertThat(config.blocksFor(16)).isEqualTo(1);
        assertThat(config.blocksFor(17)).isEqualTo(2);
    }

    @Test
    void acceptsTheBoundsThemselves() {
        assertThat(new ModelConfig(1, 4, 1, 1, 1, 0).headWidth()).isEqualTo(4);
        assertThat(new ModelConfig(64, 1024, 64, 8, 32_768, 0).headWidth()).isEqualTo(16);
    }

    @Test
    void rejectsWhatIsOutOfBounds() {
        assertRejected("layers", 0, 128, 4, 4, 1024);
        assertRejected("layers", 65, 128, 4, 4, 1024);
        assertRejected("hidden", 4, 0, 4, 4, 1024);
        assertRejected("hidden", 4, 1028, 1, 4, 1024);
        assertRejected("heads", 4, 128, 0, 4, 1024);
        assertRejected("heads", 4, 1024, 65, 4, 1024);
        assertRejected("ffnMultiplier", 4, 128, 4, 0, 1024);
        assertRejected("ffnMultiplier", 4, 128, 4, 9, 1024);
        assertRejected("maxTokens", 4, 128, 4, 4, 0);
        assertRejected("maxTokens", 4, 128, 4, 4, 32_769);
    }

    @Test
    void rejectsHeadsThatDoNotDivideTheHiddenWidthInFours() {
        assertRejected("hidden must be a multiple of 4 * heads", 4, 128, 3, 4, 1024);
        assertRejected("hidden must be a multiple of 4 * heads", 4, 8, 4, 4, 1024);
    }

    private static void assertRejected(String message, int layers, int hidden, int heads, int ffn, int maxTokens) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ModelConfig(layers, hidden, heads, ffn, maxTokens, 0))
                .withMessageStartingWith(message);
    }
}
