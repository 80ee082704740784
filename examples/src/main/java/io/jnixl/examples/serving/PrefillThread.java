// SPDX-License-Identifier: Apache-2.0
package io.jnixl.examples.serving;

import io.jnixl.api.Agent;
import io.jnixl.examples.serving.model.Weights;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** The prefill side as a thread of this process, with an agent of its own. */
final class PrefillThread implements PrefillSide {
    private final Agent agent = Agent.create("prefill");
    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("prefill").factory());
    private final Weights weights;
    private @Nullable Prefiller prefiller;
    private @Nullable CompletableFuture<Figures> result;

    PrefillThread(Weights weights) {
        this.weights = weights;
    }

    @Override
    public Introduction introduce(byte[] decodeMetadata) {
        Prefiller ready = new Prefiller(agent, agent.loadPeer(decodeMetadata), weights);
        prefiller = ready;
        Introduction introduction = ready.introduction();
        result = CompletableFuture.supplyAsync(ready::serve, thread);
        return introduction;
    }

    @Override
    public CompletableFuture<Figures> result() {
        return Objects.requireNonNull(result, "introduce comes first");
    }

    @Override
    public void close() {
        agent.close(); // ends the thread's wait, should it still wait
        thread.close();
        if (prefiller != null) {
            prefiller.close();
        }
    }
}
