// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpellingTest {
    @ParameterizedTest
    @CsvSource({
        "abc, abc, 0",
        "abc, ABC, 0",
        "abc, abd, 1",
        "abc, ab, 1",
        "abc, abcd, 1",
        "abc, acb, 1",
        "'', abc, 3",
        "kitten, sitting, 3"
    })
    void distances(String a, String b, int expected) {
        assertThat(Spelling.distance(a, b)).isEqualTo(expected);
        assertThat(Spelling.distance(b, a)).isEqualTo(expected);
    }

    @Test
    void theNearestIsMeantWhenItIsNear() {
        List<String> words = List.of("deadline", "reload", "progress");
        assertThat(Spelling.nearest("deadlin", words)).isEqualTo("deadline");
        assertThat(Spelling.nearest("relaod", words)).isEqualTo("reload");
        assertThat(Spelling.nearest("banana", words)).isNull();
        assertThat(Spelling.nearest("x".repeat(1000), List.of("x".repeat(1000))))
                .isNull();
    }

    @Test
    void listsAreBounded() {
        List<String> many = IntStream.range(0, 1000).mapToObj(i -> "w" + i).toList();
        assertThat(Spelling.thereAre(many)).hasSizeLessThan(400).endsWith(", ...");
        assertThat(Spelling.thereAre(List.of())).isEqualTo("there are none");
    }
}
