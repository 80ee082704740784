// SPDX-License-Identifier: Apache-2.0
package io.jnixl.benchmarks.gds;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A folder for the files and logs of the processes that this one starts; it goes with this process, however that is ended. */
final class Scratch implements AutoCloseable {
    private static final long END_SECONDS = 10;

    private final Path folder;
    private final Thread hook = new Thread(this::end, "scratch-end");
    private volatile @Nullable Report report;

    private Scratch(Path folder) {
        this.folder = folder;
    }

    /** Makes one in this folder. */
    static Scratch in(Path parent) throws IOException {
        Scratch scratch = new Scratch(Files.createTempDirectory(parent, "gds-check"));
        Runtime.getRuntime().addShutdownHook(scratch.hook);
        return scratch;
    }

    Path path() {
        return folder;
    }

    /** Has a last line written when this process is ended. */
    void tells(Report to) {
        report = to;
    }

    /** When this process is ended before it is done: its processes first, which have the files open. */
    private void end() {
        Report told = report;
        if (told != null) {
            told.end("**Ended before all had run.**");
        }
        List<ProcessHandle> children = ProcessHandle.current().descendants().toList();
        children.forEach(ProcessHandle::destroyForcibly);
        CompletableFuture<?>[] ends =
                children.stream().map(ProcessHandle::onExit).toArray(CompletableFuture<?>[]::new);
        CompletableFuture.allOf(ends)
                .completeOnTimeout(null, END_SECONDS, TimeUnit.SECONDS)
                .join();
        try {
            delete(folder);
        } catch (IOException e) {
            System.err.println(folder + " is left: " + e);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                if (Files.isDirectory(file)) {
                    delete(file);
                } else {
                    Files.deleteIfExists(file);
                }
            }
        } catch (NoSuchFileException _) {
            return;
        }
        Files.deleteIfExists(folder);
    }

    @Override
    public void close() throws IOException {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException _) {
            return; // the process is being ended, and the hook does the rest
        }
        delete(folder);
    }
}
