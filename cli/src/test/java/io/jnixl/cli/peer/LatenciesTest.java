// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.peer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LatenciesTest {
    private static Latencies of(long... times) {
        Latencies latencies = new Latencies(times.length + 1);
        for (long time : times) {
            latencies.add(time);
        }
        return latencies;
    }

    @Test
    void percentilesAreValuesThatOccurred() {
        Latencies latencies = of(50, 10, 40, 20, 30);
        assertThat(latencies.percentile(0)).isEqualTo(10);
        assertThat(latencies.percentile(20)).isEqualTo(10);
        assertThat(latencies.percentile(21)).isEqualTo(20);
        assertThat(latencies.percentile(50)).isEqualTo(30);
        assertThat(latencies.percentile(99)).isEqualTo(50);
        assertThat(latencies.percentile(100)).isEqualTo(50);
    }

    @Test
    void aHundredValuesHaveTheNinetyNinthBelowOne() {
        Latencies latencies = new Latencies(100);
        for (int i = 100; i > 0; i--) {
            latencies.add(i);
        }
        assertThat(latencies.percentile(99)).isEqualTo(99);
        assertThat(latencies.percentile(50)).isEqualTo(50);
        assertThat(latencies.mean()).isEqualTo(50.5);
    }

    @Test
    void moreMayComeAfterwards() {
        Latencies latencies = of(7, 5);
        assertThat(latencies.percentile(0)).isEqualTo(5);
        latencies.add(3);
        assertThat(latencies.percentile(0)).isEqualTo(3);
        assertThat(latencies.count()).isEqualTo(3);
    }
}
