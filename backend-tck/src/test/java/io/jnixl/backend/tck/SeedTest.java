// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.testkit.engine.EngineExecutionResults;

/** A failure names the option that repeats its random bytes. */
class SeedTest {
    private static final Pattern OPTION = Pattern.compile("\nthe same random bytes again: -Djnixl\\.seed=(-?\\d+)");

    private String given;

    @BeforeEach
    void withoutSeed() {
        given = System.clearProperty(Seed.PROPERTY);
    }

    @AfterEach
    void asBefore() {
        if (given == null) {
            System.clearProperty(Seed.PROPERTY);
        } else {
            System.setProperty(Seed.PROPERTY, given);
        }
    }

    /** What a clause says that fails with the bytes it drew. */
    private static String draw() {
        Clause clause =
                new Clause("C-TOY-1 a sentence", "the contract", ToyBackendContractTest.toy(Flaw.NONE), stage -> {
                    throw new AssertionError(HexFormat.of().formatHex(Bytes.random(16, stage.random())));
                });
        return String.valueOf(catchThrowable(clause::run).getMessage());
    }

    private static String seedOf(String failure) {
        Matcher option = OPTION.matcher(failure);
        assertThat(option.find()).as(failure).isTrue();
        return option.group(1);
    }

    @Test
    void theOptionOfAFailureRepeatsIt() {
        String first = draw();
        assertThat(draw()).as("without the option").isNotEqualTo(first);
        System.setProperty(Seed.PROPERTY, seedOf(first));
        assertThat(draw()).isEqualTo(first).isEqualTo(draw());
    }

    @Test
    void negativeSeedsAreSeeds() {
        System.setProperty(Seed.PROPERTY, "-9223372036854775808");
        assertThat(seedOf(draw())).isEqualTo("-9223372036854775808");
    }

    @Test
    void aBrokenClauseOfTheSuiteNamesTheSeedThatWasGiven() {
        System.setProperty(Seed.PROPERTY, "42");
        EngineExecutionResults results =
                FlawsTest.run(ToyBackendContractTest.toy(Flaw.ONE_BYTE_SHORT).only(TransferClauses.WRITES));
        assertThat(FlawsTest.failures(results))
                .isNotEmpty()
                .allSatisfy(failure -> assertThat(seedOf(failure)).isEqualTo("42"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "abc", "1.5", "9223372036854775808", "-Djnixl.seed=1"})
    void whatIsNoNumberIsAnError(String bad) {
        System.setProperty(Seed.PROPERTY, bad);
        assertThatThrownBy(Bytes::random)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("jnixl.seed is \"" + bad + "\"")
                .hasMessageContaining("copy the one that a failure names, or leave it out");
    }

    /** Not one for each clause. */
    @Test
    void eachGroupFailsOnceWithABadSeed() {
        System.setProperty(Seed.PROPERTY, "abc");
        EngineExecutionResults results = FlawsTest.run(ToyBackendContractTest.toy(Flaw.NONE));
        assertThat(FlawsTest.failures(results))
                .hasSize(9)
                .allSatisfy(failure -> assertThat(failure).contains("jnixl.seed is \"abc\""));
    }
}
