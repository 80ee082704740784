// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import io.jnixl.agent.internal.config.Permits;
import io.jnixl.agent.internal.config.SelectionRule;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Chooses the backend of a transfer: the first that can do it, in the order of the caller's hints, else of the first selection
 * rule that matches, else of the agent's backends; the program's policies may change that order. The same question always has
 * the same answer, unless policies are asked or the rule goes by what was measured so far.
 */
final class Selector {
    private final List<BackendSlot> slots;
    private final Permits permits;
    private final Policies policies;

    /** One for each rule, in their order, and the agent's order. */
    private final List<Way> ways = new ArrayList<>();

    Selector(List<BackendSlot> slots, List<SelectionRule> rules, Permits permits, Policies policies) {
        this.slots = List.copyOf(slots);
        this.permits = permits;
        this.policies = policies;
        for (SelectionRule rule : rules) {
            ways.add(Way.ofRule(ways.size() + 1, rule, this.slots, permits));
        }
        ways.add(Way.ofOrder("the order of backends", this.slots, this.slots, permits));
    }

    Choice choose(Demand demand, List<String> hints) {
        Way way = hints.isEmpty() ? way(demand) : Way.ofOrder("the caller", named(hints), slots, permits);
        List<Choice.Contender> contenders = new ArrayList<>(way.slots().size());
        for (BackendSlot slot : way.slots()) {
            String obstacle = demand.obstacle(slot);
            contenders.add(new Choice.Contender(slot, obstacle, "", null));
            if (obstacle.isEmpty() && !way.looksAtAll() && policies.isEmpty()) {
                break;
            }
        }
        Choice choice = new Choice(way, ordered(way, contenders, demand));
        return policies.isEmpty() ? choice : policies.judge(choice, demand);
    }

    private Way way(Demand demand) {
        List<Way> candidates =
                demand.routes().get(demand.operation(), demand.local(), demand.remote(), () -> route(demand));
        int last = candidates.size() - 1;
        for (int i = 0; i < last; i++) {
            if (candidates.get(i).fits(demand.amount())) {
                return candidates.get(i);
            }
        }
        return candidates.get(last);
    }

    /** The ways for this peer and these kinds, up to the first that takes any size. */
    private List<Way> route(Demand demand) {
        List<Way> route = new ArrayList<>();
        for (Way way : ways) {
            if (way.when().matches(demand.operation(), demand.local(), demand.remote(), demand.peer())) {
                route.add(way);
                if (!way.when().asksForSize()) {
                    break;
                }
            }
        }
        return List.copyOf(route);
    }

    private static List<Choice.Contender> ordered(Way way, List<Choice.Contender> contenders, Demand demand) {
        return switch (way.by()) {
            case ORDER -> contenders;
            case COST -> byCost(contenders, demand);
            case MEASURED -> byMeasurement(way, contenders, demand);
        };
    }

    private static List<Choice.Contender> byMeasurement(Way way, List<Choice.Contender> contenders, Demand demand) {
        Contest contest = demand.contests().find(way.name(), demand);
        if (contest != null) {
            return contest.order(contenders);
        }
        String why = "not measured: " + Contests.MOST + " kinds of transfer with this peer are measured already";
        return contenders.stream()
                .map(one -> one.isAble() ? one.noting(why) : one)
                .toList();
    }

    private record Priced(Choice.Contender contender, Cost cost) {}

    /**
     * The cheapest first, of equal ones the first named; behind them, in the order they are named, those that cannot tell.
     * Nobody is asked where there is only one to choose.
     */
    private static List<Choice.Contender> byCost(List<Choice.Contender> contenders, Demand demand) {
        if (contenders.stream().filter(Choice.Contender::isAble).count() < 2) {
            return contenders;
        }
        return contenders.stream()
                .map(one -> priced(one, demand))
                .sorted(Comparator.comparing((Priced p) -> !p.cost().isKnown())
                        .thenComparingLong(p -> p.cost().nanos()))
                .map(Priced::contender)
                .toList();
    }

    private static Priced priced(Choice.Contender one, Demand demand) {
        if (!one.isAble()) {
            return new Priced(one, Cost.unknown(""));
        }
        Cost cost = demand.cost(one.slot());
        return new Priced(one.noting(cost.note()), cost);
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
}
