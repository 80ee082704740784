// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.files;

import io.jnixl.spi.MetadataExchange;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
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
import org.jspecify.annotations.Nullable;

/** What one agent has published: files that are renamed to their names when they are whole. Stateless. */
final class AgentFolder {
    /** Holds a token that no two publications share. A label cannot be called so: its dots are encoded. */
    private static final String PUBLICATION = ".publication";

    private static final String PART = ".part";

    /** Says whose the folder is; there first, and gone last. */
    private static final String MARK = ".jnixl-agent";

    private static final int LONGEST_TOKEN = 64;
    private static final int ATTEMPTS = 10;

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
        for (int attempt = 1; ; attempt++) {
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
                if (attempt == ATTEMPTS) { // somebody takes the folder away, again and again
                    throw e;
                }
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
     * Takes away what was published. The token goes first: who watches sees the end at once.
     */
    void delete() throws IOException {
        requireOwn();
        for (int attempt = 1; ; attempt++) {
            Files.deleteIfExists(folder.resolve(PUBLICATION));
            try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
                for (Path file : files) {
                    if (!file.endsWith(MARK)) {
                        Files.deleteIfExists(file);
                    }
                }
            } catch (NoSuchFileException e) {
                return;
            }
            try {
                Files.deleteIfExists(folder.resolve(MARK));
                Files.deleteIfExists(folder);
                return;
            } catch (DirectoryNotEmptyException e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
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
