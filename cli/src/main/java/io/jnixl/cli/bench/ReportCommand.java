// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.bench;

import io.jnixl.cli.run.Console;
import io.jnixl.cli.run.Exit;
import io.jnixl.cli.run.Guard;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code jnixl bench report}: several runs in one page. */
@Command(
        name = "report",
        description = "Compares runs: reads what --json wrote, and makes one page of it. Ratios are to the first run.",
        mixinStandardHelpOptions = true,
        exitCodeOnExecutionException = Exit.ERROR,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:the report was written", Exit.ERROR_MEANS})
@SuppressWarnings("NullAway.Init") // picocli sets all fields before it calls.
final class ReportCommand implements Callable<Integer> {
    private final BooleanSupplier verbose;

    @Spec
    private CommandSpec spec;

    @Parameters(arity = "1..*", paramLabel = "RUN.json", description = "What runs wrote with --json.")
    private List<Path> files;

    @Option(names = "--html", required = true, paramLabel = "FILE", description = "The page.")
    private Path html;

    ReportCommand(BooleanSupplier verbose) {
        this.verbose = verbose;
    }

    @Override
    public Integer call() {
        String wrong = OutputOptions.wrong("--html", html);
        if (wrong != null) {
            throw new ParameterException(spec.commandLine(), wrong);
        }
        Console console =
                new Console(spec.commandLine().getOut(), spec.commandLine().getErr(), false);
        return Guard.run(verbose.getAsBoolean(), console, () -> {
            OutputOptions.write(
                    html, HtmlReport.render(files.stream().map(JsonFile::read).toList()));
            return Exit.OK;
        });
    }
}
