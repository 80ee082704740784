// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.MemoryKind;
import io.jnixl.api.MemoryRegion;
import io.jnixl.api.NixlException;
import io.jnixl.api.Operation;
import io.jnixl.api.Status;
import io.jnixl.spi.BackendPeer;
import io.jnixl.spi.RegionHandle;
import io.jnixl.spi.RegisteredMemory;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Other agents: loading them, losing them. */
final class PeerClauses {
    static final String EMPTY = "C-PEER-1 empty connection information is refused";
    static final String GARBAGE = "C-PEER-2 connection information that is garbage is refused";
    static final String GARBAGE_DATA = "C-PEER-3 public data that is garbage is refused";
    static final String CONNECT = "C-PEER-4 connecting is idempotent";
    static final String AGAIN =
            "C-PEER-5 a peer may be loaded again after it was closed, and while another one is there";
    private static final int SIZE = 4096;
    private static final int TRIES = 500;
    private static final int LONGEST = 300;
    private static final String CHECK =
            "It came from outside: check before native code sees it. Throws NixlException with BACKEND when it cannot be used";

    private PeerClauses() {}

    static void addTo(Clauses c) {
        List<Route> routes = c.traits().peerRoutes();
        List<Route> strict = c.under().doesRejectGarbage() ? routes : List.of();
        c.along(routes, EMPTY, "Backend.loadPeer: " + CHECK, rig -> {
            assertRefused(() -> rig.near().backend().loadPeer("far", new byte[0]));
        });
        c.along(strict, GARBAGE, "Backend.loadPeer: " + CHECK, rig -> {
            byte[] good = rig.far().backend().connectionInfo();
            garbage(rig, good, bad -> rig.near().backend().loadPeer("far", bad));
        });
        c.along(strict, GARBAGE_DATA, "BackendPeer.load: " + CHECK, rig -> {
            MemorySegment memory = rig.stage().arena().allocate(SIZE);
            byte[] good = rig.far().register(memory).publicData();
            MemoryRegion range = MemoryRegion.raw(MemoryKind.DRAM, 0, memory.address(), SIZE);
            garbage(rig, good, bad -> rig.requirePeer().load(range, bad));
        });
        c.along(routes, CONNECT, "BackendPeer.connect: connects now; idempotent", rig -> {
            for (int i = 0; i < 3; i++) {
                rig.requirePeer().connect();
            }
            write(rig, rig.requirePeer(), 1);
        });
        c.along(
                routes,
                AGAIN,
                "BackendPeer: one incarnation of another agent, as a backend knows it",
                PeerClauses::reloads);
        c.along(
                routes,
                LossOfPeer.CLOSED_THERE,
                "BackendContext.peerLost: the backend itself ends the peer's transfers with REMOTE_DISCONNECT",
                LossOfPeer::closedThere);
        c.along(
                routes,
                LossOfPeer.CLOSED_HERE,
                "BackendPeer.close: posts in flight end with REMOTE_DISCONNECT or as they would have; the handles loaded from"
                        + " it are closed afterwards",
                LossOfPeer::closedHere);
    }

    private static void assertRefused(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        NixlException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BACKEND));
    }

    private interface Reader {
        Object read(byte[] bytes);
    }

    private static void garbage(Rig rig, byte[] good, Reader reader) {
        Stream<byte[]> truncated =
                Stream.iterate(1, n -> n < good.length, n -> n + 1).map(n -> Arrays.copyOf(good, n));
        Stream<byte[]> random = Stream.generate(
                        () -> Bytes.random(1 + rig.random().nextInt(LONGEST), rig.random()))
                .limit(TRIES);
        Stream.concat(truncated, random).forEach(bad -> assertRefused(() -> reader.read(bad)));
        write(rig, rig.requirePeer(), 2); // unharmed
    }

    private static void write(Rig rig, BackendPeer peer, int value) {
        Near near = rig.near(SIZE);
        near.segment().fill((byte) value);
        MemorySegment target = rig.stage().arena().allocate(SIZE);
        RegisteredMemory theirs = rig.far().register(target);
        RegionHandle handle = rig.near().load(peer, target, theirs);
        Xfer x = rig.near().xfer(Operation.WRITE, near.memory(), peer, handle, 1);
        assertThat(x.add(near.address(), target.address(), SIZE).post().end()).isEqualTo(Status.SUCCESS);
        assertThat(target.mismatch(near.segment())).as("first wrong byte").isEqualTo(-1);
        x.close();
        rig.near().release(handle);
    }

    private static void reloads(Rig rig) {
        BackendPeer second = rig.near().load(rig.far());
        write(rig, second, 1);
        write(rig, rig.requirePeer(), 2);
        rig.near().release(second);
        write(rig, rig.requirePeer(), 3);
        for (int i = 0; i < 5; i++) {
            BackendPeer again = rig.near().load(rig.far());
            write(rig, again, i);
            rig.near().release(again);
        }
        assertThat(rig.near().lost()).as("peers lost").isEmpty();
    }
}
