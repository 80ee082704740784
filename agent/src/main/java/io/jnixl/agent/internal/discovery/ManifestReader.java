// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.discovery;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import org.jspecify.annotations.Nullable;

/** The main attributes of the manifest beside a provider. */
@FunctionalInterface
interface ManifestReader {
    /** Nobody's manifest is longer. */
    int MAX_BYTES = 1 << 20;

    /** The manifest's bytes, or null when there is none. */
    @Nullable
    InputStream open() throws IOException;

    /** The value of a main attribute, or null. */
    default @Nullable String attribute(String name) throws IOException {
        try (InputStream in = open()) {
            if (in == null) {
                return null;
            }
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new IOException(JarFile.MANIFEST_NAME + " is longer than " + MAX_BYTES + " bytes");
            }
            return new Manifest(new ByteArrayInputStream(bytes))
                    .getMainAttributes()
                    .getValue(name);
        }
    }
}
