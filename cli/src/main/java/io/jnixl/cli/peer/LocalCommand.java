// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.peer;

import io.jnixl.cli.run.Console;
import io.jnixl.cli.run.Endpoint;
import io.jnixl.cli.run.Numbers;
import io.jnixl.cli.run.RunFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code jnixl peer local}: target and initiator in one process. */
@Command(name = "local", description = "Target and initiator as two agents in one process: a first check of one host.")
@SuppressWarnings("NullAway.Init") // picocli sets the options before it calls.
final class LocalCommand extends RoleCommand {
    @Mixin
    private RunOptions options;

    @Mixin
    private ContactOptions contact;

    @Option(
            names = "--size",
            paramLabel = "BYTES",
            converter = Numbers.Positive.class,
            description = "Bytes of each side's buffer; what the cases need unless given.")
    private @Nullable Long size;

    private volatile boolean ended;

    @Mixin
    private CommonOptions common;

    LocalCommand(BooleanSupplier verbose) {
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
        try (Folder folder = new Folder();
                Endpoint target = Endpoint.open("target", common.ucx(), size(), common.allocator());
                Endpoint initiator = Endpoint.open("initiator", common.ucx(), size(), common.allocator())) {
            MeetingFiles targets = folder.files("T.md");
            MeetingFiles initiators = folder.files("I.md");
            targets.publish(target);
            initiators.publish(initiator);
            FutureTask<Integer> serving =
                    new FutureTask<>(() -> TargetCommand.serve(target, initiators, common, console, () -> ended));
            Thread.ofPlatform().name("jnixl-peer-target").start(serving);
            return Math.max(initiate(initiator, targets, serving, console), endOf(serving));
        }
    }

    /** However this ends, the target ends before its memory goes. */
    private int initiate(Endpoint initiator, MeetingFiles targets, FutureTask<Integer> serving, Console console) {
        try {
            return InitiatorCommand.initiate(initiator, targets, options, contact, common, console, serving::isDone);
        } catch (RuntimeException e) {
            if (serving.isDone()) {
                endOf(serving); // what ended the target is the cause of this
                throw e;
            }
            ended = true;
            try {
                endOf(serving);
            } catch (RuntimeException consequence) {
                e.addSuppressed(consequence);
            }
            throw e;
        }
    }

    private static int endOf(FutureTask<Integer> serving) {
        try {
            return serving.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw RunFailure.noPartner("interrupted while waiting for the target's end");
        }
    }

    /** Where the two meet: a folder that goes again. */
    private static final class Folder implements AutoCloseable {
        private final Path path;

        Folder() {
            try {
                path = Files.createTempDirectory("jnixl-peer");
            } catch (IOException e) {
                throw RunFailure.of(e);
            }
        }

        MeetingFiles files(String name) {
            return new MeetingFiles(path.resolve(name));
        }

        @Override
        public void close() {
            files("T.md").clear();
            files("I.md").clear();
            try {
                Files.deleteIfExists(path);
            } catch (IOException e) {
                throw RunFailure.of(e);
            }
        }
    }
}
