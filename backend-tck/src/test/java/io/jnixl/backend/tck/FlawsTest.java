// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;

/** Every flaw is caught by the clause that is meant for it, with a message that says so. */
class FlawsTest {
    private static final Duration TIMEOUT = Duration.ofMillis(500);

    private static BackendUnderTest current;

    /** Not run by itself: a member class, and without a name that ends in Test. */
    static class Contract extends BackendContract {
        @Override
        protected BackendUnderTest create() {
            return current;
        }
    }

    static EngineExecutionResults run(BackendUnderTest under) {
        current = under;
        return EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(Contract.class))
                .execute();
    }

    static List<String> failures(EngineExecutionResults results) {
        return results.allEvents().failed().stream()
                .map(Event::getPayload)
                .map(payload -> payload.orElseThrow().toString())
                .toList();
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void isCaughtByItsClause(Flaw flaw) {
        EngineExecutionResults results = run(ToyBackendContractTest.toy(flaw)
                .only(flaw.clause)
                .timeout(TIMEOUT)
                .closesWithin(TIMEOUT.dividedBy(2)));
        assertThat(failures(results))
                .as("what is said of a toy that " + flaw)
                .isNotEmpty()
                .anySatisfy(failure ->
                        assertThat(failure).contains("broken: " + flaw.clause, "the contract: ", flaw.message));
        assertThat(results.allEvents().skipped().count()).isZero();
    }

    /** A clause that no flaw breaks might as well not be there. */
    @Test
    void everyClauseCatchesAFlaw() {
        Set<String> caught =
                Arrays.stream(Flaw.values()).map(flaw -> flaw.clause).collect(Collectors.toSet());
        Stream.of(Flaw.NONE, Flaw.IGNORES_POLLS, Flaw.PEERS_WITHOUT_REMOTE)
                .map(ToyBackendContractTest::toy)
                .forEach(toy -> assertThat(caught).containsAll(Clauses.applying(toy)));
    }

    @Test
    void aClauseThatIsLeftOutSaysWhy() {
        EngineExecutionResults results = run(ToyBackendContractTest.toy(Flaw.MAKES_GARBAGE)
                .only(GarbageClauses.ZERO_GARBAGE)
                .withoutZeroGarbage("it is a toy"));
        assertThat(failures(results)).isEmpty();
        assertThat(results.testEvents().finished().stream()
                        .map(event -> event.getTestDescriptor().getDisplayName()))
                .isNotEmpty()
                .allMatch(name -> name.endsWith("left out, since it is a toy"));
    }

    /** The first thing that goes wrong for many an author. */
    @Test
    void aBackendThatCannotBeMadeIsSaidToHaveOptions() {
        EngineExecutionResults results =
                run(ToyBackendContractTest.toy(Flaw.NONE).with("room", "no number"));
        assertThat(failures(results))
                .isNotEmpty()
                .allSatisfy(failure -> assertThat(failure)
                        .contains(
                                "TOY could not be made",
                                "its options are [room ",
                                "BackendUnderTest.with",
                                "no number"));
    }

    @Test
    void aClauseThatIsNotThereCannotBeLeftOut() {
        EngineExecutionResults results = run(
                ToyBackendContractTest.toy(Flaw.NONE).only("no clause of all").except("no such clause", "whatever"));
        assertThat(failures(results)).isNotEmpty().allSatisfy(f -> assertThat(f).contains("there is no clause"));
    }
}
