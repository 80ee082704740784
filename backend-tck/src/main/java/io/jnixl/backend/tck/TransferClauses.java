// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.tck;

import io.jnixl.api.MemoryKind;
import io.jnixl.api.Operation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Which bytes move: those of the descriptors, and no others. */
final class TransferClauses {
    static final String WRITES = "C-MOVE-1 a WRITE moves its bytes, from 1 to a million, and no others";
    static final String READS = "C-MOVE-2 a READ moves its bytes, from 1 to a million, and no others";
    static final String SCATTERED =
            "C-MOVE-3 a transfer moves thousands of scattered descriptors between several regions";
    static final String NO_BYTES = "C-MOVE-4 descriptors of no bytes move nothing, alone and among others";
    static final String BEYOND = "C-MOVE-5 a transfer reaches what lies beyond 2 GiB of a region";
    static final String REAIMED = "C-MOVE-6 columns may change between posts";
    static final String THOUSAND = "C-MOVE-7 a transfer may be posted a thousand times";
    static final String SEVERAL = "C-MOVE-8 several transfers may be in flight at once";
    private static final int MIB = 1 << 20;
    private static final int[] SIZES = {1, 8, 4096, MIB};
    private static final int[] OFFSETS = {64, 65, 67, 4093};
    private static final int ROOM = MIB + 8192;
    private static final int BLOCK = 512;
    private static final int AT_ONCE = 16;
    private static final int REPEATS = 1000;
    private static final String COLUMNS =
            "TransferColumns: pair i moves length(i) bytes between localAddress(i) in region localRegion(i) and"
                    + " remoteAddress(i) in region remoteRegion(i)";
    private static final String POSTED_AGAIN =
            "BackendTransfer: prepared once, posted many times; post starts moving what the request's columns say now";

    private TransferClauses() {}

    static void addTo(Clauses c) {
        c.everyWay(WRITES, COLUMNS, rig -> sizes(rig, Operation.WRITE));
        c.everyWay(READS, COLUMNS, rig -> sizes(rig, Operation.READ));
        c.everyWay(SCATTERED, COLUMNS, rig -> ScatteredCopy.run(rig));
        c.everyWay(NO_BYTES, COLUMNS + "; length(i) may be 0", TransferClauses::noBytes);
        c.along(
                c.traits().routes().stream()
                        .filter(r -> r.kind() == MemoryKind.DRAM || r.kind() == MemoryKind.FILE)
                        .toList(),
                BEYOND,
                "TransferColumns: addresses are longs. Storage addresses are offsets in the file, volume or object",
                DistantBytes::run);
        c.everyWay(REAIMED, POSTED_AGAIN, TransferClauses::reaims);
        c.everyWay(THOUSAND, POSTED_AGAIN, TransferClauses::repeats);
        c.everyWay(
                SEVERAL,
                "BackendTransfer: one post at a time of each transfer; every method of Backend may be called by several"
                        + " threads at once",
                TransferClauses::manyAtOnce);
    }

    private static void sizes(Rig rig, Operation operation) {
        Near near = rig.near(ROOM);
        Far far = rig.far(ROOM);
        Xfer x = rig.xfer(operation, near, far, 1);
        for (int size : SIZES) {
            for (int i = 0; i < OFFSETS.length; i++) {
                int nearAt = OFFSETS[i];
                int farAt = OFFSETS[(i + 1) % OFFSETS.length];
                byte[] nearBytes = Bytes.random(ROOM, rig.random());
                byte[] farBytes = Bytes.random(ROOM, rig.random());
                near.content(nearBytes);
                far.content(farBytes);
                Rig.succeed(x.aim(near.address() + nearAt, far.address() + farAt, size)
                        .post());
                if (operation == Operation.WRITE) {
                    System.arraycopy(nearBytes, nearAt, farBytes, farAt, size);
                } else {
                    System.arraycopy(farBytes, farAt, nearBytes, nearAt, size);
                }
                String what = operation + " of " + size + " bytes at " + nearAt + " here and " + farAt + " there";
                assertSame(what + ", far side", far.content(), farBytes);
                assertSame(what + ", near side", near.content(), nearBytes);
            }
        }
    }

