// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.tck;

import io.jnixl.api.MemoryKind;
import io.jnixl.api.Operation;
import io.jnixl.spi.RegisteredMemory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/** Bytes whose offset in their region is no {@code int}; nothing else of the regions takes room. */
final class DistantBytes {
    private static final int SIZE = 4096;
    private static final long BEYOND = 1L << 31;
    private static final long NEAR_AT = BEYOND + SIZE;
    private static final long FAR_AT = BEYOND + 3 * SIZE;
    private static final long MEMORY_SIZE = BEYOND + 16 * SIZE;

    /** Whose lower half is an offset in the part that is looked at. */
    private static final long FILE_AT = (1L << 32) + 3 * SIZE;

    private static final int LOOKED_AT = 16 * SIZE;

    private final Rig rig;
    private final Near near;

    private DistantBytes(Rig rig) {
        this.rig = rig;
        MemorySegment segment = sparse("near");
        near = new Near(segment, rig.near().register(segment));
    }

    static void run(Rig rig) {
        DistantBytes bytes = new DistantBytes(rig);
        if (rig.route().kind() == MemoryKind.DRAM) {
            bytes.betweenMemories();
        } else {
            bytes.withStorage();
        }
    }

    /** A file with a hole, since that much memory is not to be had everywhere. */
    private MemorySegment sparse(String name) {
        try (FileChannel channel = FileChannel.open(
                rig.stage().folder().resolve(name),
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.SPARSE)) {
            return channel.map(
                    FileChannel.MapMode.READ_WRITE, 0, MEMORY_SIZE, rig.stage().arena());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void betweenMemories() {
        MemorySegment segment = sparse("far");
        RegisteredMemory memory = rig.far().register(segment);
        Far far = new Far.Memory(rig.handle(segment, memory), segment);
        byte[] sent = fillNear();
        move(Operation.WRITE, far, segment.address() + FAR_AT);
        assertSlice("the far side", segment.asSlice(FAR_AT, SIZE), sent);
        byte[] back = Bytes.random(SIZE, rig.random());
        MemorySegment.copy(back, 0, segment, ValueLayout.JAVA_BYTE, FAR_AT, SIZE);
        move(Operation.READ, far, segment.address() + FAR_AT);
        assertSlice("the near side", near.segment().asSlice(NEAR_AT, SIZE), back);
    }

    private void withStorage() {
        Far far = rig.far(LOOKED_AT);
        byte[] sent = fillNear();
        move(Operation.WRITE, far, FILE_AT);
        TransferClauses.assertSame("the start of the store", far.content(), new byte[LOOKED_AT]);
        fillNear();
        move(Operation.READ, far, FILE_AT);
        assertSlice("what was stored", near.segment().asSlice(NEAR_AT, SIZE), sent);
    }

    private byte[] fillNear() {
        byte[] bytes = Bytes.random(SIZE, rig.random());
        MemorySegment.copy(bytes, 0, near.segment(), ValueLayout.JAVA_BYTE, NEAR_AT, SIZE);
        return bytes;
    }

    private void move(Operation operation, Far far, long farAddress) {
        Rig.succeed(rig.xfer(operation, near, far, 1)
                .add(near.address() + NEAR_AT, farAddress, SIZE)
                .post());
    }

    private static void assertSlice(String what, MemorySegment slice, byte[] expected) {
        if (!Arrays.equals(slice.toArray(ValueLayout.JAVA_BYTE), expected)) {
            throw new AssertionError(what + " is wrong beyond 2 GiB");
        }
    }
}
