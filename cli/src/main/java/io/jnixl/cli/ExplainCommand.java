// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli;

import io.jnixl.agent.SelectionQuery;
import io.jnixl.api.Config;
import io.jnixl.api.Explanation;
import io.jnixl.api.MemoryKind;
import io.jnixl.api.NixlException;
import io.jnixl.api.Operation;
import io.jnixl.spi.OptionSpec;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code jnixl explain}: which backend a transfer would get, and what decides. */
@Command(
        name = "explain",
        description = {
            "Says which backend a transfer would get here, which rule of the settings decides, and what is against each of the"
                    + " others. Nothing is moved.",
            "Asked without memory: whether a backend accepts the memory and reaches the peer only shows in the program.",
            "Without agent.name in the settings, the agent that asks is called inspection: rules for transfers within the agent"
                    + " that go by the program's own name do not match then."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:a backend would be chosen",
            "1:none would, or no agent can be made",
            "2:the command line is wrong"
        })
final class ExplainCommand implements Callable<Integer> {
    /** Field names are a promise, as those of the doctor. */
    private static final int SCHEMA = 1;

    private static final OptionSpec<Long> BYTES = OptionSpec.bytes("bytes", "bytes of one post", 0, Long.MAX_VALUE);

    private final Main main;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--operation",
            paramLabel = "OPERATION",
            defaultValue = "WRITE",
            description = "${COMPLETION-CANDIDATES}; ${DEFAULT-VALUE} unless given.")
    private Operation operation;

    @Option(
            names = "--local",
            paramLabel = "KIND",
            defaultValue = "DRAM",
            description = "The local memory: ${COMPLETION-CANDIDATES}; ${DEFAULT-VALUE} unless given.")
    private MemoryKind local;

    @Option(
            names = "--remote",
            paramLabel = "KIND",
            defaultValue = "DRAM",
            description = "The far side's memory; ${DEFAULT-VALUE} unless given.")
    private MemoryKind remote;

    @Option(
            names = "--peer",
            paramLabel = "NAME",
            defaultValue = "",
            description = "The peer on the far side; a transfer within the agent unless given.")
    private String peer;

    @Option(
            names = "--bytes",
            paramLabel = "SIZE",
            defaultValue = "1M",
            description = "Bytes of one post, such as 64K; ${DEFAULT-VALUE} unless given.")
    private String bytes;

    @Option(
            names = "--descriptors",
            paramLabel = "N",
            defaultValue = "1",
            description = "Descriptors of one post; ${DEFAULT-VALUE} unless given.")
    private int descriptors;

    @Option(names = "--notify", description = "Ask for a backend that sends notifications.")
    private boolean notifies;

    @Option(
            names = "--backends",
            paramLabel = "NAME",
            split = ",",
            description = "What the program names for the transfer, best first, commas between.")
    private List<String> backends = List.of();

    @Option(names = "--json", description = "Print one JSON object; docs/choosing-backends.md says what stands in it.")
    private boolean json;

    @Option(names = "--config", paramLabel = "FILE", description = "Read this configuration file.")
    private @Nullable Path file;

    @SuppressWarnings("NullAway.Init") // picocli sets the fields before it calls.
    ExplainCommand(Main main) {
        this.main = main;
    }

    @Override
    public Integer call() {
        Explanation answer = ask(query());
        spec.commandLine().getOut().print(json ? json(answer) : text(answer));
        spec.commandLine().getOut().flush();
        return answer.chosen() == null ? spec.exitCodeOnExecutionException() : spec.exitCodeOnSuccess();
    }

    private SelectionQuery query() {
        try {
            return new SelectionQuery(
                    operation, local, remote, peer, BYTES.parse(bytes), descriptors, notifies, backends);
        } catch (NixlException | IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), Text.message(e), e);
        }
    }

    private Explanation ask(SelectionQuery query) {
        Config config = file == null ? Config.load() : Config.of(file);
        if (main.verbose()) {
            return query.ask(config, ExplainCommand.class.getClassLoader());
        }
        try (QuietLog _ = new QuietLog(Level.SEVERE)) {
            return query.ask(config, ExplainCommand.class.getClassLoader());
        }
    }

    private static String text(Explanation answer) {
        int names = answer.candidates().stream()
                .mapToInt(c -> Text.line(c.backend()).length())
                .max()
                .orElse(0);
        StringBuilder text = new StringBuilder();
        text.append("decided by ").append(Text.line(answer.rule())).append('\n');
        for (Explanation.Candidate one : answer.candidates()) {
            text.append(one.chosen() ? "* " : "  ")
                    .append(Text.pad(one.backend(), names))
                    .append("  ")
                    .append(Text.line(one.reason()))
                    .append('\n');
        }
        return text.toString();
    }

    private static String json(Explanation answer) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("schema", SCHEMA);
        json.put("chosen", answer.chosen());
        json.put("rule", answer.rule());
        json.put(
                "candidates",
                answer.candidates().stream().map(ExplainCommand::json).toList());
        return JsonReport.render(json);
    }

    private static Map<String, Object> json(Explanation.Candidate one) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("backend", one.backend());
        json.put("chosen", one.chosen());
        json.put("reason", one.reason());
        return json;
    }
}
