// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class SummaryTest {
    private static final BackendUnderTest TOY = ToyBackendContractTest.toy(Flaw.NONE);

    private static Clause clause(Clause.Body<Stage> body) {
        return clause(TOY, body);
    }

    private static Clause clause(BackendUnderTest under, Clause.Body<Stage> body) {
        return new Clause("C-TOY-1 a sentence", "the contract", under, body);
    }

    @Test
    void tellsOfEachClauseHowItWentAndWhichWay() {
        Summary summary = new Summary();
        List<String> names = List.of("kept", "torn", "of others", "excepted");
        summary.offered("TOY", names, names);
        summary.leftOut("excepted", "it is a toy");
        assertThatThrownBy(() -> {
                    summary.run("kept", " (to FILE)", clause(_ -> {}));
                    summary.run("kept", " (to another agent)", clause(_ -> {}));
                    summary.run("torn", " (to FILE)", clause(_ -> {}));
                    summary.run(
                            "torn",
                            " (to another agent)",
                            clause(_ -> assertThat(1).isZero()));
                })
                .isInstanceOf(AssertionError.class);
        assertThat(summary.text("ToyTest").lines())
                .containsExactly(
                        "contract of TOY (ToyTest): 2 of 4 clauses exercised in 4 tests, 1 broken, 1 left out, 1 not exercised",
                        "  kept           kept (to FILE) (to another agent)",
                        "  BROKEN         torn (to another agent)",
                        "  not exercised  of others",
                        "  left out       excepted: it is a toy");
    }

    /** Groups may run in any order, and what is left out is known before the rest. */
    @Test
    void tellsOfTheClausesInThePagesOrder() {
        List<String> order = List.of("first", "second", "third", "fourth", "in a group that does not run");
        Summary summary = new Summary();
        summary.leftOut("fourth", "it is a toy");
        summary.offered("TOY", List.of("third", "fourth"), order);
        summary.note("fourth", "", true);
        summary.leftOut("second", "it is a toy");
        summary.offered("TOY", List.of("first", "second"), order);
        assertThat(summary.text("ToyTest").lines().skip(1))
                .extracting(
                        line -> line.substring(line.indexOf("  ", 2)).strip().replaceFirst(":.*", ""))
                .containsExactly("first", "second", "third", "fourth");
    }

    @Test
    void afterAClauseThatWaitedInVainTheOthersWaitForASecond() throws InterruptedException {
        BackendUnderTest slow = ToyBackendContractTest.toy(Flaw.NONE).timeout(Duration.ofMillis(1100));
        Summary summary = new Summary();
        assertThatThrownBy(() -> summary.run(
                        "fails at once", "", clause(slow, _ -> Await.until(Duration.ZERO, "it", () -> false))))
                .isInstanceOf(AssertionError.class);
        summary.run(
                "has its time",
                "",
                clause(slow, stage -> assertThat(stage.under().timeout()).isEqualTo(Duration.ofMillis(1100))));
        assertThatThrownBy(() -> summary.run(
                        "waits in vain",
                        "",
                        clause(slow, stage -> Await.until(stage.under().timeout(), "it", () -> false))))
                .isInstanceOf(AssertionError.class);
        summary.run(
                "hurries",
                "",
                clause(slow, stage -> assertThat(stage.under().timeout()).isEqualTo(Duration.ofSeconds(1))));
        assertThat(summary.text("ToyTest").lines().findFirst().orElseThrow())
                .endsWith("; after the first that waited in vain, the others waited for a second");
    }
}
