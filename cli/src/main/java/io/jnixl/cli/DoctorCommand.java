// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli;

import io.jnixl.api.Config;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.logging.Level;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code jnixl doctor}: what an agent finds here. */
@Command(
        name = "doctor",
        description = {
            "Says what this machine offers: Java, system, backends with reason and remedy where one cannot run, and the settings"
                    + " in force with their origin.",
            "Makes an agent as a program would, looks at it and closes it; nothing of the machine is changed."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:the configuration is valid, and every backend that it names can run",
            "1:it is not, or one cannot; the report says why",
            "2:the command line is wrong"
        },
        footer = {
            "",
            "Environment:",
            "  JNIXL_CONFIG    the configuration file, unless --config names one",
            "  JNIXL_DEBUG=1   same as --verbose"
        })
final class DoctorCommand implements Callable<Integer> {
    private final Main main;
    private final Function<Config, Report> inspector;

    @Spec
    private CommandSpec spec;

    @Option(names = "--json", description = "Print one JSON object; docs/doctor.md says what stands in it.")
    private boolean json;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Read this configuration file, and not the first there is of ./jnixl.toml, ~/.jnixl.toml and"
                    + " /etc/jnixl.toml.")
    private @Nullable Path file;

    @SuppressWarnings("NullAway.Init") // picocli sets spec before it calls.
    DoctorCommand(Main main, Function<Config, Report> inspector) {
        this.main = main;
        this.inspector = inspector;
    }

    @Override
    public Integer call() {
        Report report = inspect();
        PrintWriter out = spec.commandLine().getOut();
        out.print(json ? JsonReport.render(report) : TextReport.render(report));
        out.flush();
        if (report.error() != null) {
            main.trace(report.error(), spec.commandLine().getErr());
        }
        return report.ok() ? spec.exitCodeOnSuccess() : spec.exitCodeOnExecutionException();
    }

    private Report inspect() {
        Config config = file == null ? Config.load() : Config.of(file);
        if (main.verbose()) {
            return inspector.apply(config);
        }
        // All that an agent has to say when it starts stands in the report already.
        try (QuietLog _ = new QuietLog(Level.SEVERE)) {
            return inspector.apply(config);
        }
    }
}
