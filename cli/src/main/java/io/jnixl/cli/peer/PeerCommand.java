// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.peer;

import io.jnixl.cli.run.Exit;
import java.util.function.BooleanSupplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code jnixl peer}: the roles are commands of their own. */
@Command(
        name = "peer",
        description = {
            "Checks that two agents reach each other: they meet through files, move bytes, verify every one, and print"
                    + " figures.",
            "One process is the target, another the initiator; local is both in one. docs/peer-tool.md says more.",
            ""
        },
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "ROLE",
        commandListHeading = "%nRoles:%n",
        exitCodeOnExecutionException = Exit.ERROR,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {Exit.OK_MEANS, Exit.WRONG_MEANS, Exit.ERROR_MEANS, Exit.TIMEOUT_MEANS},
        footer = {
            "",
            "Two shells on one host:",
            "  jnixl peer target --md T.md --peer-md I.md --size 67108864",
            "  jnixl peer initiator --md I.md --peer-md T.md --size 67108864 \\",
            "    --cases 4096x1,65536x64"
        })
public final class PeerCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @SuppressWarnings("NullAway.Init") // picocli sets spec before it calls.
    private PeerCommand() {}

    /**
     * The command with its roles.
     *
     * @param verbose whether the user asked for log messages; asked when a role starts
     */
    public static CommandLine commandLine(BooleanSupplier verbose) {
        return new CommandLine(new PeerCommand())
                .addSubcommand(new TargetCommand(verbose))
                .addSubcommand(new InitiatorCommand(verbose))
                .addSubcommand(new LocalCommand(verbose))
                .addSubcommand(new PosixCommand(verbose));
    }

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "a role is missing: " + String.join(", ", spec.subcommands().keySet()));
    }
}
