// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.discovery;

import io.jnixl.agent.internal.plugins.PluginLoader;
import io.jnixl.spi.BackendProvider;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.util.Enumeration;
import java.util.List;
import java.util.jar.JarFile;
import org.jspecify.annotations.Nullable;

/** One {@code META-INF/services/io.jnixl.spi.BackendProvider}, read by ourselves so that the jar is known. */
record ServiceFile(URL url, ClassLoader loader) {
    static final String PATH = "META-INF/services/" + BackendProvider.class.getName();

    private static final int MAX_BYTES = 1 << 16;
    private static final int MAX_JARS = 100_000;

    /** The jar or folder it lies in. */
    String place() {
        return Place.of(url, PATH);
    }

    /** The lines that say something, comments and blanks removed, each once. */
    List<String> lines() throws IOException {
        try (InputStream in = open(url)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new IOException("the file is longer than " + MAX_BYTES + " bytes");
            }
            return new String(bytes, StandardCharsets.UTF_8)
                    .lines()
                    .map(ServiceFile::withoutComment)
                    .filter(line -> !line.isEmpty())
                    .distinct()
                    .toList();
        }
    }

    private static String withoutComment(String line) {
        int comment = line.indexOf('#');
        return (comment < 0 ? line : line.substring(0, comment)).strip();
    }

    /** Whether a line is the name of a class. */
    static boolean isClassName(String line) {
        int start = 0;
        for (int dot = line.indexOf('.'); dot >= 0; dot = line.indexOf('.', start)) {
            if (!isIdentifier(line.substring(start, dot))) {
                return false;
            }
            start = dot + 1;
        }
        return isIdentifier(line.substring(start));
    }

    private static boolean isIdentifier(String part) {
        return !part.isEmpty()
                && Character.isJavaIdentifierStart(part.codePointAt(0))
                && part.codePoints().allMatch(Character::isJavaIdentifierPart);
    }

    /** The manifest in the same jar or folder, or null; searched for, since only the loader can make its own URLs. */
    @Nullable
    InputStream openManifest() throws IOException {
        String base = url.toString().substring(0, url.toString().length() - PATH.length());
        Enumeration<URL> manifests = loader.getResources(JarFile.MANIFEST_NAME);
        for (int i = 0; i < MAX_JARS && manifests.hasMoreElements(); i++) {
            URL manifest = manifests.nextElement();
            if (manifest.toString().equals(base + JarFile.MANIFEST_NAME)) {
                return open(manifest);
            }
        }
        return null;
    }

    /** A plugin's as it was when it was loaded; others without the JDK's cache, which would keep the jar open for good. */
    private InputStream open(URL file) throws IOException {
        if (loader instanceof PluginLoader plugin) {
            return plugin.read(file);
        }
        URLConnection connection = file.openConnection();
        connection.setUseCaches(false);
        return connection.getInputStream();
    }
}
