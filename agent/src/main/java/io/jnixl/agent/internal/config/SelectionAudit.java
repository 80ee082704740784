// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.config;

import io.jnixl.spi.OptionSpec;
import java.util.ArrayList;
import java.util.List;

/** Looks for what is legal in the selection's settings and probably not meant. */
final class SelectionAudit {
    private final List<SelectionRule> rules;
    private final Settings settings;
    private final Family backends;
    private final List<String> warnings = new ArrayList<>();

    private SelectionAudit(List<SelectionRule> rules, Settings settings, Family backends) {
        this.rules = rules;
        this.settings = settings;
        this.backends = backends;
    }

    /** What to tell the user. */
    static List<String> warnings(List<SelectionRule> rules, Settings settings, Family backends) {
        SelectionAudit audit = new SelectionAudit(rules, settings, backends);
        audit.names(AgentOptions.SELECTION_ALLOW);
        audit.names(AgentOptions.SELECTION_DENY);
        audit.rules();
        return audit.warnings;
    }

    private void names(OptionSpec<List<String>> option) {
        for (String name : settings.get(option)) {
            if (!backends.has(name)) {
                warnings.add("agent." + option.name() + " names backend " + Shown.text(name) + ", which was not found; "
                        + Spelling.remedy(name, backends.names()));
            }
        }
    }

    private void rules() {
        Permits permits = settings.permits();
        for (int i = 0; i < rules.size(); i++) {
            SelectionRule rule = rules.get(i);
            coveredBy(i);
            List<String> named = rule.use();
            if (!named.isEmpty() && named.stream().noneMatch(permits::has)) {
                warnings.add(name(i) + " leaves no backend: agent." + AgentOptions.SELECTION_ALLOW.name()
                        + " and agent." + AgentOptions.SELECTION_DENY.name() + " keep out all that it names");
            }
            if (rule.failover() && named.stream().filter(rule.permits()::has).count() == 1) {
                warnings.add(name(i) + " has one backend only, from which nobody can take over");
            }
        }
    }

    private void coveredBy(int i) {
        for (int earlier = 0; earlier < i; earlier++) {
            if (rules.get(earlier).when().covers(rules.get(i).when())) {
                warnings.add(name(i) + " is never reached: " + name(earlier) + " speaks of all that it speaks of");
                return;
            }
        }
    }

    private String name(int i) {
        return "selection rule " + (i + 1) + " (" + rules.get(i).origin() + ")";
    }
}
