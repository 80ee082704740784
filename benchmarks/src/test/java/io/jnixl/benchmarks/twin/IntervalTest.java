// SPDX-License-Identifier: Apache-2.0
package io.jnixl.benchmarks.twin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IntervalTest {
    /** The ranks are those of the tables for the sign test. */
    @ParameterizedTest
    @CsvSource({"1,1,1,1", "5,1,3,5", "6,1,3.5,6", "8,1,4.5,8", "9,2,5,8", "15,4,8,12", "20,6,10.5,15", "25,8,13,18"})
    void takesTheRanksOfTheBinomialDistribution(int n, double low, double median, double high) {
        double[] backwards = IntStream.range(0, n).mapToDouble(i -> n - i).toArray();
        assertThat(Interval.of(backwards)).isEqualTo(new Interval(low, median, high));
    }
}
