// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Which backend is fastest at one kind of transfer: each is tried until its figure is believed, then the fastest is kept.
 * Asking changes nothing; making transfers and posting them does.
 */
final class Contest {
    /** Figures this close to the best are equal to it, and the order of preference decides. */
    private static final double TIE = 0.95;

    /** How much faster than the one that is kept another has to be: choices should not flap. */
    private static final double BETTER = 1.25;

    private final Map<BackendSlot, Figure> figures = new ConcurrentHashMap<>();

    /** The fastest when a transfer was made with it last. */
    private volatile @Nullable Figure kept;

    /** A candidate with its figure as it was at one moment, for others change it meanwhile. */
    private record Standing(Choice.Contender contender, Figure figure, boolean measured, boolean givenUp, double rate) {
        static Standing of(Choice.Contender one, Figure figure) {
            boolean measured = figure.isMeasured();
            return new Standing(
                    one.measuredBy(figure), figure, measured, !measured && figure.isGivenUp(), figure.rate());
        }
    }

    /**
     * Those to try first, in the order they come in; then the fastest, the other ones by their speed, those that were given up
     * and those that cannot do it.
     */
    List<Choice.Contender> order(List<Choice.Contender> contenders) {
        List<Standing> able = contenders.stream()
                .filter(Choice.Contender::isAble)
                .map(one -> Standing.of(one, figures.computeIfAbsent(one.slot(), slot -> new Figure(this))))
                .toList();
        Standing winner = winner(able.stream().filter(Standing::measured).toList());
        List<Choice.Contender> ordered = new ArrayList<>(able.stream()
                .sorted(Comparator.comparingInt((Standing one) -> place(one, winner))
                        .thenComparingDouble(one -> one.measured() ? -one.rate() : 0))
                .map(Standing::contender)
                .toList());
        contenders.stream().filter(one -> !one.isAble()).forEach(ordered::add);
        return ordered;
    }

    private static int place(Standing one, @Nullable Standing winner) {
        if (one.measured()) {
            return one.equals(winner) ? 1 : 2;
        }
        return one.givenUp() ? 3 : 0;
    }

    /** The one that is kept, unless others are so much faster; else the first named of those that are as good as the best. */
    private @Nullable Standing winner(List<Standing> measured) {
        Figure holder = kept;
        List<Standing> rivals = measured;
        for (Standing one : measured) {
            if (one.figure().equals(holder)) {
                rivals = measured.stream()
                        .filter(other -> other.rate() > BETTER * one.rate())
                        .toList();
                if (rivals.isEmpty()) {
                    return one;
                }
            }
        }
        double best = rivals.stream().mapToDouble(Standing::rate).max().orElse(0);
        return rivals.stream()
                .filter(one -> one.rate() >= TIE * best)
                .findFirst()
                .orElse(null);
    }

    /** A transfer is about to be made with the backend of this figure. */
    void tried(Figure figure) {
        Figure holder = kept;
        if (figure.isMeasured() && (holder == null || figure.rate() > BETTER * holder.rate())) {
            kept = figure;
        }
    }
}
