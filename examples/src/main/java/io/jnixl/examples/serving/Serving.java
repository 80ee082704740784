// SPDX-License-Identifier: Apache-2.0
package io.jnixl.examples.serving;

import io.jnixl.api.Agent;
import io.jnixl.api.NixlException;
import io.jnixl.api.Peer;
import io.jnixl.examples.serving.model.ModelConfig;
import io.jnixl.examples.serving.model.Weights;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One run, from the decode side: has every prompt answered, and compares with one agent doing all of it. */
final class Serving {
    /** How long the reason of a failure may take to arrive after the failure itself. */
    private static final Duration REASON = Duration.ofSeconds(2);

    private static final Duration END = Duration.ofSeconds(60);

    private final DemoOptions options;
    private final Report report;
    private final Agent agent;
    private final ModelConfig config;
    private final Weights weights;

    Serving(DemoOptions options, Report report, Agent agent, Weights weights) {
        this.options = options;
        this.report = report;
        this.agent = agent;
        this.config = weights.config();
        this.weights = weights;
    }

    /**
     * Runs.
     *
     * @param file where finished pages go
     * @return whether all tokens are right, and a repeated prompt came from the file
     */
    boolean run(List<byte[]> prompts, PrefillSide prefill, Path file)
            throws IOException, InterruptedException, ExecutionException, TimeoutException {
        try (Decoder decoder = new Decoder(agent, weights, file, options.corrupt())) {
            Introduction introduction = prefill.introduce(decoder.metadata());
            Peer peer = agent.loadPeer(introduction.metadata());
            report.sides(agent, introduction);
            report.choices(agent, introduction, decoder.store());
            prefill.result().exceptionally(reason -> {
                agent.close(); // decode would wait for pages that never come
                return null;
            });
            boolean equal = answerAll(prompts, decoder, peer, prefill);
            report.figures(stop(peer, prefill), decoder.store());
            return equal && restoredSomething(prompts, decoder.store());
        }
    }

    private boolean answerAll(List<byte[]> prompts, Decoder decoder, Peer peer, PrefillSide prefill)
            throws ExecutionException, InterruptedException {
        boolean equal = true;
        for (int i = 0; i < prompts.size(); i++) {
            byte[] prompt = prompts.get(i);
            Decoder.Answer answer;
            try {
                answer = decoder.answer(prompt, options.tokens(), peer);
            } catch (NixlException e) {
                throw reason(prefill, e);
            }
            boolean same = Arrays.equals(answer.tokens(), OneAgent.answer(prompt, options.tokens(), config, weights));
            equal &= same;
            report.answer(i + 1, prompt.length, answer, same);
        }
        return equal;
    }

    private Figures stop(Peer peer, PrefillSide prefill)
            throws ExecutionException, InterruptedException, TimeoutException {
        try {
            agent.sendNotification(peer, Messages.encode(new Messages.Stop()));
        } catch (NixlException e) {
            throw reason(prefill, e);
        }
        return prefill.result().get(END.toSeconds(), TimeUnit.SECONDS);
    }

    /** Answers with what decode noticed, unless the other side has a reason for it: that one is thrown. */
    private static NixlException reason(PrefillSide prefill, NixlException noticed)
            throws ExecutionException, InterruptedException {
        try {
            prefill.result().get(REASON.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            noticed.addSuppressed(e);
        }
        return noticed;
    }

    /** A repeated prompt must have been answered from the file, or half of the demo did not happen. */
    private boolean restoredSomething(List<byte[]> prompts, PrefixStore store) {
        boolean expected = Prompts.repeat(prompts);
        if (expected && store.loadedBytes() == 0) {
            report.line("a prompt was repeated, and nothing was restored from the file");
        }
        return !expected || store.loadedBytes() > 0;
    }
}
