// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import io.jnixl.api.BackendInfo;
import io.jnixl.api.Explanation;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The backend that was chosen, or none, and the verdict on every running one.
 *
 * @param rule what set the order
 * @param verdicts in the order of preference
 */
record Choice(@Nullable BackendSlot slot, String rule, List<Explanation.Candidate> verdicts) {

    /** With the backends that do not run, which selection does not look at. */
    Explanation explain(AgentImpl agent) {
        List<Explanation.Candidate> all = new ArrayList<>(verdicts);
        Set<String> named = new HashSet<>();
        verdicts.forEach(v -> named.add(v.backend()));
        for (BackendInfo info : agent.backends()) {
            if (info.state() != BackendInfo.State.ACTIVE && named.add(info.name())) {
                String remedy = info.remedy().isEmpty() ? "" : " (" + info.remedy() + ")";
                all.add(new Explanation.Candidate(info.name(), false, info.reason() + remedy));
            }
        }
        return new Explanation(slot == null ? null : slot.name, rule, all);
    }

    String describe() {
        StringBuilder text = new StringBuilder();
        verdicts.forEach(v -> text.append(text.isEmpty() ? "" : "; ").append(v));
        return text.isEmpty() ? "the agent runs no backend" : text.toString();
    }
}
