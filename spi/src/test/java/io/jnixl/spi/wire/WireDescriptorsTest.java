// SPDX-License-Identifier: Apache-2.0
package io.jnixl.spi.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.jnixl.api.DescriptorList;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.MemoryKind;
import io.jnixl.api.NixlException;
import io.jnixl.spi.wire.WireDescriptors.Form;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class WireDescriptorsTest {
    private static final byte[] NONE = {};

    @ParameterizedTest
    @EnumSource
    void everyKindRoundTripsInBothForms(MemoryKind kind) {
        WireDescriptors list = WireDescriptors.of(kind, new long[] {1, -2}, new long[] {0, 1}, new long[] {3, -1});

        for (Form form : Form.values()) {
            byte[] bytes = list.encode(form);
            assertThat(WireDescriptors.decode(bytes, form)).isEqualTo(list).hasSameHashCodeAs(list);
            assertThat(bytes).hasSize(11 + (int) list.encodedLength(form));
        }
    }

    @ParameterizedTest
    @EnumSource
    void anEmptyListIsAList(Form form) {
        WireDescriptors empty = WireDescriptors.of(DescriptorList.empty(MemoryKind.FILE));

        byte[] bytes = empty.encode(form);

        assertThat(WireDescriptors.decode(bytes, form)).isEqualTo(empty);
        assertThat(bytes).hasSize(11 + (int) empty.encodedLength(form));
    }

    @Test
    @DisplayName("A: device above 2^32")
    void devicesBeyondFourGiga() {
        long device = 0x1_2345_6789L;
        DescriptorList list = DescriptorList.of(MemoryKind.OBJ, device, new long[] {0}, new long[] {1});

        assertThat(WireDescriptors.decode(WireDescriptors.encode(list)).device(0))
                .isEqualTo(device);
    }

    /** NIXL 0.2.0 to 0.5.1: one record more, between kind and count. */
    @ParameterizedTest
    @ValueSource(bytes = {0, 1})
    @DisplayName("A: the dialect up to 0.5.1 with its s flag")
    void theOldDialectWithItsSortedFlagIsRead(byte flag) {
        byte[] old = new SerDesWriter()
                .string("nixlDList", "nixlSDList")
                .i32("t", 0)
                .bytes("s", new byte[] {flag})
                .u64("n", 1)
                .bytes("", HostileBytesTest.range(0x1000, 16, 2))
                .toByteArray();

        WireDescriptors list = WireDescriptors.decode(old, Form.WITH_BLOBS);

        assertThat(list.address(0)).isEqualTo(0x1000);
        assertThat(list.encode(Form.WITH_BLOBS)).hasSize(old.length - 11);
    }

    @Test
    void theOldDialectsFlagHasOneByte() {
        byte[] old = new SerDesWriter()
                .string("nixlDList", "nixlBDList")
                .i32("t", 0)
                .bytes("s", new byte[2])
                .u64("n", 0)
                .toByteArray();

        assertThatExceptionOfType(NixlException.class)
                .isThrownBy(() -> WireDescriptors.decode(old))
                .withMessageContaining("record \"s\" has 2 bytes, expected 1");
    }

    @Test
    void blobsOfAnyLengthAndContent() {
        byte[] second = {0, '|', 'n', 'i', 'x', 'l'};
        WireDescriptors list = WireDescriptors.of(
                MemoryKind.DRAM, new long[] {1, 2, 3}, new long[] {1, 1, 1}, new long[3], NONE, second, new byte[300]);

        WireDescriptors read = WireDescriptors.decode(list.encode(Form.WITH_BLOBS), Form.WITH_BLOBS);

        assertThat(read).isEqualTo(list);
        assertThat(read.blobLength(0)).isZero();
        assertThat(read.blob(0)).isEmpty();
        assertThat(read.blob(1)).isEqualTo(second);
        assertThat(read.blobLength(2)).isEqualTo(300);
        read.blob(1)[0] = 9;
        assertThat(read.blob(1)).isEqualTo(second);
    }

    @Test
    void listsWithOtherBlobsDiffer() {
        long[] one = {1};
        WireDescriptors a = WireDescriptors.of(MemoryKind.DRAM, one, one, one, new byte[] {1});
        WireDescriptors b = WireDescriptors.of(MemoryKind.DRAM, one, one, one, new byte[] {2});
        WireDescriptors none = WireDescriptors.of(MemoryKind.DRAM, one, one, one);

        assertThat(a).isNotEqualTo(b).isNotEqualTo(none);
        assertThat(none).isEqualTo(WireDescriptors.of(MemoryKind.DRAM, one, one, one, NONE));
        assertThat(none).isNotEqualTo(WireDescriptors.of(MemoryKind.VRAM, one, one, one));
    }

    @Test
    void columnsAreCopied() {
        long[] addresses = {1};
        long[] lengths = {2};
        WireDescriptors list = WireDescriptors.of(MemoryKind.DRAM, addresses, lengths, new long[] {0});

        addresses[0] = 99;
        lengths[0] = 99;

        assertThat(list.address(0)).isEqualTo(1);
        assertThat(list.length(0)).isEqualTo(2);
    }

    @Test
    void sortsByDeviceAddressLengthUnsignedAndKeepsBlobsWithTheirRanges() {
        long seed = Long.getLong("jnixl.test.seed", System.nanoTime());
        Random random = new Random(seed);
        long[] edges = {0, 1, 2, Long.MAX_VALUE, Long.MIN_VALUE, -3};
        for (int count = 0; count < 70; count++) {
            long[] addresses = new long[count];
            long[] lengths = new long[count];
            long[] devices = new long[count];
            byte[][] blobs = new byte[count][];
            List<Integer> expected = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                addresses[i] = edges[random.nextInt(edges.length)];
                lengths[i] = random.nextInt(3);
                devices[i] = edges[random.nextInt(edges.length)];
                blobs[i] = new byte[random.nextInt(3)];
                random.nextBytes(blobs[i]);
                expected.add(i);
            }
            // Stable, like the merge sort under test, but on boxes.
            expected.sort(Comparator.<Integer, String>comparing(i -> hex(devices[i]))
                    .thenComparing(i -> hex(addresses[i]))
                    .thenComparing(i -> hex(lengths[i])));

            WireDescriptors sorted = WireDescriptors.of(MemoryKind.DRAM, addresses, lengths, devices, blobs)
                    .sorted();

            assertThat(sorted.isSorted()).isTrue();
            assertThat(sorted.sorted()).isSameAs(sorted);
            for (int i = 0; i < count; i++) {
                int from = expected.get(i);
                assertThat(sorted.device(i)).as("seed %d", seed).isEqualTo(devices[from]);
                assertThat(sorted.address(i)).as("seed %d", seed).isEqualTo(addresses[from]);
                assertThat(sorted.length(i)).as("seed %d", seed).isEqualTo(lengths[from]);
                assertThat(sorted.blob(i)).as("seed %d", seed).isEqualTo(blobs[from]);
            }
        }
    }

    @Test
    void transferListsKeepTheirOrderAndHaveNoOwner() {
        DescriptorList blocks =
                DescriptorList.strided(MemoryKind.VRAM, 2, 0x9000, 16, 64, 5).select(4, 0, 4);

        DescriptorList read = WireDescriptors.decode(WireDescriptors.encode(blocks));

        assertThat(read).isEqualTo(blocks);
        assertThat(read.owner()).isNull();
    }

    @Test
    void aWholeFileIsNoTransferList() {
        WireDescriptors whole =
                WireDescriptors.of(MemoryKind.FILE, new long[] {0, 0}, new long[] {1, -1}, new long[] {7, 7});

        assertThatExceptionOfType(NixlException.class)
                .isThrownBy(whole::toDescriptorList)
                .withMessageContaining("18446744073709551615 bytes")
                .satisfies(e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.INVALID_PARAM);
                    assertThat(e.descriptor()).isEqualTo(1);
                });
    }

    @Test
    void wrongArgumentsAreNamed() {
        long[] one = {1};
        WireDescriptors list = WireDescriptors.of(MemoryKind.DRAM, one, one, one, new byte[1]);

        refused("1 addresses, 2 lengths", () -> WireDescriptors.of(MemoryKind.DRAM, one, new long[2], one));
        refused("1 devices, 2 blobs", () -> WireDescriptors.of(MemoryKind.DRAM, one, one, one, NONE, NONE));
        refused("[descriptor 0]", () -> WireDescriptors.of(MemoryKind.DRAM, new long[] {2}, new long[] {-1}, one));
        refused("no place for 1 blob bytes", () -> list.encode(Form.PLAIN));
        refused("index 1 is not in a list of 1", () -> list.address(1));
        refused("index -1 is not in a list of 1", () -> list.blob(-1));
    }

    private static void refused(String message, ThrowingCallable call) {
        assertThatExceptionOfType(NixlException.class)
                .isThrownBy(call)
                .withMessageContaining(message)
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_PARAM));
    }

    private static String hex(long unsigned) {
        return String.format("%016x", unsigned);
    }
}
