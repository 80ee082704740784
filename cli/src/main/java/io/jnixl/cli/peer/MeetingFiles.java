// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.peer;

import io.jnixl.api.Agent;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.api.Peer;
import io.jnixl.cli.run.BufferDescription;
import io.jnixl.cli.run.Endpoint;
import io.jnixl.cli.run.Exit;
import io.jnixl.cli.run.RunFailure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;

/**
 * The files through which two sides meet: the metadata, and beside it {@code .conn}, {@code .dlist} and {@code .desc}. Each
 * appears whole, by renaming, and the metadata last; so whoever sees that sees all of them.
 */
final class MeetingFiles {
    /** Far above what agents publish. What is longer is not read. */
    static final int LONGEST_METADATA = 16 << 20;

    private static final String CONNECTION = ".conn";
    private static final String LIST = ".dlist";
    private static final String DESCRIPTION = ".desc";
    private static final String UNFINISHED = ".tmp";
    private static final Duration LOOK = Duration.ofMillis(10);

    private final Path metadata;

    MeetingFiles(Path metadata) {
        this.metadata = metadata;
    }

    Path metadata() {
        return metadata;
    }

    private Path beside(String suffix) {
        return metadata.resolveSibling(metadata.getFileName() + suffix);
    }

    /** Removes what an earlier run left, the metadata first: nobody is to take it for new. */
    void clear() {
        try {
            Files.deleteIfExists(metadata);
            Files.deleteIfExists(beside(CONNECTION));
            Files.deleteIfExists(beside(LIST));
            Files.deleteIfExists(beside(DESCRIPTION));
        } catch (IOException e) {
            throw RunFailure.of(e);
        }
    }

    /**
     * Runs a role whose files these are; answers its exit status. What an earlier run left is removed before, and after a run
     * that failed: the partner's next one would take it for new.
     */
    int during(IntSupplier role) {
        clear();
        int status = Exit.ERROR;
        try {
            status = role.getAsInt();
            return status;
        } finally {
            if (status != Exit.OK) {
                clear();
            }
        }
    }

    void publish(Endpoint endpoint) {
        try {
            write(beside(CONNECTION), endpoint.connectionInfo());
            write(beside(LIST), endpoint.transferList());
            write(beside(DESCRIPTION), endpoint.description().line().getBytes(StandardCharsets.UTF_8));
            write(metadata, endpoint.metadata());
        } catch (IOException e) {
            throw RunFailure.of(e);
        }
    }

    private static void write(Path file, byte[] bytes) throws IOException {
        Path unfinished = file.resolveSibling(file.getFileName() + UNFINISHED);
        Files.deleteIfExists(unfinished);
        Files.write(unfinished, bytes, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /**
     * Waits for the metadata and, if need be, the description as well: where files are copied, they may come in any order.
     *
     * @param stop ends the wait early
     */
    void await(boolean withDescription, Duration limit, BooleanSupplier stop) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!(Files.exists(metadata) && (!withDescription || Files.exists(beside(DESCRIPTION))))) {
            if (stop.getAsBoolean() || System.nanoTime() - deadline >= 0) {
                Path missing = Files.exists(metadata) ? beside(DESCRIPTION) : metadata;
                throw RunFailure.noPartner("the partner has not published " + missing + " within " + limit.toSeconds()
                        + " s; is it running, and is its --md this side's --peer-md?");
            }
            pause();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(LOOK);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw RunFailure.noPartner("interrupted while waiting for the partner");
        }
    }

    /** Loads the partner. */
    Peer load(Agent agent) {
        try {
            return agent.loadPeer(readMetadata());
        } catch (NixlException e) {
            if (e.code() == ErrorCode.TIMED_OUT) {
                throw e;
            }
            throw RunFailure.error(
                    e.getMessage() + "; or is " + metadata
                            + " left from an earlier run? Then remove it, and start anew",
                    e);
        }
    }

    byte[] readMetadata() {
        return read(metadata, LONGEST_METADATA);
    }

    BufferDescription readDescription() {
        Path file = beside(DESCRIPTION);
        try {
            return BufferDescription.parse(read(file, BufferDescription.LONGEST));
        } catch (IllegalArgumentException e) {
            throw RunFailure.error(
                    file + ": " + e.getMessage() + "; expected \"name address length 0\" and a line feed");
        }
    }

    /** Somebody else wrote it: it may be anything, also no file, or endless. */
    private static byte[] read(Path file, int longest) {
        try {
            if (!Files.isRegularFile(file)) {
                throw RunFailure.error(file + " is not a file");
            }
            byte[] bytes;
            try (InputStream in = Files.newInputStream(file)) {
                bytes = in.readNBytes(longest + 1);
            }
            if (bytes.length > longest) {
                throw RunFailure.error(
                        file + " is longer than " + longest + " bytes; the partner publishes no such file");
            }
            return bytes;
        } catch (IOException e) {
            throw RunFailure.of(e);
        }
    }
}
