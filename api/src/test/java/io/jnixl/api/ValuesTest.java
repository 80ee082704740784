// SPDX-License-Identifier: Apache-2.0
package io.jnixl.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Enumerations, records and the exception. */
final class ValuesTest {
    private static ThrowableAssertAlternative<NixlException> refused(ThrowingCallable call) {
        return assertThatExceptionOfType(NixlException.class)
                .isThrownBy(call)
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_PARAM));
    }

    // ---- alignment

    @Test
    void alignmentChecksPairs() {
        Alignment unit = new Alignment(512, 4096, true);
        assertThat(unit.strictest()).isEqualTo(4096);
        assertThat(unit.roundUp(1)).isEqualTo(4096);
        assertThat(unit.roundUp(8192)).isEqualTo(8192);
        DescriptorList memory = DescriptorList.of(MemoryKind.DRAM, 0, new long[] {512, 513, 0, 0}, new long[4]);
        DescriptorList file = DescriptorList.of(
                MemoryKind.FILE, 1, new long[] {0, 4096, 512, 8192}, new long[] {4096, 0, 4096, 4097});
        assertThat(unit.check(memory, file))
                .containsExactly(
                        new Misalignment(1, 1, 0, 0), new Misalignment(2, 0, 512, 0), new Misalignment(3, 0, 0, 1));
        assertThat(Alignment.NONE.check(memory, file)).isEmpty();
        assertThat(new Alignment(512, 512, false))
                .hasToString(
                        "addresses in multiples of 512, offsets and lengths of 512 (assumed: the system does not say)");
        refused(() -> unit.check(memory, DescriptorList.empty(MemoryKind.FILE)));
        for (int wrong : new int[] {0, 3, -512, Integer.MIN_VALUE}) {
            refused(() -> new Alignment(wrong, 512, true));
            refused(() -> new Alignment(512, wrong, true));
        }
        DescriptorList many = DescriptorList.strided(MemoryKind.FILE, 1, 1, 1, 1, 5000);
        assertThat(unit.check(many, many)).hasSize(Alignment.MAX_MISALIGNED);
    }

    // ---- native NIXL's numbers

    @Test
    void statusNumbersAreNativeOnes() {
        int[] numbers = {1, 0, -1, -2, -3, -4, -5, -6, -7, -8, -9, -10, -11, -12};
        Status[] statuses = Status.values();
        for (int i = 0; i < numbers.length; i++) {
            assertThat(statuses[i].code()).as(statuses[i].name()).isEqualTo(numbers[i]);
        }
        assertThat(statuses).hasSize(numbers.length + 1);
        assertThat(Status.TIMED_OUT.code()).isEqualTo(-100);
    }

    @ParameterizedTest
    @EnumSource(Status.class)
    void errorCodesMirrorErrorStatuses(Status status) {
        assertThat(status.isError()).isEqualTo(status.code() < 0);
        assertThat(status.isFinal()).isEqualTo(status != Status.IN_PROGRESS && status != Status.NOT_POSTED);
        if (status.isError()) {
            assertThat(ErrorCode.of(status).status()).isEqualTo(status);
        } else {
            assertThatThrownBy(() -> ErrorCode.of(status)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void kindsAndOperationsHaveWireNumbers() {
        MemoryKind[] kinds = {MemoryKind.DRAM, MemoryKind.VRAM, MemoryKind.BLK, MemoryKind.OBJ, MemoryKind.FILE};
        for (int i = 0; i < kinds.length; i++) {
            assertThat(kinds[i].wireValue()).isEqualTo(i);
            assertThat(MemoryKind.ofWireValue(i)).isEqualTo(kinds[i]);
        }
        for (int bad : new int[] {-1, 5, Integer.MAX_VALUE}) {
            assertThatExceptionOfType(NixlException.class)
                    .isThrownBy(() -> MemoryKind.ofWireValue(bad))
                    .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.MISMATCH));
        }
        assertThat(Operation.READ.wireValue()).isZero();
        assertThat(Operation.WRITE.wireValue()).isOne();
    }

    // ---- regions

    @Test
    void regionOfASegment() {
        try (Arena arena = Arena.ofShared()) {
            MemorySegment segment = arena.allocate(64);
            MemoryRegion region = MemoryRegion.of(segment, 3);
            assertThat(region.address()).isEqualTo(segment.address());
            assertThat(region.length()).isEqualTo(64);
            assertThat(region.device()).isEqualTo(3);
            assertThat(region).isEqualTo(MemoryRegion.of(segment, 3)).isNotEqualTo(MemoryRegion.of(segment));
            assertThat(region.toString()).startsWith("DRAM 64 B at 0x").endsWith(" on device 3");
            refused(() -> MemoryRegion.of(segment.asSlice(0, 0)));
        }
        refused(() -> MemoryRegion.of(MemorySegment.ofArray(new byte[8])));
    }

    @Test
    void zeroLengthOfStorageIsAllOfIt() {
        MemoryRegion file = MemoryRegion.storage(MemoryKind.FILE, 1, 0, 0, new byte[] {1});
        assertThat(file.isWhole()).isTrue();
        assertThat(file.length()).isEqualTo(MemoryRegion.WHOLE);
        assertThat(file).hasToString("FILE all at 0x0 on device 1");
        refused(() -> MemoryRegion.raw(MemoryKind.DRAM, 0, 4096, 0));
        refused(() -> MemoryRegion.raw(MemoryKind.VRAM, 0, 4096, MemoryRegion.WHOLE));
        refused(() -> MemoryRegion.raw(MemoryKind.DRAM, 0, -8, 16)).withMessageContaining("past 2^64");
        assertThat(MemoryRegion.raw(MemoryKind.DRAM, 0, -8, 8).length()).isEqualTo(8);
    }

    @Test
    void storageBytesAreCopiedAndCompared() {
        byte[] meta = "rw:/a".getBytes(StandardCharsets.UTF_8);
        MemoryRegion one = MemoryRegion.storage(MemoryKind.FILE, 1, 0, 10, meta);
        MemoryRegion same = MemoryRegion.storage(MemoryKind.FILE, 1, 0, 10, meta);
        assertThat(one).isEqualTo(same).hasSameHashCodeAs(same);
        meta[3] = 'b';
        assertThat(one).isEqualTo(same);
        assertThat(one).isNotEqualTo(MemoryRegion.storage(MemoryKind.FILE, 1, 0, 10, meta));
    }

    @Test
    void partsOfARemoteRegion() {
        RemoteRegion region = new RemoteRegion("peer", MemoryKind.DRAM, 2, 0x1000, 100);
        assertThat(region.all().length(0)).isEqualTo(100);
        assertThat(region.slice(100, 0).address(0)).isEqualTo(0x1064);
        assertThat(region.slice(90, 10).owner()).isEqualTo("peer");
        assertThat(region.blocks(30).size()).isEqualTo(3);
        refused(() -> region.slice(90, 11)).withMessageContaining("slice of 11 bytes at 90");
        refused(() -> region.slice(-1, 1));
        refused(() -> region.slice(0, -1));
        refused(() -> region.slice(Long.MAX_VALUE, Long.MAX_VALUE));
        refused(() -> region.blocks(101));
        RemoteRegion whole = new RemoteRegion("peer", MemoryKind.OBJ, 1, 0, MemoryRegion.WHOLE);
        assertThat(whole.slice(1L << 40, 1L << 40).address(0)).isEqualTo(1L << 40);
    }

    // ---- errors

    @Test
    void exceptionSaysAllItKnows() {
        Throwable cause = new IllegalStateException("deep");
        NixlException e = NixlException.of(ErrorCode.BACKEND, "write failed")
                .backend("UCX")
                .peer("decode-1")
                .descriptor(17)
                .nativeError(-25, "Connection reset")
                .remedy("load the peer again")
                .cause(cause)
                .build();
        assertThat(e)
                .hasMessage(
                        "BACKEND: write failed [backend UCX, peer decode-1, descriptor 17, native -25 (Connection reset)]; load the peer again")
                .hasCause(cause);
        assertThat(e.backend()).isEqualTo("UCX");
        assertThat(e.peer()).isEqualTo("decode-1");
        assertThat(e.descriptor()).isEqualTo(17);
        assertThat(e.nativeError()).isEqualTo("-25 (Connection reset)");
        assertThat(e.remedy()).isEqualTo("load the peer again");
        assertThat(new NixlException(ErrorCode.UNKNOWN, "plain")).hasMessage("UNKNOWN: plain");
        assertThat(new NixlException(ErrorCode.UNKNOWN, "plain").descriptor()).isEqualTo(-1);
    }

    @Test
    void failureOfNothing() {
        TransferFailure none = new TransferFailure(Status.SUCCESS, "nothing failed", "UCX", "me", -1, null, null);
        assertThat(none.isFailure()).isFalse();
        assertThat(none).hasToString("SUCCESS: nothing failed [backend UCX, peer me]");
        assertThat(new TransferFailure(Status.NOT_POSTED, "x", "b", "p", -1, null, null).isFailure())
                .isFalse();
        assertThat(new TransferFailure(Status.TIMED_OUT, "x", "b", "p", -1, null, null).isFailure())
                .isTrue();
    }

    // ---- values

    @Test
    void notificationIsAValue() {
        byte[] bytes = {0, 1, 2};
        Notification one = new Notification("a", bytes);
        bytes[0] = 9;
        assertThat(one.bytes()).containsExactly(0, 1, 2);
        one.bytes()[0] = 9;
        assertThat(new Notification(
                        "a", MemorySegment.ofArray(new byte[] {9, 0, 1, 2}).asSlice(1)))
                .isEqualTo(one);
        MemorySegment around = MemorySegment.ofArray(new byte[] {9, 0, 1, 2, 9});
        assertThat(new Notification("a", around, 1, 3)).isEqualTo(one);
        assertThat(new Notification("a", around, 5, 0).size()).isZero();
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> new Notification("a", around, 3, 3));
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> new Notification("a", around, 0, -1));
        assertThat(one).isEqualTo(new Notification("a", new byte[] {0, 1, 2}));
        assertThat(one)
                .isNotEqualTo(new Notification("b", new byte[] {0, 1, 2}))
                .isNotEqualTo("a");
        assertThat(one.toString()).isEqualTo("Notification from a, 3 B").doesNotContain("1");
        assertThat(new Notification("a", "\u00e9".getBytes(StandardCharsets.UTF_8)).text())
                .isEqualTo("\u00e9");
        assertThat(new Notification("a", new byte[] {(byte) 0xff}).text()).isEqualTo("\ufffd");
    }

    @Test
    void explanationShowsTheChoiceFirst() {
        Explanation why = new Explanation(
                "B",
                "the caller",
                List.of(
                        new Explanation.Candidate("A", false, "too slow"),
                        new Explanation.Candidate("B", true, "chosen")));
        assertThat(why).hasToString("B: chosen\nA: too slow");
        assertThat(new Explanation(null, "r", List.of())).hasToString("no backend at all");
    }

    @Test
    void configIsImmutable() {
        Config empty = Config.empty();
        Config more = empty.with("agent.deadline", "2s").with("agent.deadline", "3s");
        assertThat(empty.settings()).isEmpty();
        assertThat(more.settings()).containsExactly(java.util.Map.entry("agent.deadline", "3s"));
        assertThat(more.readsSurroundings()).isFalse();
        assertThat(Config.load().readsSurroundings()).isTrue();
        assertThat(Config.of(Path.of("x")).with("a.b", "c").file()).isEqualTo(Path.of("x"));
        assertThat(new Setting("agent.deadline", "3s", "program")).hasToString("agent.deadline = 3s (program)");
    }

    @Test
    void agentWithoutAnImplementation() {
        assertThatExceptionOfType(NixlException.class)
                .isThrownBy(() -> Agent.create("nobody"))
                .withMessageContaining("add the jar jnixl-agent");
    }

    // ---- bridges

    @Test
    void buffersAndSegments(@TempDir Path folder) throws Exception {
        ByteBuffer direct = ByteBuffer.allocateDirect(32);
        direct.position(8).limit(24);
        assertThat(Adapters.segment(direct).byteSize()).isEqualTo(16);
        refused(() -> Adapters.segment(ByteBuffer.allocate(8)));
        refused(() -> Adapters.segment(direct.limit(8)));
        Path file = Files.write(folder.resolve("f"), new byte[] {1, 2, 3, 4});
        try (Arena arena = Arena.ofShared();
                FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            MemorySegment segment = arena.allocate(16);
            ByteBuffer view = Adapters.buffer(segment, 4, 8);
            view.put(0, (byte) 7);
            assertThat(segment.get(ValueLayout.JAVA_BYTE, 4)).isEqualTo((byte) 7);
            refused(() -> Adapters.buffer(segment, 10, 7));
            refused(() -> Adapters.buffer(segment, -1, 2));
            refused(() -> Adapters.buffer(segment, Long.MAX_VALUE, 2));
            refused(() -> Adapters.buffer(segment, 0, 1L << 32));
            MemorySegment mapped = Adapters.map(channel, FileChannel.MapMode.READ_ONLY, 1, 2, arena);
            assertThat(mapped.get(ValueLayout.JAVA_BYTE, 1)).isEqualTo((byte) 3);
        }
    }
}
