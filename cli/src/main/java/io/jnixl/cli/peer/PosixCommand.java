// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.peer;

import io.jnixl.api.Config;
import io.jnixl.api.FileOption;
import io.jnixl.api.FileRegion;
import io.jnixl.cli.run.Console;
import io.jnixl.cli.run.Endpoint;
import io.jnixl.cli.run.Numbers;
import io.jnixl.cli.run.RunFailure;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** {@code jnixl peer posix}: memory and a file, on one agent. */
@Command(
        name = "posix",
        description = "Writes memory to a file and reads it back, on one agent, verifies, and prints figures.")
@SuppressWarnings("NullAway.Init") // picocli sets the options before it calls.
final class PosixCommand extends RoleCommand {
    @Option(
            names = "--io",
            required = true,
            paramLabel = "uring|libaio|pool",
            converter = EngineName.class,
            description =
                    "How: io_uring, the kernel's older asynchronous I/O, or a pool of threads with pread and pwrite.")
    private String engine;

    @Option(
            names = "--file",
            required = true,
            paramLabel = "PATH",
            description = "The file. What is at its start is OVERWRITTEN; it is made if it is not there, and stays.")
    private Path file;

    @Option(
            names = "--direct",
            paramLabel = Flag.LABEL,
            converter = Flag.Converter.class,
            description = "1: past the page cache (O_DIRECT); blocks must then be multiples of the file's alignment.")
    private Flag direct = Flag.OFF;

    @Mixin
    private RunOptions options;

    @Option(
            names = "--size",
            paramLabel = "BYTES",
            converter = Numbers.Positive.class,
            description = "Bytes of the buffer; what the cases need unless given.")
    private @Nullable Long size;

    @Mixin
    private CommonOptions common;

    PosixCommand(BooleanSupplier verbose) {
        super(verbose);
    }

    @Override
    CommonOptions common() {
        return common;
    }

    @Override
    @Nullable
    String wrong() {
        return options.wrong(size());
    }

    private long size() {
        return size == null ? options.cases().bytes() : size;
    }

    @Override
    int run(Console console) {
        if (common.namesUcx()) {
            console.complain("options of UCX have no effect on posix");
        }
        Config config = common.only("POSIX").with("backends.POSIX.engine", engine);
        try (Endpoint endpoint = Endpoint.open("posix", config, size(), common.allocator());
                FileRegion region = endpoint.agent().open(file, openOptions())) {
            checkAlignment(region);
            return new FileRun(endpoint, region, options, console, common.timeout()).run();
        }
    }

    private FileOption[] openOptions() {
        List<FileOption> how = new ArrayList<>(List.of(FileOption.WRITE, FileOption.CREATE));
        if (direct.on()) {
            how.add(FileOption.DIRECT);
        }
        return how.toArray(FileOption[]::new);
    }

    private void checkAlignment(FileRegion region) {
        for (Case shape : options.cases().list()) {
            if (shape.block() % region.alignment().offset() != 0) {
                throw RunFailure.error("--direct 1 needs blocks that are multiples of "
                        + region.alignment().offset() + " bytes for " + file + ", and --cases has " + shape);
            }
        }
    }

    /** Reads an engine's name. */
    static final class EngineName implements ITypeConverter<String> {
        @Override
        public String convert(String text) {
            return switch (text) {
                case "uring" -> "io_uring";
                case "libaio", "pool" -> text;
                default -> throw new TypeConversionException("expected uring, libaio or pool but was '" + text + "'");
            };
        }
    }
}
