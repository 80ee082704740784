// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli;

import io.jnixl.agent.ConfigReference;
import io.jnixl.agent.Inspection;
import io.jnixl.api.Config;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.logging.Level;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code jnixl config}: what can be set, what is set, and whether a file is right. */
@Command(
        name = "config",
        description = "What can be set, what is set and where, and whether a settings file is right. No agent is made.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:success", "1:the settings are wrong, and why was said", "2:the command line is wrong"})
final class ConfigCommand implements Runnable {
    private static final int SCHEMA = 1;

    private final Main main;

    @Spec
    private CommandSpec spec;

    @SuppressWarnings("NullAway.Init") // picocli sets spec before it calls.
    ConfigCommand(Main main) {
        this.main = main;
    }

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "a command is missing: " + String.join(", ", spec.subcommands().keySet()));
    }

    @Command(
            name = "reference",
            description = "Prints a page in Markdown with every setting of the agent and of what is found here.",
            mixinStandardHelpOptions = true)
    int reference() {
        try (QuietLog _ = new QuietLog(Level.SEVERE)) {
            out().print(ConfigReference.of(Config.load(), ConfigCommand.class.getClassLoader())
                    .render());
        }
        out().flush();
        return spec.exitCodeOnSuccess();
    }

    @Command(
            name = "show",
            description =
                    "Prints every setting in force, selection rules too, and where each comes from. Secrets are masked.",
            mixinStandardHelpOptions = true)
    int show(
            @Option(names = "--json", description = "Print one JSON object: settings, warnings, error.") boolean json,
            @Option(names = "--config", paramLabel = "FILE", description = "Read this configuration file.") @Nullable
                    Path file) {
        Inspection found = look(file == null ? Config.load() : Config.of(file));
        if (json) {
            out().print(json(found));
        } else {
            SettingLines.of(found.settings()).forEach(out()::println);
            tell(found);
        }
        out().flush();
        return status(found);
    }

    @Command(
            name = "check",
            description = "Says what is wrong with a settings file, with line and column, as it would be read here:"
                    + " variables and system properties count too.",
            mixinStandardHelpOptions = true)
    int check(@Parameters(paramLabel = "FILE", description = "The settings file.") Path file) {
        Inspection found = look(Config.of(file));
        tell(found);
        if (found.error() == null) {
            out().println(Text.line(file.toString()) + " is right");
        }
        out().flush();
        return status(found);
    }

    private Inspection look(Config config) {
        if (main.verbose()) {
            return Inspection.look(config, ConfigCommand.class.getClassLoader());
        }
        try (QuietLog _ = new QuietLog(Level.SEVERE)) {
            return Inspection.look(config, ConfigCommand.class.getClassLoader());
        }
    }

    private void tell(Inspection found) {
        found.warnings().forEach(warning -> out().println("warning: " + Text.line(warning)));
        if (found.error() != null) {
            String.valueOf(found.error().getMessage()).lines().map(Text::line).forEach(out()::println);
        }
    }

    private int status(Inspection found) {
        return found.error() == null ? spec.exitCodeOnSuccess() : spec.exitCodeOnExecutionException();
    }

    private static String json(Inspection found) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("schema", SCHEMA);
        json.put("settings", found.settings().stream().map(JsonReport::setting).toList());
        json.put("warnings", found.warnings());
        json.put("error", found.error() == null ? null : JsonReport.error(found.error()));
        return JsonReport.render(json);
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
