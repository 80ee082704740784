// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.gds;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FailuresTest {
    private static final long CAUSE = 5030;

    @Test
    void theForemostOfTheFirstDescriptorCounts() {
        Failures failures = new Failures();
        failures.add(2, 0, CAUSE);
        failures.add(1, 9000, CAUSE);
        failures.add(1, 4000, CAUSE);
        failures.settle();
        assertThat(failures.foremost()).isEqualTo(2);
        assertThat(failures.done(1)).isEqualTo(4000);
        assertThat(failures.stop(1)).isEqualTo(9000);
        assertThat(failures.done(0)).isZero();
    }

    /** What lies behind the part that was cut short has moved in vain. */
    @Test
    void aPartThatWasCutShortCountsForTheBytesOfItsDescriptor() {
        Failures failures = new Failures();
        for (int i = 0; i < 100; i++) {
            failures.add(i, 10_000, CAUSE);
            failures.add(i, 100, Fault.CUT_SHORT);
        }
        failures.settle();
        assertThat(failures.foremost()).isZero();
        assertThat(failures.done(0)).isEqualTo(100);
        assertThat(failures.done(198)).isEqualTo(100);
        assertThat(failures.stop(198)).isEqualTo(10_000);
    }
}
