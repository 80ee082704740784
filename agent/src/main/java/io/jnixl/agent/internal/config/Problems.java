// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.config;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import java.util.ArrayList;
import java.util.List;

/** All that is wrong with the settings, so that a user sees it at once and not one error per start. */
final class Problems {
    private static final int SHOWN = 20;

    private record Problem(String message, String remedy) {
        @Override
        public String toString() {
            return remedy.isEmpty() ? message : message + "; " + remedy;
        }
    }

    private final List<Problem> problems = new ArrayList<>();
    private int count;

    void add(String message) {
        add(message, "");
    }

    /** Takes a problem and what to do about it; only the first ones are kept. */
    void add(String message, String remedy) {
        count++;
        if (problems.size() < SHOWN) {
            problems.add(new Problem(message, remedy));
        }
    }

    /** Throws what was added, if anything was. */
    void throwIfAny() {
        if (count == 0) {
            return;
        }
        if (count == 1 && !problems.getFirst().remedy().isEmpty()) {
            throw NixlException.of(ErrorCode.INVALID_PARAM, problems.getFirst().message())
                    .remedy(problems.getFirst().remedy())
                    .build();
        }
        throw new NixlException(ErrorCode.INVALID_PARAM, render());
    }

    private String render() {
        if (count == 1) {
            return problems.getFirst().toString();
        }
        StringBuilder text = new StringBuilder(count + " settings are wrong:");
        for (Problem problem : problems) {
            text.append("\n  ").append(problem);
        }
        if (count > problems.size()) {
            text.append("\n  and ").append(count - problems.size()).append(" more");
        }
        return text.toString();
    }
}
