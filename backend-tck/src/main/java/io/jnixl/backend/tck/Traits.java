// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.tck;

import io.jnixl.api.MemoryKind;
import io.jnixl.api.Operation;
import io.jnixl.spi.Availability;
import io.jnixl.spi.Backend;
import io.jnixl.spi.Capabilities;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What a backend says that decides which clauses apply.
 *
 * @param capabilities its own answer
 * @param routes the ways that its bytes can go
 */
record Traits(Capabilities capabilities, List<Route> routes) {

    /** Makes a backend and asks it: in bounded time, since no clause has begun that could fail. */
    static Traits of(BackendUnderTest under) {
        AtomicReference<@Nullable Traits> answer = new AtomicReference<>();
        Attempt attempt = new Attempt(_ -> answer.set(ask(under)));
        Throwable failure = failure(attempt, under.limit());
        if (failure != null) {
            throw new AssertionError(
                    under.provider().name() + " could not be made, asked and closed, so that nothing can be tested: "
                            + failure.getMessage(),
                    failure);
        }
        return Objects.requireNonNull(answer.get());
    }

    private static @Nullable Throwable failure(Attempt attempt, Duration limit) {
        try {
            return attempt.ends(limit, limit) ? attempt.failure() : attempt.abandon();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return e;
        }
    }

    private static Traits ask(BackendUnderTest under) {
        if (under.provider().availability() instanceof Availability.Unavailable no) {
            throw new AssertionError("it cannot run here: " + no.reason() + "; " + no.remedy());
        }
        try (TestAgent agent = first(under)) {
            Capabilities capabilities = agent.backend().capabilities();
            return new Traits(capabilities, routes(under, agent.backend(), capabilities));
        }
    }

    /** Without a backend there is no clause to break. */
    private static TestAgent first(BackendUnderTest under) {
        try {
            return under.agent("asked");
        } catch (RuntimeException e) {
            throw new AssertionError(
                    "its options are " + under.provider().options()
                            + ", and BackendUnderTest.with(option, value) sets them: " + e,
                    e);
        }
    }

    private static List<Route> routes(BackendUnderTest under, Backend backend, Capabilities capabilities) {
        List<Route> routes = new ArrayList<>();
        for (MemoryKind kind : under.provider().memoryKinds()) {
            boolean moves = backend.moves(Operation.WRITE, MemoryKind.DRAM, kind)
                    && backend.moves(Operation.READ, MemoryKind.DRAM, kind);
            if (!moves || !under.provider().memoryKinds().contains(MemoryKind.DRAM) || kind == MemoryKind.VRAM) {
                continue;
            }
            if (kind == MemoryKind.DRAM && capabilities.remote()) {
                routes.add(new Route(Route.Where.PEER, kind));
            }
            if (capabilities.local()) {
                routes.add(new Route(kind == MemoryKind.DRAM ? Route.Where.SELF : Route.Where.STORAGE, kind));
            }
        }
        return List.copyOf(routes);
    }

    /** The ways between memories. */
    List<Route> memoryRoutes() {
        return routes.stream().filter(r -> r.where() != Route.Where.STORAGE).toList();
    }

    /** The ways to other agents. */
    List<Route> peerRoutes() {
        return routes.stream().filter(r -> r.where() == Route.Where.PEER).toList();
    }
}
