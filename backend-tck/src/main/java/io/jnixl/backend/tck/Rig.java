// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.tck;

import io.jnixl.api.Operation;
import io.jnixl.api.Status;
import io.jnixl.spi.BackendPeer;
import io.jnixl.spi.RegionHandle;
import io.jnixl.spi.RegisteredMemory;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Two ends of a route, ready to make transfers between them. */
final class Rig {
    private final Stage stage;
    private final Route route;
    private final TestAgent near;
    private final TestAgent far;
    private final @Nullable BackendPeer peer;

    Rig(Stage stage, Route route) {
        this.stage = stage;
        this.route = route;
        near = stage.agent("near");
        far = route.where() == Route.Where.PEER ? stage.agent("far") : near;
        peer = route.where() == Route.Where.PEER ? near.load(far) : near.self();
    }

    Stage stage() {
        return stage;
    }

    Route route() {
        return route;
    }

    SplittableRandom random() {
        return stage.random();
    }

    BackendUnderTest under() {
        return stage.under();
    }

    /** The agent that posts. */
    TestAgent near() {
        return near;
    }

    /** The agent on the far side, maybe the same. */
    TestAgent far() {
        return far;
    }

    @Nullable
    BackendPeer peer() {
        return peer;
    }

    /** The peer, on ways that have one. */
    BackendPeer requirePeer() {
        if (peer == null) {
            throw new AssertionError("no peer " + route);
        }
        return peer;
    }

    Near near(int size) {
        MemorySegment segment = Bytes.zeros(stage.arena(), size);
        return new Near(segment, near.register(segment));
    }

    /** A far side of zeros. */
    Far far(int size) {
        if (route.where() == Route.Where.STORAGE) {
            return store(size);
        }
        MemorySegment segment = Bytes.zeros(stage.arena(), size);
        RegisteredMemory memory = far.register(segment);
        return new Far.Memory(handle(segment, memory), segment);
    }

    RegionHandle handle(MemorySegment segment, RegisteredMemory memory) {
        return route.where() == Route.Where.SELF ? near.loopback(memory) : near.load(requirePeer(), segment, memory);
    }

    private Far store(int size) {
        Storage storage = stage.storage(route.kind());
        int number = stage.nextStore();
        RegionHandle handle = near.loopback(near.register(storage.region(number, size)));
        if (storage instanceof Storage.Visible visible) {
            return new Far.Store(handle, visible, number, size);
        }
        Far hidden = new Far.Hidden(handle, this, near(size));
        hidden.content(new byte[size]);
        return hidden;
    }

    Xfer xfer(Operation operation, Near local, Far remote, int capacity) {
        return near.xfer(operation, local.memory(), peer, remote.handle(), capacity);
    }

    Xfer xfer(Operation operation, List<Near> local, List<Far> remote, int capacity) {
        return new Xfer(
                near,
                operation,
                local.stream().map(Near::memory).toList(),
                peer,
                remote.stream().map(Far::handle).toList(),
                capacity);
    }

    /** Makes progress on posts, where this backend needs a caller for that; true. */
    boolean progress(Iterable<Xfer> xfers) {
        if (under().isPolled()) {
            xfers.forEach(x -> x.transfer().poll());
        }
        return true;
    }

    /** An {@link AssertionError} unless the last post ends well. */
    static void succeed(Xfer xfer) {
        Status status = xfer.end();
        if (status != Status.SUCCESS) {
            throw new AssertionError("a post ended with " + status + " instead of SUCCESS: "
                    + xfer.outcome().message());
        }
    }
}
