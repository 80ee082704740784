// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.config;

import io.jnixl.spi.OptionSpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Settings in environment variables: {@code JNIXL_AGENT_DEADLINE}, {@code JNIXL_BACKENDS_UCX_NUM_WORKERS}. Other
 * variables, {@code JNIXL_JAVA_HOME} say, belong to somebody else.
 */
final class EnvironmentSource {
    private static final String AGENT = "JNIXL_AGENT_";
    private static final String BACKENDS = "JNIXL_BACKENDS_";

    private final Catalog catalog;
    private final Draft draft;
    private final Problems problems;

    EnvironmentSource(Catalog catalog, Draft draft, Problems problems) {
        this.catalog = catalog;
        this.draft = draft;
        this.problems = problems;
    }

    /** Reads the variables in the order of their names, so that messages come in the same order every time. */
    void read(Map<String, String> environment) {
        new TreeMap<>(environment).forEach((name, value) -> {
            if (name.startsWith(AGENT)) {
                readAgent(name, value);
            } else if (name.startsWith(BACKENDS)) {
                readBackend(name, value);
            }
        });
    }

    private void readAgent(String variable, String value) {
        for (OptionSpec<?> option : AgentOptions.ALL) {
            if (variable.equals(variable(AGENT, option))) {
                draft.offer(Catalog.AGENT + option.name(), value, origin(variable));
                return;
            }
        }
        unknown(variable, AgentOptions.ALL, AGENT);
    }

    private void readBackend(String variable, String value) {
        List<String> candidates = candidates(variable);
        List<String> keys = new ArrayList<>();
        int length = 0;
        for (String backend : candidates) {
            String prefix = prefix(backend);
            for (OptionSpec<?> option : catalog.backendOptions(backend)) {
                boolean rivals = keys.isEmpty() || prefix.length() == length;
                if (rivals && variable.equals(variable(prefix, option))) {
                    length = prefix.length();
                    keys.add(Catalog.key(backend, option));
                }
            }
        }
        if (keys.size() == 1) {
            draft.offer(keys.getFirst(), value, origin(variable));
        } else if (!keys.isEmpty()) {
            problems.add(
                    "environment variable " + variable + " stands for " + String.join(" and ", keys),
                    "use system properties or a file, which tell them apart");
        } else if (candidates.isEmpty()) {
            draft.stray(variable.substring(BACKENDS.length()), origin(variable));
        } else {
            String backend = candidates.getFirst();
            unknown(variable, catalog.backendOptions(backend), prefix(backend));
        }
    }

    /** Backends that the variable may speak of, the longest name first: it wins where several would do. */
    private List<String> candidates(String variable) {
        return catalog.backendNames().stream()
                .filter(backend -> variable.startsWith(prefix(backend)))
                .sorted(Comparator.comparingInt((String backend) -> -backend.length())
                        .thenComparing(Comparator.naturalOrder()))
                .toList();
    }

    private void unknown(String variable, List<OptionSpec<?>> options, String prefix) {
        List<String> names = options.stream().map(o -> variable(prefix, o)).toList();
        problems.add("unknown setting (" + origin(variable) + ")", Spelling.remedy(variable, names));
    }

    private static String prefix(String backend) {
        return BACKENDS + Catalog.inVariable(backend) + "_";
    }

    private static String variable(String prefix, OptionSpec<?> option) {
        return prefix + Catalog.inVariable(option.name());
    }

    private static String origin(String variable) {
        return "environment " + Shown.text(variable);
    }
}
