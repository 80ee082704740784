// SPDX-License-Identifier: Apache-2.0
package io.jnixl.examples.programs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PagedKvCacheTest {
    private static final int REQUESTS = 4;

    @Test
    void movesTheBlocksThatTheTablesName() {
        Printed printed = new Printed();
        long seed = System.nanoTime();
        System.out.println("seed " + seed);

        long moved = PagedKvCache.run(REQUESTS, seed, printed.stream());

        assertThat(moved).isBetween((long) REQUESTS, (long) REQUESTS * PagedKvCache.MOST_PER_REQUEST);
        assertThat(printed.toString())
                .contains("prefill-0: request 1, ")
                .contains("prefill-0: request " + REQUESTS + ", ")
                .contains(moved + " blocks of 512 bytes moved by 4 requests with ", "every block checked");
    }
}
