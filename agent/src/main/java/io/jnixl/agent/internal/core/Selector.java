// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import io.jnixl.agent.internal.config.SelectionRule;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.Explanation;
import io.jnixl.api.MemoryKind;
import io.jnixl.api.NixlException;
import io.jnixl.api.Operation;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Chooses the backend of a transfer: the first that can do it, in the order of the caller's hints, else of the first selection
 * rule that matches, else of the agent's backends. The same question always has the same answer.
 */
final class Selector {
    private final List<BackendSlot> slots;
    private final List<SelectionRule> rules;

    Selector(List<BackendSlot> slots, List<SelectionRule> rules) {
        this.slots = slots;
        this.rules = rules;
    }

    private record Order(String rule, List<BackendSlot> slots) {}

    Choice choose(Operation operation, PreparedImpl local, PreparedImpl remote, List<String> hints, boolean notifies) {
        Order order = order(local, remote, hints);
        List<Explanation.Candidate> verdicts = new ArrayList<>(slots.size());
        BackendSlot chosen = null;
        for (BackendSlot slot : order.slots()) {
            String obstacle =
                    chosen != null ? "comes after " + chosen.name : obstacle(slot, operation, local, remote, notifies);
            if (obstacle.isEmpty()) {
                chosen = slot;
            }
            verdicts.add(new Explanation.Candidate(
                    slot.name, chosen == slot, chosen == slot ? "chosen by " + order.rule() : obstacle));
        }
        for (BackendSlot slot : slots) {
            if (!order.slots().contains(slot)) {
                verdicts.add(new Explanation.Candidate(slot.name, false, "not named by " + order.rule()));
            }
        }
        return new Choice(chosen, order.rule(), verdicts);
    }

    private static String obstacle(
            BackendSlot slot, Operation operation, PreparedImpl local, PreparedImpl remote, boolean notifies) {
        if (notifies && !slot.capabilities.notifications()) {
            return "sends no notifications";
        }
        if (local.resolution(slot) == null) {
            return local.reason(slot);
        }
        if (remote.resolution(slot) == null) {
            return remote.reason(slot);
        }
        MemoryKind from = local.list().kind();
        MemoryKind to = remote.list().kind();
        return slot.backend.moves(operation, from, to)
                ? ""
                : "does no " + operation + " between " + from + " and " + to;
    }

    private Order order(PreparedImpl local, PreparedImpl remote, List<String> hints) {
        if (!hints.isEmpty()) {
            return new Order("the caller", named(hints));
        }
        LivePeer peer = remote.livePeer();
        String name = peer == null ? "" : peer.name();
        for (int i = 0; i < rules.size(); i++) {
            SelectionRule rule = rules.get(i);
            if (rule.matches(local.list().kind(), remote.list().kind(), name)) {
                return new Order("rule " + (i + 1) + " (" + rule.origin() + ")", present(rule.use()));
            }
        }
        return new Order("the order of backends", slots);
    }

    /** The slots of these names; a caller who names one that is not there has made a mistake. */
    List<BackendSlot> named(List<String> names) {
        Set<BackendSlot> found = new LinkedHashSet<>();
        for (String name : names) {
            found.add(slots.stream()
                    .filter(slot -> slot.name.equals(name))
                    .findFirst()
                    .orElseThrow(() -> NixlException.of(
                                    ErrorCode.NOT_FOUND,
                                    "backend " + name + " does not run in this agent; there are " + slots)
                            .remedy("Agent.backends() says why")
                            .build()));
        }
        return List.copyOf(found);
    }

    private List<BackendSlot> present(List<String> names) {
        Set<BackendSlot> found = new LinkedHashSet<>();
        names.forEach(name -> slots.stream()
                .filter(slot -> slot.name.equals(name))
                .findFirst()
                .ifPresent(found::add));
        return List.copyOf(found);
    }
}
