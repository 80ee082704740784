// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli;

import io.jnixl.api.Config;
import io.jnixl.api.NixlException;
import io.jnixl.cli.bench.BenchCommand;
import io.jnixl.cli.peer.PeerCommand;
import java.io.PrintWriter;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/**
 * The {@code jnixl} command. Results go to standard output, everything else to standard error. Exit status 0 for success, 1
 * when something failed, 2 when the command line is wrong; commands may say it more finely.
 *
 * @since 0.1
 */
@Command(
        name = "jnixl",
        description = "Tools for jnixl, which moves bytes between memories, processes and hosts.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:success", "1:something failed, see the message", "2:the command line is wrong"},
        footer = {"", "Environment:", "  JNIXL_DEBUG=1   same as --verbose"})
public final class Main implements Runnable {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--verbose",
            scope = ScopeType.INHERIT,
            description = "Say more on standard error: log messages, and the stack trace of an error.")
    private boolean verbose;

    @SuppressWarnings("NullAway.Init") // picocli sets spec before anything else happens.
    Main(boolean verbose) {
        this.verbose = verbose;
    }

    /**
     * Runs a command and ends the JVM with its exit status.
     *
     * @param args the command line
     */
    public static void main(String[] args) {
        PrintWriter out = new PrintWriter(System.out, true, System.out.charset());
        PrintWriter err = new PrintWriter(System.err, true, System.err.charset());
        boolean verbose = "1".equals(System.getenv("JNIXL_DEBUG"));
        int status = run(out, err, verbose, Report::of, args);
        out.flush();
        err.flush();
        System.exit(status);
    }

    /** The whole program, less the JVM around it. */
    static int run(
            PrintWriter out, PrintWriter err, boolean verbose, Function<Config, Report> inspector, String... args) {
        Main main = new Main(verbose);
        CommandLine commandLine = new CommandLine(main)
                .addSubcommand(new DoctorCommand(main, inspector))
                .addSubcommand(PeerCommand.commandLine(main::verbose))
                .addSubcommand(BenchCommand.commandLine(main::verbose))
                .addSubcommand(new ConfigCommand(main))
                .addSubcommand(new ExplainCommand(main))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setOut(out)
                .setErr(err)
                // Plain text everywhere: nothing here needs colour, and escape codes get into files and pipes.
                .setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF))
                .setParameterExceptionHandler(Main::explainUsage)
                .setExecutionExceptionHandler(main::explain);
        return commandLine.execute(args);
    }

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "a command is missing: " + String.join(", ", spec.subcommands().keySet()));
    }

    boolean verbose() {
        return verbose;
    }

    /** Prints an error's stack trace if the user asked for it. */
    void trace(Throwable t, PrintWriter err) {
        if (verbose) {
            t.printStackTrace(err);
        }
    }

    private static int explainUsage(ParameterException e, String[] args) {
        CommandLine command = e.getCommandLine();
        command.getErr().println("jnixl: " + Text.message(e));
        command.getErr().println("Try: " + command.getCommandSpec().qualifiedName() + " --help");
        return command.getCommandSpec().exitCodeOnInvalidInput();
    }

    private int explain(Exception e, CommandLine command, ParseResult ignored) {
        if (e instanceof NixlException) {
            command.getErr().println("jnixl: " + Text.message(e));
            trace(e, command.getErr());
        } else {
            command.getErr().println("jnixl: this is a bug in jnixl:");
            e.printStackTrace(command.getErr());
        }
        return command.getCommandSpec().exitCodeOnExecutionException();
    }
}
