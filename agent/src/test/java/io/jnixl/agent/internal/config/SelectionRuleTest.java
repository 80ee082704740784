// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jnixl.api.MemoryKind;
import io.jnixl.api.Operation;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SelectionRuleTest {
    private static boolean matches(String pattern, String peer) {
        return new SelectionWhen(null, null, null, pattern, Span.ALL, Span.ALL)
                .matches(Operation.READ, MemoryKind.DRAM, MemoryKind.DRAM, peer);
    }

    @ParameterizedTest
    @CsvSource({
        "decode-*, decode-, true",
        "decode-*, decode-7, true",
        "decode-*, prefill-7, false",
        "*-7, decode-7, true",
        "*-7, decode-71, false",
        "a?c, abc, true",
        "a?c, ac, false",
        "*, '', true",
        "'', '', true",
        "'', a, false",
        "a*b*c, aXbYbZc, true",
        "a*b*c, aXbYbZ, false",
        "**, x, true",
        "?, '\uD83D\uDE00', true",
        "a.c, abc, false",
        "[a], a, false",
        "Decode, decode, false"
    })
    void globs(String pattern, String peer, boolean expected) {
        assertThat(matches(pattern, peer)).isEqualTo(expected);
    }

    @Test
    void globsAgreeWithRegularExpressions() {
        long seed = Long.getLong("test.seed", System.nanoTime());
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            String pattern = random(random, "ab*?", 8);
            String text = random(random, "ab", 10);
            String regex = pattern.replace("?", ".").replace("*", ".*");
            assertThat(matches(pattern, text))
                    .as("seed %d: \"%s\" on \"%s\"", seed, pattern, text)
                    .isEqualTo(Pattern.matches(regex, text));
        }
    }

    private static String random(Random random, String alphabet, int longest) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(longest + 1); i > 0; i--) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }

    @Test
    @Timeout(10)
    void aCraftedPatternTakesNoTimeToSpeakOf() {
        assertThat(matches("*a".repeat(500) + "b", "a".repeat(10_000))).isFalse();
    }

    @Test
    void longPatternsAreNotComparedWithEachOther() {
        String longest = "a".repeat(Glob.LONGEST_COMPARED - 1) + "*";
        assertThat(Glob.covers(longest, longest)).isTrue();
        assertThat(Glob.covers("a" + longest, "a" + longest)).isFalse();
    }

    @Test
    void patternsThatCoverAnotherMatchAllThatItMatches() {
        long seed = Long.getLong("test.seed", System.nanoTime());
        Random random = new Random(seed);
        int covering = 0;
        for (int i = 0; i < 20_000; i++) {
            String wide = random(random, "ab*?", 5);
            String narrow = random(random, "ab*?", 5);
            String text = random(random, "ab", 6);
            if (Glob.covers(wide, narrow)) {
                covering++;
                assertThat(!matches(narrow, text) || matches(wide, text))
                        .as("seed %d: \"%s\" over \"%s\" on \"%s\"", seed, wide, narrow, text)
                        .isTrue();
            }
        }
        assertThat(covering).as("seed %d", seed).isGreaterThan(1000);
    }

    @Test
    void kindsAndOperationMustAgreeWhereGiven() {
        SelectionWhen when =
                new SelectionWhen(Operation.READ, MemoryKind.VRAM, MemoryKind.FILE, null, Span.ALL, Span.ALL);
        assertThat(when.matches(Operation.READ, MemoryKind.VRAM, MemoryKind.FILE, "x"))
                .isTrue();
        assertThat(when.matches(Operation.WRITE, MemoryKind.VRAM, MemoryKind.FILE, "x"))
                .isFalse();
        assertThat(when.matches(Operation.READ, MemoryKind.DRAM, MemoryKind.FILE, "x"))
                .isFalse();
        assertThat(when.matches(Operation.READ, MemoryKind.VRAM, MemoryKind.DRAM, "x"))
                .isFalse();
    }

    @Test
    void aRuleSaysSomething() {
        assertThatThrownBy(() -> new SelectionRule(
                        SelectionWhen.ALWAYS, List.of(), Permits.ALL, SelectionRule.By.ORDER, false, "test"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void spansAreInOrder() {
        assertThatThrownBy(() -> new Span(3, 2)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Span(-1, 2)).isInstanceOf(IllegalArgumentException.class);
        assertThat(new Span(2, 2).has(2)).isTrue();
    }
}
