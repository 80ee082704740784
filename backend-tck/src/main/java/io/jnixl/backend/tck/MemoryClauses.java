// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jnixl.api.MemoryKind;
import io.jnixl.api.MemoryRegion;
import io.jnixl.api.NixlException;
import io.jnixl.api.Operation;
import io.jnixl.spi.RegisteredMemory;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;

/** Registering memory. */
final class MemoryClauses {
    static final String PUBLIC_DATA =
            "C-REG-1 public data of memory is always the same, and is there where peers can reach it";
    static final String TWICE = "C-REG-2 memory may be registered twice, and in ranges that overlap";
    static final String AGAIN = "C-REG-3 memory may be registered again after its registration was closed";
    static final String REFUSALS = "C-REG-4 a refusal to register says why, and harms nothing";
    private static final int SIZE = 8192;
    private static final int HALF = SIZE / 2;
    private static final int TIMES = 50;
    private static final String ANY_MEMORY =
            "Backend.register: accepts local memory, or refuses it. The agent closes the answer before the memory goes";

    private MemoryClauses() {}

    static void addTo(Clauses c) {
        c.addIf(
                c.under().provider().memoryKinds().contains(MemoryKind.DRAM),
                PUBLIC_DATA,
                "RegisteredMemory.publicData: the same bytes at every call. Empty: not published",
                stage -> {
                    RegisteredMemory memory =
                            stage.agent("a").register(stage.arena().allocate(SIZE));
                    byte[] data = memory.publicData().clone();
                    assertThat(memory.publicData()).isEqualTo(data);
                    assertThat(data.length > 0 || c.traits().peerRoutes().isEmpty())
                            .as("published")
                            .isTrue();
                });
        c.everyWay(TWICE, ANY_MEMORY, MemoryClauses::overlapping);
        c.everyWay(AGAIN, ANY_MEMORY, MemoryClauses::again);
        c.add(REFUSALS, "Backend.register: throws NixlException with the reason of a refusal", MemoryClauses::refusals);
    }

    private static void overlapping(Rig rig) {
        Far far = rig.far(SIZE);
        Near first = rig.near(SIZE);
        MemorySegment all = first.segment();
        Near twice = new Near(all, rig.near().register(all));
        Near lower = new Near(all.asSlice(0, HALF + 64), rig.near().register(all.asSlice(0, HALF + 64)));
        Near upper = new Near(all.asSlice(HALF), rig.near().register(all.asSlice(HALF)));
        for (Near each : List.of(first, twice, lower, upper)) {
            moveAll(rig, each, far);
        }
        rig.near().release(first.memory());
        rig.near().release(upper.memory());
        moveAll(rig, twice, far);
        moveAll(rig, lower, far);
    }

    private static void moveAll(Rig rig, Near near, Far far) {
        int size = Math.toIntExact(near.segment().byteSize());
        byte[] bytes = Bytes.random(size, rig.random());
        near.content(bytes);
        try (Closing<Xfer> x = new Closing<>(rig.xfer(Operation.WRITE, near, far, 1), Xfer::close)) {
            Rig.succeed(x.it().add(near.address(), far.address(), size).post());
        }
        TransferClauses.assertSame("what was moved from a region", Arrays.copyOf(far.content(), size), bytes);
    }

    private static void again(Rig rig) {
        Far far = rig.far(SIZE);
        MemorySegment memory = Bytes.zeros(rig.stage().arena(), SIZE);
        for (int i = 0; i < TIMES; i++) {
            Near near = new Near(memory, rig.near().register(memory));
            moveAll(rig, near, far);
            rig.near().release(near.memory());
        }
    }

    private static void refusals(Stage stage) {
        TestAgent agent = stage.agent("a");
        for (MemoryRegion region : stage.under().refused()) {
            assertThatThrownBy(() -> agent.register(region))
                    .as("registering " + region)
                    .isInstanceOfSatisfying(
                            NixlException.class,
                            e -> assertThat(e.getMessage())
                                    .hasSizeGreaterThan(e.code().name().length() + 2));
        }
        boolean files = stage.under().provider().memoryKinds().contains(MemoryKind.FILE)
                && stage.storage(MemoryKind.FILE) instanceof FileStorage;
        if (files) {
            String missing = stage.folder().resolve("no/such/file").toString();
            assertThatThrownBy(() -> agent.file("ro:" + missing))
                    .isInstanceOf(NixlException.class)
                    .hasMessageContaining(missing);
        }
        if (stage.under().provider().memoryKinds().contains(MemoryKind.DRAM)) {
            agent.release(agent.register(stage.arena().allocate(SIZE)));
        }
    }
}
