// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.tck;

import io.jnixl.api.MemoryKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What one clause plays with: agents, memory, a folder. Closes it all. */
final class Stage implements AutoCloseable {
    private static final AtomicInteger STORES = new AtomicInteger();

    private final BackendUnderTest under;
    private final Arena arena = Arena.ofShared();
    private final List<TestAgent> agents = new ArrayList<>();
    private final long seed;
    private final SplittableRandom random;
    private @Nullable Path folder;

    Stage(BackendUnderTest under, long seed) {
        this.under = under;
        this.seed = seed;
        this.random = new SplittableRandom(seed);
    }

    /** One beside it, to be closed before it. */
    Stage another() {
        return new Stage(under, seed);
    }

    BackendUnderTest under() {
        return under;
    }

    Arena arena() {
        return arena;
    }

    /** From the seed; used by the clause's thread only. */
    SplittableRandom random() {
        return random;
    }

    TestAgent agent(String name) {
        TestAgent agent = under.agent(name);
        agents.add(agent);
        return agent;
    }

    /** How storage of this kind is made. */
    Storage storage(MemoryKind kind) {
        return under.storages().stream()
                .filter(s -> s.kind() == kind)
                .findFirst()
                .orElseGet(() ->
                        kind == MemoryKind.FILE ? Storage.files(folder(), "rw") : Storage.named(kind, "jnixl-tck-"));
    }

    /** A number that no store had before. */
    int nextStore() {
        return STORES.incrementAndGet();
    }

    Path folder() {
        Path made = folder;
        if (made == null) {
            try {
                made = Files.createTempDirectory("jnixl-tck");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            folder = made;
        }
        return made;
    }

    /** Waits briefly from now on. */
    void hurry() {
        agents.forEach(TestAgent::hurry);
    }

    /** The arena only when all backends have let go of its memory; left to the process otherwise. */
    @Override
    public void close() {
        try {
            closeAgents();
            arena.close();
        } finally {
            removeFolder();
        }
    }

    private void closeAgents() {
        Throwable first = null;
        for (TestAgent agent : agents) {
            try {
                agent.close();
            } catch (RuntimeException | Error e) {
                first = first == null ? e : first;
            }
        }
        if (first != null) {
            throw new AssertionError("closing everything in order failed: " + first.getMessage(), first);
        }
    }

    private void removeFolder() {
        if (folder == null) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
