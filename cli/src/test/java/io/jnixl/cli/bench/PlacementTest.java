// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PlacementTest {
    @ParameterizedTest
    @EnumSource
    void blocksOfRandomCasesStayApartAndInTheirShare(Locations locations) {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 300; i++) {
            Shape shape = new Shape(
                    random.nextInt(1, 5000), random.nextInt(1, 9), random.nextInt(1, 4), random.nextInt(1, 4));
            int segments = random.nextInt(1, 5);
            Area needed = Area.holding(shape, segments);
            Area area = new Area(segments, needed.segmentBytes() + random.nextInt(20_000));
            Placement places = Placement.of(shape, area, locations, random.nextLong());
            String what = "seed " + seed + ": " + shape + " in " + area;
            check(places, shape, area, locations, what);
        }
    }

    private static void check(Placement places, Shape shape, Area area, Locations locations, String what) {
        int[] sorted = places.sorted(shape.depth());
        assertThat(sorted).as(what).hasSize(shape.slots() * shape.batch());
        long share = area.share(shape.threads());
        long end = 0;
        for (int block : sorted) {
            assertThat(places.position(block)).as(what).isGreaterThanOrEqualTo(end);
            end = places.position(block) + shape.block();
            long inShare = places.offset(block) - block / shape.blocksPerThread() * share;
            assertThat(inShare).as(what).isBetween(0L, share - shape.block());
            if (locations != Locations.BYTEALIGNED) {
                assertThat(inShare % shape.block()).as(what).isZero();
            }
        }
    }

    @Test
    void bothSidesComputeTheSame() {
        Shape shape = new Shape(100, 7, 3, 2);
        Area area = new Area(2, 1 << 20);
        Placement one = Placement.of(shape, area, Locations.BYTEALIGNED, 5);
        Placement other = Placement.of(shape, area, Locations.BYTEALIGNED, 5);
        Placement third = Placement.of(shape, area, Locations.BYTEALIGNED, 6);
        long[] positions = positions(one);
        assertThat(positions).isEqualTo(positions(other)).isNotEqualTo(positions(third));
    }

    private static long[] positions(Placement places) {
        int blocks = places.shape().slots() * places.shape().batch();
        long[] positions = new long[blocks];
        Arrays.setAll(positions, places::position);
        return positions;
    }

    @Test
    void whatDoesNotFitIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Placement.of(new Shape(5000, 2, 1, 1), new Area(1, 8192), Locations.NONE, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new Shape(1, 1 << 20, 1 << 10, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Shape(Long.MAX_VALUE, 1, 1, 1));
    }
}
