// SPDX-License-Identifier: Apache-2.0
package io.jnixl.examples.programs;

import io.jnixl.spi.SelectionPolicy;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A policy with which the program takes backends out of use, and back into it: transfers that are made from then on do without
 * them, those that there are go on. Thread-safe.
 *
 * @since 0.1
 */
public final class DrainedBackends implements SelectionPolicy {
    private final Map<String, String> drained = new ConcurrentHashMap<>();

    /** Out of use, for this reason. */
    public void drain(String backend, String why) {
        drained.put(backend, why);
    }

    /** In use again. */
    public void restore(String backend) {
        drained.remove(backend);
    }

    @Override
    public String name() {
        return "drained";
    }

    @Override
    public Verdict select(Question question) {
        Map<String, String> vetoes = new LinkedHashMap<>();
        for (Candidate candidate : question.candidates()) {
            String why = drained.get(candidate.backend());
            if (why != null) {
                vetoes.put(candidate.backend(), why);
            }
        }
        return vetoes.isEmpty() ? Verdict.NONE : new Verdict(List.of(), "", vetoes);
    }
}
