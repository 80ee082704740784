// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.peer;

import io.jnixl.cli.run.Console;
import io.jnixl.cli.run.Exit;
import io.jnixl.cli.run.Guard;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What the roles have in common. */
@Command(
        mixinStandardHelpOptions = true,
        sortOptions = false,
        exitCodeOnExecutionException = Exit.ERROR,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {Exit.OK_MEANS, Exit.WRONG_MEANS, Exit.ERROR_MEANS, Exit.TIMEOUT_MEANS})
@SuppressWarnings("NullAway.Init") // picocli sets spec and options before it calls.
abstract class RoleCommand implements Callable<Integer> {
    private final BooleanSupplier verbose;

    @Spec
    private CommandSpec spec;

    RoleCommand(BooleanSupplier verbose) {
        this.verbose = verbose;
    }

    @Override
    public final Integer call() {
        CommonOptions common = common();
        Console console =
                new Console(spec.commandLine().getOut(), spec.commandLine().getErr(), common.quiet());
        String wrong = wrong();
        if (wrong != null) {
            throw new ParameterException(spec.commandLine(), wrong);
        }
        return Guard.run(verbose.getAsBoolean(), console, () -> run(console));
    }

    /** Each role's own field, since help lists options in the order of fields, and these come last. */
    abstract CommonOptions common();

    /** Looks at what options say together; what is wrong, or null. */
    abstract @Nullable String wrong();

    /** Does the work; answers the exit status. */
    abstract int run(Console console);
}
