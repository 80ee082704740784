// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class FirstFewTest {
    @Test
    void fewAreAllShown() {
        assertThat(FirstFew.of(List.of())).isEmpty();
        assertThat(FirstFew.of(List.of("a"))).isEqualTo("a");
        assertThat(FirstFew.of(List.of(1, 2, 3, 4))).isEqualTo("1, 2, 3, 4");
    }

    @Test
    void ofManyItSaysHowManyMoreThereAre() {
        assertThat(FirstFew.of(List.of(1, 2, 3, 4, 5))).isEqualTo("1, 2, 3, 4 and 1 more");
        assertThat(FirstFew.of(Collections.nCopies(10_000, "x"))).isEqualTo("x, x, x, x and 9996 more");
    }
}
