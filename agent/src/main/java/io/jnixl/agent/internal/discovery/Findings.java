// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.discovery;

import io.jnixl.agent.internal.discovery.Found.Broken;
import io.jnixl.agent.internal.discovery.Found.Usable;
import io.jnixl.agent.internal.plugins.ContextLoader;
import io.jnixl.spi.BackendProvider;
import io.jnixl.spi.SpiVersion;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What was found so far, in order. Sees that no provider comes twice and no name is told by two. */
final class Findings {
    private final List<Found> found = new ArrayList<>();
    private final Map<String, Usable> byName = new HashMap<>();
    private final Map<Class<?>, Found> byClass = new HashMap<>();
    private final Map<Class<?>, String> places = new HashMap<>();
    private final Set<List<String>> unloadable = new HashSet<>();

    List<Found> found() {
        return List.copyOf(found);
    }

    /**
     * Takes an instance that the program made. It may lack {@link SpiVersion}, since the program was compiled with it; one
     * that says a wrong version is refused.
     */
    void add(BackendProvider provider) {
        Class<?> type = provider.getClass();
        String origin = "program (" + type.getName() + ")";
        SpiVersion version = type.getAnnotation(SpiVersion.class);
        Diagnosis wrong = version == null ? null : SpiCheck.compare(version.value());
        Found result = wrong == null
                ? unlessNameTaken(Interview.ask(provider, origin))
                : new Broken(type.getName(), origin, wrong.reason(), wrong.remedy(), null);
        found.add(result);
        note(type, Place.of(type), result);
    }

    /** Takes a class: checks it, instantiates it, asks it. */
    void add(Candidate candidate) {
        Found first = byClass.get(candidate.type());
        if (first == null) {
            Found result = unlessNameTaken(consider(candidate));
            found.add(result);
            note(candidate.type(), candidate.place(), result);
        } else if (!candidate.place().equals(places.get(candidate.type()))) {
            found.add(duplicate(first.name(), candidate.origin(), first.origin()));
        }
    }

    /** Takes a provider that did not get as far as a class, once for each jar or folder that lists it. */
    void broken(String className, String place, String origin, Diagnosis why, @Nullable Throwable cause) {
        if (unloadable.add(List.of(className, place))) {
            found.add(new Broken(className, origin, why.reason(), why.remedy(), cause));
        }
    }

    private void note(Class<?> type, String place, Found result) {
        byClass.putIfAbsent(type, result);
        places.putIfAbsent(type, place);
    }

    private static Found consider(Candidate candidate) {
        try {
            Diagnosis obstacle = candidate.obstacle();
            return obstacle == null ? meet(candidate) : broken(candidate, obstacle, null);
        } catch (Throwable e) {
            Fatal.rethrow(e);
            return broken(candidate, Diagnosis.ofLoading(candidate.type().getName(), e), e);
        }
    }

    private static Found meet(Candidate candidate) {
        try (ContextLoader _ = ContextLoader.of(candidate.type())) {
            return Interview.ask(candidate.maker().make(), candidate.origin());
        } catch (Throwable e) {
            Throwable cause = Construction.unwrap(e);
            Fatal.rethrow(cause);
            return broken(candidate, Construction.diagnose(candidate.type(), cause), cause);
        }
    }

    private static Broken broken(Candidate candidate, Diagnosis why, @Nullable Throwable cause) {
        return new Broken(candidate.type().getName(), candidate.origin(), why.reason(), why.remedy(), cause);
    }

    private Found unlessNameTaken(Found result) {
        if (!(result instanceof Usable usable)) {
            return result;
        }
        Usable first = byName.putIfAbsent(usable.name(), usable);
        return first == null ? usable : duplicate(usable.name(), usable.origin(), first.origin());
    }

    private static Broken duplicate(String name, String origin, String firstOrigin) {
        return new Broken(
                name,
                origin,
                "there is a backend " + name + " in " + firstOrigin + " already; the one in " + origin + " is left out",
                "remove one of the two",
                null);
    }
}
