// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.jnixl.api.CostEstimate;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.spi.TransferColumns;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How answers for single lengths become one for a transfer. */
class UcxCostTest {
    private final List<Long> asked = new ArrayList<>();

    private static TransferColumns columns(long... lengths) {
        TransferColumns columns = new TransferColumns(lengths.length);
        for (long length : lengths) {
            columns.add(0, 0, 0, 0, length, columns.count(), false);
        }
        return columns;
    }

    private double micros(long bytes) {
        asked.add(bytes);
        return 1e-6 + bytes * 1e-9;
    }

    @Test
    void eachLengthIsAskedOnceAndCountedAsOftenAsItIsThere() {
        CostEstimate cost = UcxCost.of(columns(1_000, 2_000, 1_000, 1_000), this::micros);
        assertThat(asked).containsExactlyInAnyOrder(1_000L, 2_000L);
        assertThat(cost.duration()).isEqualTo(Duration.ofNanos(3 * 2_000 + 3_000));
        assertThat(cost.margin()).isZero();
        assertThat(cost.method()).isEqualTo(CostEstimate.Method.ANALYTICAL_BACKEND);
    }

    @Test
    void manyLengthsAreReckonedByALine() {
        long[] lengths = new long[10_000];
        double sum = 0;
        for (int i = 0; i < lengths.length; i++) {
            lengths[i] = 1L + i;
            sum += micros(lengths[i]);
        }
        asked.clear();
        CostEstimate cost = UcxCost.of(columns(lengths), this::micros);
        assertThat(asked).hasSizeLessThanOrEqualTo(UcxCost.MOST_ASKED + 3);
        assertThat((double) cost.duration().toNanos()).isCloseTo(sum * 1e9, within(10.0));
        assertThat(cost.margin()).as("what lies on a line").isLessThan(Duration.ofNanos(10));
    }

    /** A transport that gets slower from a length on, so that no line fits. */
    @Test
    void whatNoLineFitsHasAMargin() {
        long[] lengths = new long[1_000];
        for (int i = 0; i < lengths.length; i++) {
            lengths[i] = 1L + i;
        }
        double[] sum = new double[1];
        UcxCost.Oracle bent = bytes -> bytes < 400 ? 1e-6 : 1e-6 + (bytes - 400) * 1e-8;
        for (long length : lengths) {
            sum[0] += bent.seconds(length);
        }
        CostEstimate cost = UcxCost.of(columns(lengths), bent);
        Duration real = Duration.ofNanos((long) (sum[0] * 1e9));
        assertThat(cost.margin()).isPositive();
        assertThat(real)
                .isBetween(cost.duration().minus(cost.margin()), cost.duration().plus(cost.margin()));
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1, -1e-12, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void anAnswerThatIsNoTimeIsAnError(double seconds) {
        assertThatExceptionOfType(NixlException.class)
                .isThrownBy(() -> UcxCost.checked(seconds, 4096))
                .withMessageContaining("4096 B is no time")
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.BACKEND));
    }
}
