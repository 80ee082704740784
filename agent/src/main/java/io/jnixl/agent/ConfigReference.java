// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent;

import io.jnixl.agent.internal.config.AgentOptions;
import io.jnixl.agent.internal.config.DecoratorOptions;
import io.jnixl.agent.internal.config.NativeNames;
import io.jnixl.agent.internal.config.SelectionOptions;
import io.jnixl.agent.internal.core.AgentStart;
import io.jnixl.api.Config;
import io.jnixl.api.NixlException;
import io.jnixl.spi.OptionSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Every setting there is here: the agent's, those of each backend and metadata exchange that is found, of the decorators of
 * backends, and the keys of selection rules. Made from what the code reads, so that a page made of it is right.
 *
 * @param sections in the order of the page
 * @param nativeNames by name: native NIXL's variables, which are the keys of its file as well
 * @since 0.1
 */
public record ConfigReference(List<Section> sections, List<NativeName> nativeNames) {
    /** Above the table of {@link #nativeNames}, in Markdown. */
    public static final String NATIVE_HEADING = "### Variables, and keys of nixl.cfg";

    /** Copies. */
    public ConfigReference {
        sections = List.copyOf(sections);
        nativeNames = List.copyOf(nativeNames);
    }

    /**
     * A name of native NIXL's.
     *
     * @param name such as {@code NIXL_ETCD_ENDPOINTS}
     * @param keys the settings that it stands for; empty when it has no effect
     * @param remark what does the same, or why nothing does; empty when it has an effect
     * @since 0.1
     */
    public record NativeName(String name, List<String> keys, String remark) {

        /** Copies. */
        public NativeName {
            keys = List.copyOf(keys);
        }

        /** A Markdown table's line. */
        public String row() {
            String here = keys.isEmpty() ? "none" : "`" + String.join("`, `", keys) + "`";
            return "| `" + name + "` | " + here + " | " + (keys.isEmpty() ? remark : "the same") + " |";
        }
    }

    /**
     * One table of the settings file.
     *
     * @param heading in Markdown, such as {@code ### [backends.UCX]}
     * @param options in the order of their author
     * @since 0.1
     */
    public record Section(String heading, List<OptionSpec<?>> options) {

        /** Copies. */
        public Section {
            options = List.copyOf(options);
        }

        /** A Markdown table's lines, without its two head lines. */
        public List<String> rows() {
            return options.stream().map(Section::row).toList();
        }

        private static String row(OptionSpec<?> option) {
            String name = "`" + option.name() + "`" + (option.isSecret() ? " (secret)" : "");
            return "| " + name + " | " + cell(option.type()) + " | " + defaultOf(option) + " | " + cell(option.doc())
                    + " |";
        }

        private static String defaultOf(OptionSpec<?> option) {
            String text = option.defaultText();
            if (text == null) {
                return option.isRequired() ? "must be given" : "none";
            }
            return text.isEmpty() ? "empty" : "`" + cell(text) + "`";
        }

        /** On one line, and without what would end the cell: the words are those of the backends' authors. */
        private static String cell(String text) {
            return text.replaceAll("\\s+", " ").replace("|", "\\|");
        }
    }

    /** That of what a loader finds. Creates no backend, and reads no settings, so that plugins are not among them. */
    public static ConfigReference of(ClassLoader loader) {
        return of(new AgentStart(Config.empty(), loader, List.of()));
    }

    /**
     * The same with the plugins that a configuration names; nothing else of it is read. Creates no backend.
     *
     * @throws NixlException when a settings file or a directory of plugins is named and cannot be used
     */
    public static ConfigReference of(Config config, ClassLoader loader) {
        return of(AgentStart.withPluginsAlone(config, loader));
    }

    private static ConfigReference of(AgentStart start) {
        List<Section> sections = new ArrayList<>();
        sections.add(new Section("## [agent]", AgentOptions.ALL));
        addAll(sections, "backends", start.backendOptions());
        sections.add(new Section("## [decorators.NAME]", DecoratorOptions.ALL));
        addAll(sections, "exchanges", start.exchangeOptions());
        sections.add(new Section("## [[selection]]", SelectionOptions.SAYS));
        sections.add(new Section("### when", SelectionOptions.WHEN));
        return new ConfigReference(sections, nativeNames(start));
    }

    private static List<NativeName> nativeNames(AgentStart start) {
        Map<String, NativeName> names = new TreeMap<>();
        NativeNames.remarks().forEach((name, remark) -> names.put(name, new NativeName(name, List.of(), remark)));
        start.settings().nativeKeys().forEach((name, keys) -> names.put(name, new NativeName(name, keys, "")));
        return List.copyOf(names.values());
    }

    private static void addAll(List<Section> sections, String table, Map<String, List<OptionSpec<?>>> options) {
        new TreeMap<>(options)
                .forEach((name, specs) -> sections.add(new Section("### [" + table + "." + name + "]", specs)));
    }

    /** The page, in Markdown. */
    public String render() {
        StringBuilder page = new StringBuilder("# Settings of jnixl\n");
        for (Section section : sections) {
            page.append('\n').append(section.heading()).append("\n\n");
            if (section.options().isEmpty()) {
                page.append("No options.\n");
                continue;
            }
            page.append("| option | type | default | meaning |\n|---|---|---|---|\n");
            section.rows().forEach(row -> page.append(row).append('\n'));
        }
        page.append('\n').append(NATIVE_HEADING).append("\n\n| native | here | |\n|---|---|---|\n");
        nativeNames.forEach(name -> page.append(name.row()).append('\n'));
        return page.toString();
    }
}
