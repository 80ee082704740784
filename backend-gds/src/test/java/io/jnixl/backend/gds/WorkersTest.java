// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.gds;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.api.Operation;
import io.jnixl.api.Status;
import io.jnixl.backend.tck.Await;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkersTest {
    @TempDir
    Path folder;

    /** Fails in the middle of a move, as nothing should. */
    private record Broken(List<String> calls) implements Mover {
        @Override
        public int room() {
            return 1;
        }

        @Override
        public void move(Load load) {
            throw new AssertionError("broken");
        }

        @Override
        public void giveUp(Load load) {
            calls.add("given up");
        }

        @Override
        public void close() {
            calls.add("closed");
        }
    }

    /** Until then cuFile may write into memory that is the application's again. */
    @Test
    void aThreadThatDiesGivesUpWhatMovesBeforeThePostEnds() {
        List<String> calls = new CopyOnWriteArrayList<>();
        Workers workers = Workers.start(1, _ -> new Broken(calls), "broken");
        try (Rig rig = new Rig("GDS_MT")) {
            MemorySegment memory = rig.memory(64);
            Rig.Post post = rig.post(
                            Operation.WRITE, rig.register(memory), rig.file("rw,create", folder.resolve("f")), 1)
                    .add(memory.address(), 0, 64);
            post.ends.callback = () -> calls.add("told");
            post.transfer.begin();
            assertThat(workers.submit(post.transfer)).isEqualTo(Status.IN_PROGRESS);
            assertThat(post.ends.await(1)).isEqualTo(Status.BACKEND);
            assertThat(post.ends.text()).contains("thread broken-0 died", "close the agent");
            workers.close(() -> calls.add("freed"));
            assertThat(calls).containsExactly("given up", "told", "closed", "freed");
        }
    }

    /** It cannot wait for itself; who opens the next backend finds cuFile's driver closed all the same. */
    @Test
    void aThreadThatClosesThemFromACallbackFreesWhatTheyUsedWhenItEnds() {
        List<String> calls = new CopyOnWriteArrayList<>();
        Workers workers = Workers.start(2, _ -> new CallMover(), "own");
        try (Rig rig = new Rig("GDS_MT")) {
            MemorySegment memory = rig.memory(64);
            Rig.Post post = rig.post(
                            Operation.WRITE, rig.register(memory), rig.file("rw,create", folder.resolve("f")), 1)
                    .add(memory.address(), 0, 64);
            post.ends.callback = () -> {
                workers.close(
                        () -> calls.add("freed by " + Thread.currentThread().getName()));
                calls.add("closed by " + Thread.currentThread().getName());
            };
            post.transfer.begin();
            assertThat(workers.submit(post.transfer)).isEqualTo(Status.IN_PROGRESS);
            assertThat(post.ends.await(1)).isEqualTo(Status.SUCCESS);
            Await.until("the end of its thread", () -> calls.size() == 2);
            assertThat(calls.getFirst()).startsWith("closed by own-");
            assertThat(calls.getLast()).isEqualTo(calls.getFirst().replace("closed", "freed"));
        }
    }
}
