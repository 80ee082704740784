// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import io.jnixl.agent.internal.config.Shown;
import io.jnixl.agent.internal.discovery.Fatal;
import io.jnixl.agent.internal.discovery.Thrown;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.spi.SelectionPolicy;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The program's policies: each in turn orders, or keeps out, what the rules and the policies before it have left. Immutable. */
final class Policies {
    private static final int LONGEST_NAME = 64;

    private record Named(String name, SelectionPolicy policy) {}

    private final List<Named> all = new ArrayList<>();

    /**
     * Asks each for its name.
     *
     * @throws NixlException when one has none that is fit for messages, or two have the same
     */
    Policies(List<SelectionPolicy> policies) {
        Set<String> names = new HashSet<>();
        for (SelectionPolicy policy : policies) {
            String what = "selection policy " + policy.getClass().getName();
            String name = orDefect(what, policy::name);
            if (name.isBlank() || name.length() > LONGEST_NAME || !names.add(name)) {
                throw NixlException.of(
                                ErrorCode.INVALID_PARAM,
                                what + " has the name \"" + Shown.text(name)
                                        + "\", which is blank, too long, or another policy's")
                        .remedy("let each policy have a name of its own, of at most " + LONGEST_NAME + " characters")
                        .build();
            }
            all.add(new Named(Shown.text(name), policy));
        }
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    /** What they make of a choice in which every backend was looked at. */
    Choice judge(Choice choice, Demand demand) {
        Map<BackendSlot, Asked> costs = new LinkedHashMap<>();
        Choice judged = choice;
        for (Named one : all) {
            List<Asked> candidates = new ArrayList<>();
            for (Choice.Contender contender : judged.contenders()) {
                if (contender.isAble()) {
                    candidates.add(costs.computeIfAbsent(contender.slot(), slot -> new Asked(slot, demand)));
                }
            }
            if (candidates.isEmpty()) {
                return judged;
            }
            SelectionPolicy.Question question = question(demand, candidates);
            judged = follow(
                    judged,
                    one.name(),
                    orDefect(
                            "selection policy " + one.name(), () -> one.policy().select(question)));
        }
        return judged;
    }

    private static SelectionPolicy.Question question(Demand demand, List<Asked> candidates) {
        return new SelectionPolicy.Question(
                demand.operation(),
                demand.local(),
                demand.remote(),
                demand.peer(),
                demand.amount().bytes(),
                demand.amount().descriptors(),
                List.copyOf(candidates));
    }

    private static Choice follow(Choice choice, String policy, SelectionPolicy.Verdict verdict) {
        List<Choice.Contender> contenders = new ArrayList<>();
        for (Choice.Contender one : choice.contenders()) {
            String veto = verdict.vetoes().get(one.slot().name);
            contenders.add(
                    veto == null || !one.isAble()
                            ? one
                            : one.with("vetoed by policy " + policy + ": " + Shown.text(veto)));
        }
        List<String> order = verdict.order();
        if (contenders.stream().noneMatch(one -> one.isAble() && order.contains(one.slot().name))) {
            return new Choice(choice.way(), contenders);
        }
        contenders.sort(Comparator.comparingInt(one -> place(one, order)));
        contenders.set(0, contenders.getFirst().noting(Shown.text(verdict.why())));
        return new Choice(choice.way().orderedBy("policy " + policy), contenders);
    }

    /** Those that the order names, then the others that can do it, then those that cannot. */
    private static int place(Choice.Contender one, List<String> order) {
        int named = order.indexOf(one.slot().name);
        return !one.isAble() ? order.size() + 1 : named < 0 ? order.size() : named;
    }

    private static <T> T orDefect(String what, Supplier<T> call) {
        try {
            return Objects.requireNonNull(call.get(), "it answered null");
        } catch (Throwable e) {
            Fatal.rethrow(e);
            throw NixlException.of(
                            ErrorCode.INVALID_PARAM,
                            what + " threw " + Thrown.described(e) + ", which is a defect of the policy")
                    .remedy("mend the policy, or do not hand it to the agent")
                    .cause(e)
                    .build();
        }
    }

    /** A candidate that is asked for its cost at most once. */
    private static final class Asked implements SelectionPolicy.Candidate {
        private final BackendSlot slot;
        private final Demand demand;
        private @Nullable Cost cost;

        Asked(BackendSlot slot, Demand demand) {
            this.slot = slot;
            this.demand = demand;
        }

        @Override
        public String backend() {
            return slot.name;
        }

        @Override
        public OptionalLong expectedNanos() {
            if (cost == null) {
                cost = demand.cost(slot);
            }
            return cost.isKnown() ? OptionalLong.of(cost.nanos()) : OptionalLong.empty();
        }

        @Override
        public String toString() {
            return slot.name;
        }
    }
}
