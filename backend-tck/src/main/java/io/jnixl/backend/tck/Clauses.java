// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.tck;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.junit.jupiter.api.DynamicTest;

/** Collects the clauses that apply to one backend. */
final class Clauses {
    /** In the order of the page that has the clauses. */
    private static final List<Consumer<Clauses>> GROUPS = List.of(
            ProviderClauses::addTo,
            BackendClauses::addTo,
            MemoryClauses::addTo,
            TransferClauses::addTo,
            CompletionClauses::addTo,
            ProgressClauses::addTo,
            CancelClauses::addTo,
            GarbageClauses::addTo,
            NotificationClauses::addTo,
            DeliveryClauses::addTo,
            PeerClauses::addTo,
            ThreadClauses::addTo,
            CloseClauses::addTo,
            LeakClauses::addTo);

    private final BackendUnderTest under;
    private final Traits traits;
    private final Summary summary;
    private final List<DynamicTest> tests = new ArrayList<>();
    /** In the order in which they were added. */
    private final Set<String> names = new LinkedHashSet<>();

    private final Set<String> applying = new TreeSet<>();

    private Clauses(BackendUnderTest under, Traits traits, Summary summary) {
        this.under = under;
        this.traits = traits;
        this.summary = summary;
    }

    static List<DynamicTest> of(BackendUnderTest under, Summary summary, Consumer<Clauses> group) {
        Seed.requireNumber();
        Clauses clauses = new Clauses(under, summary.ask(under), summary);
        Set<String> all = whole(under, clauses.traits).names;
        clauses.requireKnownExceptions(all);
        group.accept(clauses);
        summary.offered(under.provider().name(), clauses.names, all);
        return clauses.tests;
    }

    private static Clauses whole(BackendUnderTest under, Traits traits) {
        Clauses all = new Clauses(under, traits, new Summary());
        GROUPS.forEach(group -> group.accept(all));
        return all;
    }

    /** The names of all clauses that apply to this backend. */
    static Set<String> applying(BackendUnderTest under) {
        return whole(under, Traits.of(under)).applying;
    }

    /** The names of all clauses in the page's order, among them those that do not apply to this backend. */
    static Set<String> names(BackendUnderTest under) {
        return whole(under, Traits.of(under)).names;
    }

    /** An exception for a clause that is not there would silently be none. */
    private void requireKnownExceptions(Set<String> all) {
        List<String> numbers = all.stream().map(Clause::number).toList();
        for (String number : under.exceptions().keySet()) {
            if (!numbers.contains(number)) {
                throw new IllegalArgumentException(
                        "there is no clause \"" + number + "\" to leave out; there are " + numbers);
            }
        }
    }

    BackendUnderTest under() {
        return under;
    }

    Traits traits() {
        return traits;
    }

    /**
     * Adds a clause.
     *
     * @param name its number, which no other clause has had before, and a sentence
     * @param because what the SPI says
     */
    void add(String name, String because, Clause.Body<Stage> body) {
        add(name, "", because, body);
    }

    /** Adds a clause for backends of which this holds. */
    void addIf(boolean applies, String name, String because, Clause.Body<Stage> body) {
        names.add(name);
        if (applies) {
            add(name, because, body);
        }
    }

    /** Adds a clause for each of these ways. */
    void along(List<Route> routes, String name, String because, Clause.Body<Rig> body) {
        names.add(name);
        for (Route route : routes) {
            add(name, " (" + route + ")", because, stage -> body.run(new Rig(stage, route)));
        }
    }

    /** Adds a clause for each way there is. */
    void everyWay(String name, String because, Clause.Body<Rig> body) {
        along(traits.routes(), name, because, body);
    }

    private void add(String name, String way, String because, Clause.Body<Stage> body) {
        names.add(name);
        applying.add(name);
        Optional<String> only = under.only();
        if (only.isPresent() && !only.get().equals(name)) {
            return;
        }
        String reason = under.exceptions().get(Clause.number(name));
        if (reason == null) {
            Clause clause = new Clause(name + way, because, under, body);
            tests.add(DynamicTest.dynamicTest(name + way, () -> summary.run(name, way, clause)));
        } else {
            String excepted = name + way + ": left out, since " + reason;
            summary.leftOut(name, reason);
            tests.add(DynamicTest.dynamicTest(excepted, () -> System.out.println(excepted)));
        }
    }
}
