// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.config;

import io.jnixl.api.NixlException;
import io.jnixl.spi.OptionSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the sources have said so far. The best source speaks first, and the first to give a value wins. */
final class Draft {
    /** A setting for a backend or exchange that was not found. */
    private record Stray(Family family, String name, String origin) {}

    private final Catalog catalog;
    private final Problems problems;
    private final Map<String, Given> given = new LinkedHashMap<>();
    private final List<Stray> strays = new ArrayList<>();

    Draft(Catalog catalog, Problems problems) {
        this.catalog = catalog;
        this.problems = problems;
    }

    Map<String, Given> given() {
        return given;
    }

    /** Takes one setting, or notes what is wrong with it. */
    void offer(String key, String text, String origin) {
        OptionSpec<?> option = catalog.option(key);
        if (option != null) {
            offer(key, option, text, origin);
        } else if (!isStray(key, origin)) {
            unknown(key, origin);
        }
    }

    /** Whether the key speaks of one that was not found; notes it then. */
    private boolean isStray(String key, String origin) {
        for (Family family : catalog.families()) {
            String name = family.nameIn(key);
            if (name != null && !family.has(name)) {
                stray(family, name, origin);
                return true;
            }
        }
        return false;
    }

    private void offer(String key, OptionSpec<?> option, String text, String origin) {
        try {
            option.parse(text);
            given.putIfAbsent(key, new Given(text, origin));
        } catch (NixlException e) {
            problems.add(malformed(key, option, text, e) + " (" + origin + ")");
        }
    }

    /** Says nothing of a secret's text, nor what the parser said, which may quote it. */
    private static String malformed(String key, OptionSpec<?> option, String text, NixlException why) {
        if (option.isSecret()) {
            return key + ": the value, a secret, does not fit (" + option.type() + ")";
        }
        Throwable cause = why.getCause();
        String detail = cause == null ? "" : ": " + Shown.text(String.valueOf(cause.getMessage()));
        return key + ": \"" + Shown.text(text) + "\" does not fit (" + option.type() + ")" + detail;
    }

    void unknown(String key, String origin) {
        problems.add(
                "unknown setting " + Shown.text(key) + " (" + origin + ")",
                Spelling.remedy(key, catalog.keysNear(key)));
    }

    /** Notes a setting for one that was not found. */
    void stray(Family family, String name, String origin) {
        strays.add(new Stray(family, name, origin));
    }

    /**
     * What to tell the user about settings for backends and exchanges that were not found. Nothing where {@code
     * agent.backends} or {@code agent.exchange} names it: the agent refuses then, and says so better.
     */
    List<String> strayWarnings(List<String> wantedBackends, String wantedExchange) {
        List<String> warnings = new ArrayList<>();
        for (Stray stray : strays) {
            Family family = stray.family();
            String twin = otherCase(stray);
            if (twin != null) {
                problems.add(
                        family.table() + " are told apart by case: there is no " + Shown.text(stray.name()) + " ("
                                + stray.origin() + ")",
                        "did you mean " + twin + "?");
            } else if (wanted(family, wantedBackends, wantedExchange).stream()
                    .noneMatch(name -> concerns(stray, name))) {
                warnings.add(family.noun() + " " + Shown.text(stray.name()) + " is configured but not found ("
                        + stray.origin() + "); " + Spelling.thereAre(family.names()));
            }
        }
        return warnings;
    }

    private List<String> wanted(Family family, List<String> backends, String exchange) {
        return family.equals(catalog.exchanges()) ? List.of(exchange) : backends;
    }

    /** A variable does not say where the backend's name ends: {@code JNIXL_BACKENDS_GDS_MT_THREADS}. */
    private static boolean concerns(Stray stray, String name) {
        return stray.name().equals(name) || stray.name().startsWith(Catalog.inVariable(name) + "_");
    }

    private static @Nullable String otherCase(Stray stray) {
        return stray.family().names().stream()
                .filter(name -> name.equalsIgnoreCase(stray.name()))
                .findFirst()
                .orElse(null);
    }
}