    /** AssertJ would print a million numbers. */
    static void assertSame(String what, byte[] actual, byte[] expected) {
        int at = Arrays.mismatch(actual, expected);
        if (at >= 0) {
            throw new AssertionError(what + ": wrong from byte " + at + " of " + expected.length + " on");
        }
    }

    private static void noBytes(Rig rig) {
        Near near = rig.near(3 * BLOCK);
        Far far = rig.far(3 * BLOCK);
        byte[] nearBytes = Bytes.random(3 * BLOCK, rig.random());
        byte[] farBytes = Bytes.random(3 * BLOCK, rig.random());
        near.content(nearBytes);
        far.content(farBytes);
        for (Operation operation : Operation.values()) {
            Xfer x = rig.xfer(operation, near, far, 3);
            Rig.succeed(x.add(near.address() + BLOCK, far.address() + BLOCK, 0).post());
            assertSame("the far side after nothing", far.content(), farBytes);
            assertSame("the near side after nothing", near.content(), nearBytes);
        }
        Xfer x = rig.xfer(Operation.WRITE, near, far, 3);
        x.add(near.address(), far.address(), 0);
        x.add(near.address(), far.address() + BLOCK, BLOCK);
        x.add(near.address() + 3 * BLOCK, far.address() + 3 * BLOCK, 0);
        Rig.succeed(x.post());
        System.arraycopy(nearBytes, 0, farBytes, BLOCK, BLOCK);
        assertSame("the far side after one of three", far.content(), farBytes);
    }

    /** With more capacity than descriptors, too. */
    private static void reaims(Rig rig) {
        int blocks = 64;
        Near near = rig.near(blocks * BLOCK);
        Far far = rig.far(blocks * BLOCK);
        Xfer x = rig.xfer(Operation.WRITE, near, far, AT_ONCE);
        byte[] source = Bytes.random(blocks * BLOCK, rig.random());
        near.content(source);
        byte[] expected = new byte[blocks * BLOCK];
        for (int round = 0; round < blocks; round++) {
            x.columns().clear();
            for (int i = 0; i <= round % AT_ONCE; i++) {
                int from = rig.random().nextInt(blocks) * BLOCK;
                int to = (round + i) % blocks * BLOCK;
                int length = 1 + rig.random().nextInt(BLOCK);
                x.add(near.address() + from, far.address() + to, length);
                System.arraycopy(source, from, expected, to, length);
            }
            Rig.succeed(x.post());
            assertSame("post " + round, far.content(), expected);
        }
    }

    private static void repeats(Rig rig) {
        Near near = rig.near(BLOCK);
        Far far = rig.far(BLOCK);
        Xfer write = rig.xfer(Operation.WRITE, near, far, 1).add(near.address(), far.address(), BLOCK);
        for (int i = 1; i <= REPEATS; i++) {
            near.segment().fill((byte) i);
            Rig.succeed(write.post());
        }
        assertSame("what the last of " + REPEATS + " posts moved", far.content(), Bytes.filled(BLOCK, REPEATS));
        write.verifyEnds();
    }

    private static void manyAtOnce(Rig rig) {
        Near near = rig.near(AT_ONCE * BLOCK);
        Far far = rig.far(AT_ONCE * BLOCK);
        byte[] source = Bytes.random(AT_ONCE * BLOCK, rig.random());
        near.content(source);
        List<Xfer> all = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
            long at = (long) i * BLOCK;
            all.add(rig.xfer(Operation.WRITE, near, far, 1).add(near.address() + at, far.address() + at, BLOCK));
        }
        for (int round = 0; round < AT_ONCE; round++) {
            all.forEach(Xfer::post);
            all.forEach(Rig::succeed);
        }
        assertSame("what " + AT_ONCE + " transfers moved", far.content(), source);
    }
}
