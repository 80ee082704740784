// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.api.DescriptorList;
import io.jnixl.api.MemoryKind;
import io.jnixl.api.MemoryRegion;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class SectionTest {
    private static final long HIGH = 0x8000_0000_0000_0000L;

    private static Region region(MemoryKind kind, long device, long address, long length) {
        MemoryRegion range = new MemoryRegion(kind, address, length, device, null, new byte[0]);
        return Region.remote(range, () -> {}, new byte[0]);
    }

    private static Region dram(long address, long length) {
        return region(MemoryKind.DRAM, 0, address, length);
    }

    private static Section section(Region... regions) {
        return Section.EMPTY.plus(List.of(regions));
    }

    private static Region found(Section section, long device, long address, long length) {
        int place = section.find(device, address, length, 0);
        return place < 0 ? null : section.region(place);
    }

    @Test
    void emptySectionFindsNothing() {
        assertThat(Section.EMPTY.find(0, 0, 1, 0)).isNegative();
        assertThat(Section.EMPTY.exact(0, 0, 1)).isNull();
        assertThat(Section.EMPTY.describe()).isEqualTo("nothing");
    }

    @Test
    void nestedSmallRegionDoesNotHideTheBigOne() {
        Region big = dram(1000, 1000);
        Region small = dram(1100, 10);
        Section section = section(big, small);
        assertThat(found(section, 0, 1500, 100)).isSameAs(big);
        assertThat(found(section, 0, 1105, 10)).isSameAs(big);
        assertThat(found(section, 0, 1100, 10)).isSameAs(small);
        assertThat(found(section, 0, 1990, 11)).isNull();
    }

    @Test
    void deepNestingFindsTheOneThatReaches() {
        Region outer = dram(0x1000, 0x1000);
        Region middle = dram(0x1100, 0x800);
        Region inner = dram(0x1200, 0x10);
        Section section = section(inner, outer, middle);
        assertThat(found(section, 0, 0x1208, 0x10)).isSameAs(outer);
        assertThat(found(section, 0, 0x1900, 0x100)).isSameAs(outer);
        assertThat(found(section, 0, 0x1200, 0x10)).isSameAs(inner);
        assertThat(found(section, 0, 0x1150, 0x10)).isSameAs(middle);
    }

    @Test
    void overlappingRegionsAreNotJoined() {
        Section section = section(dram(100, 100), dram(150, 100));
        assertThat(found(section, 0, 100, 150)).isNull();
        assertThat(found(section, 0, 150, 100)).isNotNull();
        assertThat(found(section, 0, 120, 80)).isNotNull();
    }

    @Test
    void touchingRegionsAreNotJoined() {
        Section section = section(dram(100, 100), dram(200, 100));
        assertThat(found(section, 0, 150, 100)).isNull();
        assertThat(found(section, 0, 199, 1)).isNotNull();
        assertThat(found(section, 0, 200, 1)).isNotNull();
        assertThat(found(section, 0, 300, 1)).isNull();
        assertThat(found(section, 0, 99, 1)).isNull();
    }

    @Test
    void devicesAreKeptApart() {
        Region zero = region(MemoryKind.VRAM, 0, 100, 100);
        Region one = region(MemoryKind.VRAM, 1, 100, 50);
        Region last = region(MemoryKind.VRAM, -1, 100, 100);
        Section section = section(last, one, zero);
        assertThat(found(section, 0, 150, 50)).isSameAs(zero);
        assertThat(found(section, 1, 150, 50)).isNull();
        assertThat(found(section, 1, 100, 50)).isSameAs(one);
        assertThat(found(section, -1, 150, 50)).isSameAs(last);
        assertThat(found(section, 2, 100, 1)).isNull();
    }

    @Test
    void addressesAreUnsigned() {
        Region low = dram(0x7fff_ffff_ffff_f000L, 0x2000);
        Region high = dram(HIGH + 0x10_0000, 0x1000);
        Region top = dram(-0x1000L, 0x1000);
        Section section = section(top, high, low);
        assertThat(found(section, 0, HIGH - 8, 16)).isSameAs(low);
        assertThat(found(section, 0, HIGH + 0x10_0800, 0x800)).isSameAs(high);
        assertThat(found(section, 0, -1L, 1)).isSameAs(top);
        assertThat(found(section, 0, 0, 1)).isNull();
    }

    @Test
    void wholeStorageCoversEveryOffset() {
        Region whole = region(MemoryKind.FILE, 7, 0, MemoryRegion.WHOLE);
        Section section = section(whole, region(MemoryKind.FILE, 8, 0, 4096));
        assertThat(found(section, 7, 0, Long.MAX_VALUE)).isSameAs(whole);
        assertThat(found(section, 7, HIGH, Long.MAX_VALUE)).isSameAs(whole);
        assertThat(found(section, 8, 0, 4097)).isNull();
    }

    @Test
    void equalRangesStayAndTheLaterIsFound() {
        Region first = dram(100, 100);
        Region second = dram(100, 100);
        Section section = section(first).plus(List.of(second));
        assertThat(section.size()).isEqualTo(2);
        assertThat(section.exact(0, 100, 100)).isSameAs(second);
        Section rest = section.minus(Set.of(second));
        assertThat(rest.exact(0, 100, 100)).isSameAs(first);
        assertThat(found(rest, 0, 120, 10)).isSameAs(first);
        assertThat(rest.minus(Set.of(first))).isSameAs(Section.EMPTY);
    }

    @Test
    void exactWantsTheSameLength() {
        Section section = section(dram(100, 100), dram(100, 50), dram(100, 200));
        assertThat(section.exact(0, 100, 50)).isNotNull();
        assertThat(section.exact(0, 100, 60)).isNull();
        assertThat(section.exact(0, 101, 50)).isNull();
        assertThat(section.exact(1, 100, 50)).isNull();
    }

    @Test
    void describesTheFirstFew() {
        Section section = Section.EMPTY;
        for (int i = 0; i < 6; i++) {
            section = section.plus(List.of(dram(0x1000L * (i + 1), 16)));
        }
        assertThat(section.describe()).startsWith("DRAM 16 B at 0x1000, ").endsWith(" and 2 more");
    }

    @Test
    void randomQueriesAgreeWithBruteForce() {
        long seed = System.nanoTime();
        System.out.println("SectionTest seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            long base = random.nextBoolean() ? HIGH - 500 : random.nextBoolean() ? -1100L : 0;
            List<Region> all = new ArrayList<>();
            Section section = Section.EMPTY;
            for (int i = 0; i < random.nextInt(30); i++) {
                Region region = region(
                        MemoryKind.VRAM,
                        random.nextInt(3),
                        base + random.nextInt(1000),
                        1 + random.nextInt(random.nextBoolean() ? 10 : 100));
                all.add(region);
                section = section.plus(List.of(region));
            }
            for (int drop = random.nextInt(4); drop > 0 && !all.isEmpty(); drop--) {
                section = section.minus(Set.of(all.remove(random.nextInt(all.size()))));
            }
            int hint = 0;
            for (int query = 0; query < 200; query++) {
                long device = random.nextInt(4);
                long address = base + random.nextInt(1100);
                long length = random.nextInt(60);
                int place = section.find(device, address, length, random.nextBoolean() ? hint : random.nextInt(40) - 5);
                boolean expected = all.stream().anyMatch(r -> covers(r.range, device, address, length));
                assertThat(place >= 0)
                        .as("seed %s round %s query %s", seed, round, query)
                        .isEqualTo(expected);
                if (place >= 0) {
                    assertThat(covers(section.region(place).range, device, address, length))
                            .isTrue();
                    hint = place;
                }
            }
        }
    }

    /** Independent of the code under test: in numbers without bounds. */
    private static boolean covers(MemoryRegion region, long device, long address, long length) {
        BigInteger start = unsigned(region.address());
        BigInteger from = unsigned(address);
        return region.device() == device
                && from.compareTo(start) >= 0
                && from.add(BigInteger.valueOf(length)).compareTo(start.add(unsigned(region.length()))) <= 0;
    }

    private static BigInteger unsigned(long value) {
        return new BigInteger(Long.toUnsignedString(value));
    }

    @Test
    void ascendingQueriesOverManyRegionsWalk() {
        int n = 200_000;
        List<Region> regions = new ArrayList<>(n);
        for (int i = 0; i < n; i++) {
            regions.add(dram(1L << 32 | (long) i << 8, 128));
        }
        Section section = Section.EMPTY.plus(regions);
        int place = 0;
        for (int i = 0; i < n; i++) {
            place = section.find(0, 1L << 32 | (long) i << 8, 128, place);
            if (place != i) {
                assertThat(place).isEqualTo(i);
            }
        }
    }

    // ---- lists against sections

    @Test
    void stridedListInOneRegionHasNoColumnOfItsOwn() {
        Region region = dram(0x1000, 0x10000);
        DescriptorList list = DescriptorList.strided(MemoryKind.DRAM, 0, 0x1000, 0x100, 0x100, 256);
        Resolution resolution = Resolution.of(list, section(region), new int[1]);
        assertThat(resolution.table).containsExactly(region);
        assertThat(resolution.region(255)).isZero();
    }

    @Test
    void stridedListOverSeveralRegionsIsResolvedEntryByEntry() {
        Region first = dram(0x1000, 0x200);
        Region second = dram(0x1200, 0x200);
        DescriptorList list = DescriptorList.strided(MemoryKind.DRAM, 0, 0x1000, 0x100, 0x100, 4);
        Resolution resolution = Resolution.of(list, section(first, second), new int[1]);
        assertThat(resolution.table).containsExactly(first, second);
        assertThat(new int[] {resolution.region(0), resolution.region(1), resolution.region(2), resolution.region(3)})
                .containsExactly(0, 0, 1, 1);
    }

    @Test
    void firstMissIsNamed() {
        DescriptorList list =
                DescriptorList.of(MemoryKind.DRAM, 0, new long[] {100, 150, 500, 900}, new long[] {1, 1, 1, 1});
        int[] miss = {-1};
        assertThat(Resolution.of(list, section(dram(100, 100)), miss)).isNull();
        assertThat(miss[0]).isEqualTo(2);
    }

    @Test
    void eachRegionOccursOnceInTheTable() {
        Region a = dram(100, 100);
        Region b = dram(300, 100);
        DescriptorList list =
                DescriptorList.of(MemoryKind.DRAM, 0, new long[] {300, 100, 310, 110}, new long[] {1, 1, 1, 1});
        Resolution resolution = Resolution.of(list, section(a, b), new int[1]);
        assertThat(resolution.table).containsExactly(b, a);
        assertThat(resolution.region(2)).isZero();
        assertThat(resolution.region(3)).isOne();
    }

    @Test
    void resolutionTurnsUnusableWithARegion() {
        Region a = dram(100, 100);
        Region b = dram(300, 100);
        DescriptorList list = DescriptorList.of(MemoryKind.DRAM, 0, new long[] {100, 300}, new long[] {1, 1});
        Resolution resolution = Resolution.of(list, section(a, b), new int[1]);
        assertThat(resolution.isUsable()).isTrue();
        b.markGone();
        assertThat(resolution.isUsable()).isFalse();
    }
}
