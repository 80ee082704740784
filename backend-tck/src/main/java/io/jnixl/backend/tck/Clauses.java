// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.tck;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.junit.jupiter.api.DynamicTest;

/** Collects the clauses that apply to one backend. */
final class Clauses {
    private static final List<Consumer<Clauses>> GROUPS = List.of(
            ProviderClauses::addTo,
            BackendClauses::addTo,
            MemoryClauses::addTo,
            TransferClauses::addTo,
            CompletionClauses::addTo,
            ProgressClauses::addTo,
            CancelClauses::addTo,
            NotificationClauses::addTo,
            DeliveryClauses::addTo,
            PeerClauses::addTo,
            ThreadClauses::addTo,
            GarbageClauses::addTo,
            CloseClauses::addTo,
            LeakClauses::addTo);

    private final BackendUnderTest under;
    private final Traits traits;
    private final Summary summary;
    private final List<DynamicTest> tests = new ArrayList<>();
    private final Set<String> names = new TreeSet<>();
    private final Set<String> applying = new TreeSet<>();

    private Clauses(BackendUnderTest under, Traits traits, Summary summary) {
        this.under = under;
        this.traits = traits;
        this.summary = summary;
    }

    static List<DynamicTest> of(BackendUnderTest under, Summary summary, Consumer<Clauses> group) {
        Clauses clauses = new Clauses(under, Traits.of(under), summary);
        clauses.requireKnownExceptions();
        group.accept(clauses);
        summary.offered(under.provider().name(), clauses.names);
        return clauses.tests;
    }

    /** The sentences of all clauses that apply to this backend. */
    static Set<String> applying(BackendUnderTest under) {
        Clauses all = new Clauses(under, Traits.of(under), new Summary());
        GROUPS.forEach(group -> group.accept(all));
        return all.applying;
    }

    /** An exception for a clause that has been renamed would silently be none. */
    private void requireKnownExceptions() {
        if (under.exceptions().isEmpty()) {
            return;
        }
        Clauses all = new Clauses(under, traits, new Summary());
        GROUPS.forEach(group -> group.accept(all));
        for (String name : under.exceptions().keySet()) {
            if (!all.names.contains(name)) {
                throw new IllegalArgumentException(
                        "there is no clause \"" + name + "\" to leave out; there are " + all.names);
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
     * @param name a sentence
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
        String reason = under.exceptions().get(name);
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
