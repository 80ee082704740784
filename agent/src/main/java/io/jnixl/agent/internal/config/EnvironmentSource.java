// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.config;

import io.jnixl.spi.OptionSpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Settings in environment variables: {@code JNIXL_AGENT_DEADLINE}, {@code JNIXL_BACKENDS_UCX_NUM_WORKERS},
 * {@code JNIXL_EXCHANGES_ETCD_ENDPOINTS}. Other variables, {@code JNIXL_JAVA_HOME} say, belong to somebody else.
 */
final class EnvironmentSource {
    private static final String AGENT = "JNIXL_AGENT_";

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
            }
            for (Family family : catalog.families()) {
                if (name.startsWith(family.variablePrefix())) {
                    readMember(family, name, value);
                }
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

    private void readMember(Family family, String variable, String value) {
        List<String> candidates = candidates(family, variable);
        List<String> keys = new ArrayList<>();
        int length = 0;
        for (String name : candidates) {
            String prefix = prefix(family, name);
            for (OptionSpec<?> option : family.options(name)) {
                boolean rivals = keys.isEmpty() || prefix.length() == length;
                if (rivals && variable.equals(variable(prefix, option))) {
                    length = prefix.length();
                    keys.add(family.key(name, option));
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
            draft.stray(family, variable.substring(family.variablePrefix().length()), origin(variable));
        } else {
            String name = candidates.getFirst();
            unknown(variable, family.options(name), prefix(family, name));
        }
    }

    /** Whom the variable may speak of, the longest name first: it wins where several would do. */
    private static List<String> candidates(Family family, String variable) {
        return family.names().stream()
                .filter(name -> variable.startsWith(prefix(family, name)))
                .sorted(Comparator.comparingInt((String name) -> -name.length())
                        .thenComparing(Comparator.naturalOrder()))
                .toList();
    }

    private void unknown(String variable, List<OptionSpec<?>> options, String prefix) {
        List<String> names = options.stream().map(o -> variable(prefix, o)).toList();
        problems.add("unknown setting (" + origin(variable) + ")", Spelling.remedy(variable, names));
    }

    private static String prefix(Family family, String name) {
        return family.variablePrefix() + Catalog.inVariable(name) + "_";
    }

    private static String variable(String prefix, OptionSpec<?> option) {
        return prefix + Catalog.inVariable(option.name());
    }

    private static String origin(String variable) {
        return "environment " + Shown.text(variable);
    }
}
