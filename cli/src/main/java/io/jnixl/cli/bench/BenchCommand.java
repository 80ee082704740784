// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.bench;

import io.jnixl.cli.run.Console;
import io.jnixl.cli.run.Exit;
import io.jnixl.cli.run.Guard;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code jnixl bench}. */
@Command(
        name = "bench",
        description = {
            "Measures transfers between two processes, or between memory and files, for growing blocks and batches, with the"
                    + " options and columns of nixlbench.",
            "One command is enough on one host: it starts the second process itself. docs/bench.md says more.",
            ""
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        preprocessor = Arguments.class,
        exitCodeOnExecutionException = Exit.ERROR,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {Exit.OK_MEANS, Exit.WRONG_MEANS, Exit.ERROR_MEANS, Exit.TIMEOUT_MEANS},
        footer = {
            "",
            "Options of nixlbench that have one value here may be given with it: --worker_type nixl, --scheme pairwise,",
            "--mode SG, --num_initiator_dev 1, --num_target_dev 1, --progress_threads 0.",
            "",
            "Examples:",
            "  jnixl bench --max_block_size 1M --check_consistency --html report.html",
            "  jnixl bench --asio_address 10.0.0.7            # on both hosts; 10.0.0.7 is one of them",
            "  jnixl bench --backend POSIX --filepath /data --op_type READ --max_batch_size 64",
            "  jnixl bench --backend GDS --initiator_seg_type VRAM --filepath /data",
            "  jnixl bench report before.json after.json --html both.html"
        })
@SuppressWarnings("NullAway.Init") // picocli sets spec before it calls.
public final class BenchCommand implements Callable<Integer> {
    private final BooleanSupplier verbose;

    @Spec
    private CommandSpec spec;

    @Mixin
    private final BenchOptions options = new BenchOptions();

    private BenchCommand(BooleanSupplier verbose) {
        this.verbose = verbose;
    }

    /**
     * The command.
     *
     * @param verbose whether the user asked for log messages; asked when it starts
     */
    public static CommandLine commandLine(BooleanSupplier verbose) {
        return new CommandLine(new BenchCommand(verbose)).addSubcommand(new ReportCommand(verbose));
    }

    @Override
    public Integer call() {
        CommandLine command = spec.commandLine();
        String wrong = options.wrong();
        if (wrong != null) {
            throw new ParameterException(command, wrong);
        }
        options.settle();
        Plan plan;
        try {
            plan = Plan.of(options.sweep);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command, String.valueOf(e.getMessage()), e);
        }
        Console console = new Console(command.getOut(), command.getErr(), false);
        Bench bench = new Bench(options, plan, given(), console, command.getErr());
        return Guard.run(verbose.getAsBoolean(), console, bench::run);
    }

    /** Every option with its value, for headers and reports. */
    private Map<String, String> given() {
        Map<String, String> given = new LinkedHashMap<>();
        for (OptionSpec option : spec.options()) {
            if (!option.inherited() && !option.versionHelp() && !option.usageHelp()) {
                String name = Arrays.stream(option.names()).findFirst().orElseThrow();
                given.put(name.substring(2), text(option.getValue()));
            }
        }
        given.put(
                "total_buffer_size",
                Long.toString(Plan.of(options.sweep).local().bytes()));
        given.put("local", Boolean.toString(options.meeting.isLocal()));
        return given;
    }

    private static String text(@Nullable Object value) {
        return switch (value) {
            case null -> "";
            case Enum<?> constant -> constant.name();
            default -> value.toString();
        };
    }
}
