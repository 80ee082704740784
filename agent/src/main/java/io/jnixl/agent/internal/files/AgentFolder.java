// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.files;

import io.jnixl.spi.MetadataExchange;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** What one agent has published: files that are renamed to their names when they are whole. Stateless. */
final class AgentFolder {
    /** Holds a token that no two publications share. A label cannot be called so: its dots are encoded. */
    private static final String PUBLICATION = ".publication";

    private static final String PART = ".part";
    private static final String GONE = ".gone";

    /** Says whose the folder is; there first. */
    private static final String MARK = ".jnixl-agent";

    private static final int LONGEST_TOKEN = 64;
    private static final System.Logger LOG = System.getLogger("io.jnixl.agent");
    private static final long PAUSE_NANOS = 200_000;
    private static final long RETRY_NANOS = 2_000_000_000;

    private final Path folder;

    AgentFolder(Path root, String agent) {
        folder = root.resolve(encoded(agent));
    }

    /** Names may hold any character, among them those that lead out of the folder. */
    private static String encoded(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8)
                .replace(".", "%2E")
                .replace("*", "%2A");
    }

    void write(String label, byte[] bytes) throws IOException {
        long start = System.nanoTime();
        while (true) {
            try {
                requireOwn();
                Files.createDirectories(folder);
                mark();
                if (!Files.exists(folder.resolve(PUBLICATION))) {
                    replace(PUBLICATION, UUID.randomUUID().toString().getBytes(StandardCharsets.US_ASCII));
                }
                replace(encoded(label), bytes);
                mark(); // somebody of the same name may have taken it away meanwhile
                return;
            } catch (NoSuchFileException | FileAlreadyExistsException e) {
                if (System.nanoTime() - start > RETRY_NANOS) { // somebody takes the folder away, again and again
                    throw e;
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    private void mark() throws IOException {
        try {
            Files.createFile(folder.resolve(MARK));
        } catch (FileAlreadyExistsException e) {
            return; // as it should be
        }
    }

    /** Not by {@link Files#createTempFile}, whose files only their owner can read: other users' agents come here too. */
    private void replace(String name, byte[] bytes) throws IOException {
        Path temporary = folder.resolve("." + UUID.randomUUID() + PART);
        try {
            Files.write(temporary, bytes, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            Files.move(temporary, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /** The token of what is published now; null when nothing is. */
    @Nullable
    String publication() throws IOException {
        byte[] token = read(folder.resolve(PUBLICATION), LONGEST_TOKEN);
        return token == null ? null : new String(token, StandardCharsets.ISO_8859_1);
    }

    /** What is published under the label; null when nothing is. */
    byte @Nullable [] read(String label) throws IOException {
        byte[] bytes = read(folder.resolve(encoded(label)), MetadataExchange.MAX_BYTES);
        return bytes == null || bytes.length == 0 ? null : bytes;
    }

    private static byte @Nullable [] read(Path file, int limit) throws IOException {
        try {
            BasicFileAttributes known =
                    Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (!known.isRegularFile()) {
                throw new IOException(file + " is no regular file");
            }
            if (known.size() > limit) {
                throw new IOException(file + " has " + known.size() + " bytes; " + limit + " are the most");
            }
            try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
                return in.readNBytes((int) known.size()); // no more, should it grow meanwhile
            }
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    /**
     * Takes away what was published: all at once, by renaming the folder, so that nobody meets it half gone; who publishes meanwhile
     * starts a new one.
     */
    void delete() throws IOException {
        requireOwn();
        Path gone = folder.resolveSibling("." + UUID.randomUUID() + GONE);
        try {
            Files.move(folder, gone, StandardCopyOption.ATOMIC_MOVE);
        } catch (NoSuchFileException e) {
            return; // nothing was published, or another takes it away
        }
        clean(gone);
    }

    /** What cannot be deleted stays: nobody takes it for a publication, such as a file that a network file system keeps. */
    private static void clean(Path gone) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(gone)) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(gone);
        } catch (IOException | DirectoryIteratorException e) {
            LOG.log(System.Logger.Level.DEBUG, gone + " is not deleted", e);
        }
    }

    /**
     * The directory is the user's choice, and this folder's name the agent's: together they may name a folder of other things,
     * or a link to one. That is refused before anything in it is touched.
     */
    private void requireOwn() throws IOException {
        if (Files.isSymbolicLink(folder)) {
            throw new IOException(folder + " is a link");
        }
        if (Files.isRegularFile(folder, LinkOption.NOFOLLOW_LINKS)) {
            throw new FileSystemException(folder.toString(), null, "it is a file and no agent's publication");
        }
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS) || Files.exists(folder.resolve(MARK))) {
            return;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                // the mark may have come in between, and what is unfinished is an agent's
                if (!file.endsWith(MARK) && !file.toString().endsWith(PART) && !Files.exists(folder.resolve(MARK))) {
                    throw new FileSystemException(
                            folder.toString(),
                            null,
                            "it holds " + file.getFileName() + " and is no agent's publication");
                }
            }
        } catch (NoSuchFileException e) {
            return; // gone meanwhile, which is as good
        }
    }

    @Override
    public String toString() {
        return folder.toString();
    }
}
