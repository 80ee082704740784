// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import io.jnixl.agent.internal.config.Permits;
import io.jnixl.agent.internal.config.SelectionRule;
import io.jnixl.agent.internal.config.SelectionWhen;
import io.jnixl.api.Explanation;
import java.util.ArrayList;
import java.util.List;

/**
 * One way to choose: what a rule, the caller or the agent's order says, worked out for the backends that run. Immutable.
 *
 * @param name what decides, for explanations
 * @param when the transfers it is for
 * @param slots the backends to try, in order
 * @param others verdicts on the rest
 * @param by what orders those that can do it
 * @param failover whether the next takes over from one that fails
 */
record Way(
        String name,
        SelectionWhen when,
        List<BackendSlot> slots,
        List<Explanation.Candidate> others,
        SelectionRule.By by,
        boolean failover) {

    static Way ofRule(int number, SelectionRule rule, List<BackendSlot> all, Permits permits) {
        String name = "rule " + number + " (" + rule.origin() + ")";
        List<BackendSlot> order = rule.use().isEmpty() ? all : named(rule.use(), all);
        Draft draft = new Draft(name, all, order);
        draft.keepOut(rule.permits(), name, name);
        draft.keepOut(permits);
        return draft.way(rule.when(), rule.by(), rule.failover());
    }

    /** One that no rule asks for: the caller's list, or all. */
    static Way ofOrder(String name, List<BackendSlot> order, List<BackendSlot> all, Permits permits) {
        Draft draft = new Draft(name, all, order);
        draft.keepOut(permits);
        return draft.way(SelectionWhen.ALWAYS, SelectionRule.By.ORDER, false);
    }

    private static List<BackendSlot> named(List<String> names, List<BackendSlot> all) {
        return names.stream()
                .flatMap(name -> all.stream().filter(slot -> slot.name.equals(name)))
                .toList();
    }

    /** The same, after somebody else has put the backends in order. */
    Way orderedBy(String who) {
        return new Way(who + " after " + name, when, slots, others, by, failover);
    }

    /** Whether transfers of this size are meant. */
    boolean fits(Amount amount) {
        return !when.asksForSize()
                || (when.descriptors().has(amount.descriptors())
                        && (when.bytes().isAll() || when.bytes().has(amount.bytes())));
    }

    /** Whether more than the first that can do it has to be known. */
    boolean looksAtAll() {
        return by != SelectionRule.By.ORDER || failover;
    }

    /** The backends in order, less those that are kept out. */
    private static final class Draft {
        private final String name;
        private final List<BackendSlot> slots;
        private final List<Explanation.Candidate> others = new ArrayList<>();

        Draft(String name, List<BackendSlot> all, List<BackendSlot> order) {
            this.name = name;
            slots = new ArrayList<>(order);
            for (BackendSlot slot : all) {
                if (!order.contains(slot)) {
                    others.add(new Explanation.Candidate(slot.name, false, "not named by " + name));
                }
            }
        }

        void keepOut(Permits permits) {
            keepOut(permits, "agent.selection_deny", "agent.selection_allow");
        }

        void keepOut(Permits permits, String denier, String allower) {
            slots.removeIf(slot -> {
                String objection = permits.objection(slot.name);
                if (!objection.isEmpty()) {
                    String who = permits.deny().contains(slot.name) ? denier : allower;
                    others.add(new Explanation.Candidate(slot.name, false, objection + who));
                }
                return !objection.isEmpty();
            });
        }

        Way way(SelectionWhen when, SelectionRule.By by, boolean failover) {
            String decides = by == SelectionRule.By.MEASURED ? name + ", by measurement" : name;
            return new Way(decides, when, List.copyOf(slots), List.copyOf(others), by, failover);
        }
    }
}
