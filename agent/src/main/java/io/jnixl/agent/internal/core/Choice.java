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
 * The backend that was chosen, or none, and what is known of the others. The verdicts are put into words when somebody asks.
 * Immutable.
 */
final class Choice {
    /**
     * A backend that was looked at.
     *
     * @param obstacle why it is not taken; empty when it can be
     * @param note what else there is to say
     * @param figure what its posts are added to; null unless it is chosen by measurement
     */
    record Contender(
            BackendSlot slot,
            String obstacle,
            String note,
            @Nullable Figure figure) {
        boolean isAble() {
            return obstacle.isEmpty();
        }

        Contender with(String why) {
            return new Contender(slot, why, note, figure);
        }

        /** With more to say; nothing changes where that is empty. */
        Contender noting(String more) {
            return more.isEmpty()
                    ? this
                    : new Contender(slot, obstacle, note.isEmpty() ? more : note + "; " + more, figure);
        }

        Contender measuredBy(Figure some) {
            return new Contender(slot, obstacle, some.describe(), some);
        }
    }

    private final Way way;

    /** In the order of preference; those that the way names and that are missing here come after the choice. */
    private final List<Contender> contenders;

    /** Place of the choice among these, or their number. */
    private final int chosen;

    Choice(Way way, List<Contender> contenders) {
        this.way = way;
        this.contenders = contenders;
        this.chosen = firstAble();
    }

    private int firstAble() {
        for (int i = 0; i < contenders.size(); i++) {
            if (contenders.get(i).isAble()) {
                return i;
            }
        }
        return contenders.size();
    }

    Way way() {
        return way;
    }

    /** Those that were looked at, in the order of preference. */
    List<Contender> contenders() {
        return contenders;
    }

    @Nullable
    BackendSlot slot() {
        return chosen < contenders.size() ? contenders.get(chosen).slot() : null;
    }

    /** What the posts of the one that was chosen are added to; null unless it was chosen by measurement. */
    @Nullable
    Figure figure() {
        return chosen < contenders.size() ? contenders.get(chosen).figure() : null;
    }

    /** The choice after the one that was chosen has failed. */
    Choice next(String why) {
        List<Contender> later = new ArrayList<>(contenders);
        later.set(chosen, contenders.get(chosen).with(why));
        return new Choice(way, later);
    }

    /** The choice after all that would come before this one are left out; null: after all. */
    Choice upTo(@Nullable BackendSlot wanted, String why) {
        Choice choice = this;
        while (choice.slot() != null && choice.slot() != wanted) {
            choice = choice.next(why);
        }
        return choice;
    }

    /** Those that could do it as well, best first; known where the way looks at all. */
    List<BackendSlot> standbys() {
        return contenders.stream()
                .skip(chosen + 1L)
                .filter(Contender::isAble)
                .map(Contender::slot)
                .toList();
    }

    /** With the backends that do not run, which selection does not look at. */
    Explanation explain(AgentImpl agent) {
        List<Explanation.Candidate> all = verdicts();
        Set<String> named = new HashSet<>();
        all.forEach(v -> named.add(v.backend()));
        for (BackendInfo info : agent.backends()) {
            if (info.state() != BackendInfo.State.ACTIVE && named.add(info.name())) {
                String remedy = info.remedy().isEmpty() ? "" : " (" + info.remedy() + ")";
                all.add(new Explanation.Candidate(info.name(), false, info.reason() + remedy));
            }
        }
        BackendSlot slot = slot();
        return new Explanation(slot == null ? null : slot.name, way.name(), all);
    }

    private List<Explanation.Candidate> verdicts() {
        List<Explanation.Candidate> verdicts = new ArrayList<>();
        Set<BackendSlot> seen = new HashSet<>();
        for (int i = 0; i < contenders.size(); i++) {
            Contender one = contenders.get(i);
            String note = one.note().isEmpty() ? "" : "; " + one.note();
            verdicts.add(new Explanation.Candidate(one.slot().name, i == chosen, verdict(i) + note));
            seen.add(one.slot());
        }
        for (BackendSlot slot : way.slots()) {
            if (seen.add(slot)) {
                verdicts.add(new Explanation.Candidate(slot.name, false, after()));
            }
        }
        verdicts.addAll(way.others());
        return verdicts;
    }

    private String verdict(int i) {
        if (i == chosen) {
            return "chosen by " + way.name();
        }
        Contender one = contenders.get(i);
        return one.isAble() ? after() + (way.failover() ? " and would take over" : "") : one.obstacle();
    }

    private String after() {
        BackendSlot slot = slot();
        return "comes after " + (slot == null ? "the others" : slot.name);
    }

    String describe() {
        StringBuilder text = new StringBuilder();
        verdicts().forEach(v -> text.append(text.isEmpty() ? "" : "; ").append(v));
        return text.isEmpty() ? "the agent runs no backend" : text.toString();
    }
}
