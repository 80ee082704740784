// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.jnixl.spi.Backend;
import io.jnixl.spi.BackendConfig;
import io.jnixl.spi.BackendContext;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.platform.testkit.engine.EngineTestKit;

/** A backend that never ends anything costs the suite one full wait, and not one for each clause. */
class HopelessTest {
    private static final Duration TIMEOUT = Duration.ofMillis(1500);
    private static final Duration HURRIED = Duration.ofMillis(50);

    private static Supplier<BackendUnderTest> backend;

    /** Not run by itself, and with another object for each group, as of most authors. */
    static class Contract extends BackendContract {
        @Override
        protected BackendUnderTest create() {
            return backend.get().hurriedTimeout(HURRIED);
        }
    }

    /** The failures of the whole suite. */
    private static List<String> run(Supplier<BackendUnderTest> toy) {
        backend = toy;
        return FlawsTest.failures(EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(Contract.class))
                .execute());
    }

    @ParameterizedTest
    @EnumSource(names = {"THREAD_DIES", "THREAD_HANGS"})
    void onlyTheFirstClauseWaitsTheWholeTime(Flaw flaw) {
        long start = System.nanoTime();
        List<String> failures = run(() -> ToyBackendContractTest.toy(flaw).timeout(TIMEOUT));
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        assertThat(failures).hasSizeGreaterThan(70);
        assertThat(failures)
                .filteredOn(failure -> failure.contains("not within " + TIMEOUT.toMillis() + " ms"))
                .hasSize(1);
        assertThat(failures)
                .filteredOn(failure -> failure.contains(
                        "it needs more than " + TIMEOUT.multipliedBy(4).toSeconds() + " s"))
                .hasSize(flaw == Flaw.THREAD_HANGS ? 1 : 0);
        assertThat(took)
                .as("the time of " + failures.size() + " failures, of which each had waited twice " + TIMEOUT
                        + " before")
                .isLessThan(TIMEOUT.multipliedBy(failures.size()).dividedBy(2));
    }

    /** Outside of all clauses, and the suite goes on to the next group. */
    @Test
    void aBackendThatCannotEvenBeMadeFailsEachGroup() {
        ToyBackendProvider provider = new ToyBackendProvider() {
            @Override
            public Backend create(BackendConfig config, BackendContext context) {
                while (!Thread.currentThread().isInterrupted()) {
                    LockSupport.park();
                }
                throw new IllegalStateException("interrupted");
            }
        };
        assertThat(run(() -> BackendUnderTest.of(provider).local().timeout(HURRIED)))
                .hasSize(9)
                .allSatisfy(failure -> assertThat(failure)
                        .contains("TOY could not be made, asked and closed", "it hangs at ", "HopelessTest"));
    }
}
