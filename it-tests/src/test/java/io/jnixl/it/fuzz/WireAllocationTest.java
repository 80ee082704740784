// SPDX-License-Identifier: Apache-2.0
package io.jnixl.it.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.management.ThreadMXBean;
import io.jnixl.api.DescriptorList;
import io.jnixl.api.MemoryKind;
import io.jnixl.api.NixlException;
import io.jnixl.spi.wire.SerDesWriter;
import io.jnixl.spi.wire.WireDescriptors;
import io.jnixl.spi.wire.WireDescriptors.Form;
import io.jnixl.spi.wire.WireMetadata;
import io.jnixl.spi.wire.WireNotification;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the wire format allocates: bounded by the bytes there are when reading, nothing when a post writes a message. */
class WireAllocationTest {
    /** For an exception with its stack trace and message. */
    private static final long REFUSAL_BYTES = 64 * 1024;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @ParameterizedTest
    @ValueSource(longs = {-1L, Long.MAX_VALUE, Integer.MAX_VALUE, 1_000_000_000L})
    void aClaimedNumberAllocatesNothing(long claim) {
        byte[] plain = listHead(Form.PLAIN, claim).bytes("", new byte[24]).toByteArray();
        byte[] withBlobs =
                listHead(Form.WITH_BLOBS, claim).bytes("", new byte[24]).toByteArray();
        byte[] connections =
                new SerDesWriter().string("Agent", "a").u64("Conns", claim).toByteArray();
        byte[] sections = new SerDesWriter()
                .string("Agent", "a")
                .u64("Conns", 0)
                .string("", "MemSection")
                .u64("nixlSecElms", claim)
                .toByteArray();

        refusedCheaply(() -> WireDescriptors.decode(plain));
        refusedCheaply(() -> WireDescriptors.decode(withBlobs, Form.WITH_BLOBS));
        refusedCheaply(() -> WireMetadata.decode(connections));
        refusedCheaply(() -> WireMetadata.decode(sections));
    }

    @Test
    void aListAllocatesInProportionToItsBytes() {
        int count = 100_000;
        byte[] bytes = WireDescriptors.of(DescriptorList.strided(MemoryKind.DRAM, 0, 0, 1, 1, count))
                .encode(Form.WITH_BLOBS);
        WireDescriptors.decode(bytes, Form.WITH_BLOBS);

        long allocated = allocatedBy(() -> WireDescriptors.decode(bytes, Form.WITH_BLOBS));

        // Three long columns and one of int: 28 bytes an entry, which has 33 on the wire.
        assertThat(allocated).isBetween(28L * count, bytes.length + REFUSAL_BYTES);
    }

    @Test
    void encodingIntoMemoryAllocatesNothing() {
        byte[] name = "prefill-0".getBytes(UTF_8);
        try (Arena arena = Arena.ofShared()) {
            MemorySegment payload = arena.allocate(64);
            MemorySegment to = arena.allocate(WireNotification.encodedLength(name, 64));
            Runnable many = () -> {
                for (int i = 0; i < 20_000; i++) {
                    WireNotification.encode(to, name, payload, i & 63);
                }
            };
            long least = Long.MAX_VALUE;
            // The first rounds run interpreted, where segments are made for a moment.
            for (int round = 0; round < 50 && least != 0; round++) {
                least = Math.min(least, allocatedBy(many));
            }

            assertThat(least).isZero();
        }
    }

    private static SerDesWriter listHead(Form form, long count) {
        return new SerDesWriter()
                .string("nixlDList", form.typeName())
                .i32("t", 0)
                .u64("n", count);
    }

    private static void refusedCheaply(Runnable decode) {
        // The first time loads classes.
        assertThatExceptionOfType(NixlException.class).isThrownBy(decode::run);

        long allocated = allocatedBy(() -> {
            try {
                decode.run();
            } catch (NixlException e) {
                return;
            }
            throw new AssertionError("not refused the second time");
        });

        assertThat(allocated).isLessThan(REFUSAL_BYTES);
    }

    private static long allocatedBy(Runnable work) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        work.run();
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }
}
