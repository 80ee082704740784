// SPDX-License-Identifier: Apache-2.0
package io.jnixl.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.Test;

final class DescriptorListTest {
    private static final long TOP = -1L;

    private static ThrowableAssertAlternative<NixlException> refused(ThrowingCallable call) {
        return assertThatExceptionOfType(NixlException.class)
                .isThrownBy(call)
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_PARAM));
    }

    private static DescriptorList strided(long address, long length, long stride, int count) {
        return DescriptorList.strided(MemoryKind.DRAM, 0, address, length, stride, count);
    }

    @Test
    void segments() {
        try (Arena arena = Arena.ofShared()) {
            MemorySegment a = arena.allocate(10);
            MemorySegment b = arena.allocate(20);
            DescriptorList list = DescriptorList.of(a, b);
            assertThat(list.kind()).isEqualTo(MemoryKind.DRAM);
            assertThat(list.size()).isEqualTo(2);
            assertThat(list.address(1)).isEqualTo(b.address());
            assertThat(list.length(1)).isEqualTo(20);
            assertThat(list.device(1)).isZero();
            assertThat(list.totalBytes()).isEqualTo(30);
            assertThat(list.owner()).isNull();
            refused(() -> DescriptorList.of(a, MemorySegment.ofArray(new byte[1])))
                    .withMessageContaining("segment 1 lies on the Java heap")
                    .satisfies(e -> assertThat(e.descriptor()).isOne());
        }
    }

    @Test
    void blocksLeaveTheRestOut() {
        try (Arena arena = Arena.ofShared()) {
            MemorySegment segment = arena.allocate(1000);
            DescriptorList list = DescriptorList.blocks(segment, 300);
            assertThat(list.size()).isEqualTo(3);
            assertThat(list.address(2)).isEqualTo(segment.address() + 600);
            assertThat(list.isStrided()).isTrue();
            assertThat(DescriptorList.blocks(segment, 1000).size()).isOne();
            refused(() -> DescriptorList.blocks(segment, 1001));
            refused(() -> DescriptorList.blocks(segment, 0));
            refused(() -> DescriptorList.blocks(segment, -1));
        }
        refused(() -> DescriptorList.blocks(MemoryKind.DRAM, 0, 0, 1L << 32, 1, null))
                .withMessageContaining("more than a list");
    }

    @Test
    void indexOutOfRangeIsNamed() {
        DescriptorList list = strided(0, 8, 8, 3);
        DescriptorList columns = DescriptorList.of(MemoryKind.DRAM, 0, new long[3], new long[3]);
        for (int bad : new int[] {-1, 3, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            for (DescriptorList one : new DescriptorList[] {list, columns}) {
                refused(() -> one.address(bad)).withMessageContaining("index " + bad + " is not in a list of 3");
                refused(() -> one.length(bad));
                refused(() -> one.device(bad));
                refused(() -> one.select(0, bad));
            }
        }
    }

    @Test
    void rangesEndAtTheLastAddressAndNotPastIt() {
        assertThat(strided(TOP, 1, 0, 1).address(0)).isEqualTo(TOP);
        refused(() -> strided(TOP, 2, 0, 1)).withMessageContaining("end past 2^64");
        assertThat(strided(-64, 16, 16, 4).address(3)).isEqualTo(-16);
        refused(() -> strided(-64, 16, 16, 5));
        refused(() -> strided(-64, 16, 17, 4));
        assertThat(strided(TOP, 0, 0, 1).totalBytes()).isZero();
        assertThat(DescriptorList.of(MemoryKind.DRAM, 0, new long[] {TOP}, new long[] {1})
                        .size())
                .isOne();
        refused(() -> DescriptorList.of(MemoryKind.DRAM, 0, new long[] {0, TOP}, new long[] {1, 2}))
                .satisfies(e -> assertThat(e.descriptor()).isOne());
    }

    @Test
    void numbersThatOverflow() {
        refused(() -> strided(0, Long.MAX_VALUE, 0, 2)).withMessageContaining("2^63 - 1");
        refused(() -> strided(0, 1, Long.MAX_VALUE, 4));
        refused(() -> strided(0, 1, Long.MAX_VALUE, 3));
        refused(() -> strided(0, -1, 0, 1));
        refused(() -> strided(0, 1, -1, 1));
        refused(() -> strided(0, 1, 1, -1));
        refused(() -> DescriptorList.of(MemoryKind.DRAM, 0, new long[2], new long[] {Long.MAX_VALUE, 1}))
                .withMessageContaining("at descriptor 1");
        refused(() -> DescriptorList.of(MemoryKind.DRAM, 0, new long[1], new long[] {-5}))
                .withMessageContaining("length -5 is negative");
        assertThat(strided(0, 1, Long.MAX_VALUE - 1, 2).address(1)).isEqualTo(Long.MAX_VALUE - 1);
        assertThat(strided(0, 5, 5, 0).isEmpty()).isTrue();
    }

    @Test
    void columnsOfUnequalLength() {
        refused(() -> DescriptorList.of(MemoryKind.DRAM, 0, new long[2], new long[3]))
                .withMessageContaining("2 addresses, 3 lengths");
        refused(() -> DescriptorList.of(MemoryKind.DRAM, new long[1], new long[2], new long[2]))
                .withMessageContaining("1 devices");
    }

    @Test
    void columnsAreCopied() {
        long[] addresses = {100};
        long[] lengths = {10};
        long[] devices = {1};
        DescriptorList list = DescriptorList.of(MemoryKind.VRAM, devices, addresses, lengths);
        addresses[0] = lengths[0] = devices[0] = 9;
        assertThat(list.address(0)).isEqualTo(100);
        assertThat(list.length(0)).isEqualTo(10);
        assertThat(list.device(0)).isEqualTo(1);
    }

    @Test
    void blockTable() {
        DescriptorList list = DescriptorList.blockTable(MemoryKind.VRAM, 3, 0x1000, 256, new int[] {4, 0, 4});
        assertThat(list.address(0)).isEqualTo(0x1400);
        assertThat(list.address(1)).isEqualTo(0x1000);
        assertThat(list.address(2)).isEqualTo(0x1400);
        assertThat(list.device(2)).isEqualTo(3);
        assertThat(list.totalBytes()).isEqualTo(768);
        refused(() -> DescriptorList.blockTable(MemoryKind.DRAM, 0, 0, 256, new int[] {1, -2}))
                .satisfies(e -> assertThat(e.descriptor()).isOne());
        refused(() -> DescriptorList.blockTable(MemoryKind.DRAM, 0, 0, 0, new int[] {1}));
        refused(() -> DescriptorList.blockTable(MemoryKind.DRAM, 0, 0, 1L << 40, new int[] {Integer.MAX_VALUE}));
        refused(() -> DescriptorList.blockTable(MemoryKind.DRAM, 0, -256, 256, new int[] {1}));
    }

    @Test
    void selectionKeepsOrderOwnerAndRepeats() {
        DescriptorList list =
                DescriptorList.blocks(MemoryKind.FILE, 7, 0, 100, 10, "me").select(9, 0, 9);
        assertThat(list.address(0)).isEqualTo(90);
        assertThat(list.address(1)).isZero();
        assertThat(list.address(2)).isEqualTo(90);
        assertThat(list.owner()).isEqualTo("me");
        assertThat(list.device(0)).isEqualTo(7);
        assertThat(list.isStrided()).isFalse();
        assertThat(list.select().isEmpty()).isTrue();
    }

    @Test
    void equalityIsByContentAndOrder() {
        DescriptorList strided = strided(64, 16, 32, 3);
        DescriptorList columns =
                DescriptorList.of(MemoryKind.DRAM, 0, new long[] {64, 96, 128}, new long[] {16, 16, 16});
        assertThat(strided).isEqualTo(columns).hasSameHashCodeAs(columns);
        assertThat(columns).isEqualTo(strided);
        assertThat(columns).isNotEqualTo(columns.select(0, 2, 1));
        assertThat(columns).isNotEqualTo(columns.select(0, 1));
        assertThat(columns)
                .isNotEqualTo(DescriptorList.of(MemoryKind.VRAM, 0, new long[] {64, 96, 128}, new long[] {16, 16, 16}));
        assertThat(columns)
                .isNotEqualTo(DescriptorList.of(MemoryKind.DRAM, 1, new long[] {64, 96, 128}, new long[] {16, 16, 16}));
    }

    @Test
    void stridedAgreesWithColumns() {
        long seed = System.nanoTime();
        System.out.println("DescriptorListTest seed " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < 300; i++) {
            long address = random.nextLong() >>> 2;
            long length = random.nextInt(1000);
            long stride = random.nextInt(2000);
            int count = 1 + random.nextInt(50);
            DescriptorList list = strided(address, length, stride, count);
            long[] addresses = new long[count];
            long[] lengths = new long[count];
            for (int k = 0; k < count; k++) {
                addresses[k] = address + k * stride;
                lengths[k] = length;
            }
            DescriptorList columns = DescriptorList.of(MemoryKind.DRAM, 0, addresses, lengths);
            assertThat(list).as("seed %s", seed).isEqualTo(columns);
            assertThat(list.totalBytes()).isEqualTo(columns.totalBytes());
            int k = random.nextInt(count);
            int found = list.indexOf(addresses[k], length, 0);
            assertThat(addresses[found]).isEqualTo(addresses[k]);
            assertThat(list.indexOf(address - 1, length, 0)).isEqualTo(-1);
        }
    }

    @Test
    void textStaysShort() {
        assertThat(strided(0, 16, 16, 1_000_000)).hasToString("DRAM[1000000] 1000000 x 16 B");
        DescriptorList mixed = DescriptorList.of(MemoryKind.DRAM, 0, new long[6], new long[] {1, 2, 3, 4, 5, 6});
        assertThat(mixed.toString()).endsWith(" + 2 other lengths");
        assertThat(DescriptorList.empty(MemoryKind.OBJ)).hasToString("OBJ[0]");
        assertThat(DescriptorList.range(MemoryKind.FILE, 1, 0, 9, "me")).hasToString("FILE[1] 1 x 9 B of me");
    }
}
