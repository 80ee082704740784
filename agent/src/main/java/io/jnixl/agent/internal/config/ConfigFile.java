// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.config;

import io.jnixl.api.Config;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The settings file.
 *
 * @param source which file that is
 * @param name as shown in origins
 * @param text its content
 */
record ConfigFile(SettingsFile source, String name, String text) {
    /** No settings file is longer; a wrong path may lead to something endless. */
    private static final int MAX_BYTES = 1 << 20;

    static final String PROPERTY = "jnixl.config";
    static final String VARIABLE = "JNIXL_CONFIG";

    /** The file to read, if there is one: named by the program, by the user, or found in a usual place. */
    static @Nullable ConfigFile find(Config config, Surroundings around) throws UnreadableFile {
        Path byProgram = config.file();
        if (byProgram != null) {
            return read(byProgram, "program");
        }
        if (!config.readsSurroundings()) {
            return null;
        }
        String byProperty = around.properties().getOrDefault(PROPERTY, "");
        if (!byProperty.isEmpty()) {
            return read(path(byProperty, "system property " + PROPERTY), "system property " + PROPERTY);
        }
        String byVariable = around.environment().getOrDefault(VARIABLE, "");
        if (!byVariable.isEmpty()) {
            return read(path(byVariable, "environment " + VARIABLE), "environment " + VARIABLE);
        }
        return findUsual(around.usualFiles(), "found there");
    }

    /** Native NIXL's file, if there is one: named by its variable, or found in its usual places. */
    static @Nullable ConfigFile findNative(Surroundings around) throws UnreadableFile {
        String namedBy = "environment " + NativeSource.VARIABLE;
        String byVariable = around.environment().getOrDefault(NativeSource.VARIABLE, "");
        if (!byVariable.isEmpty()) {
            return read(path(byVariable, namedBy), namedBy);
        }
        return findUsual(around.nativeFiles(), "native NIXL's, found there");
    }

    private static @Nullable ConfigFile findUsual(List<Path> places, String namedBy) throws UnreadableFile {
        for (Path usual : places) {
            if (Files.isRegularFile(usual)) {
                return read(usual, namedBy);
            }
        }
        return null;
    }

    private static Path path(String text, String namedBy) throws UnreadableFile {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new UnreadableFile(Shown.text(text), namedBy, "it is no valid path", e);
        }
    }

    private static ConfigFile read(Path file, String namedBy) throws UnreadableFile {
        String name = Shown.text(file.toString());
        if (!Files.exists(file)) {
            throw new UnreadableFile(name, namedBy, "there is no such file", null);
        }
        if (Files.isDirectory(file)) {
            throw new UnreadableFile(name, namedBy, "it is a folder", null);
        }
        SettingsFile source = SettingsFile.of(file);
        try (InputStream in = source.open()) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new UnreadableFile(name, namedBy, "it is longer than " + MAX_BYTES + " bytes", null);
            }
            return new ConfigFile(source, name, decode(bytes));
        } catch (CharacterCodingException e) {
            throw new UnreadableFile(name, namedBy, "it is not UTF-8 text", e);
        } catch (IOException e) {
            throw new UnreadableFile(name, namedBy, Shown.text(e.toString()), e);
        }
    }

    private static String decode(byte[] bytes) throws CharacterCodingException {
        return StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(bytes))
                .toString();
    }
}
