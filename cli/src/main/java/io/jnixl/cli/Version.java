// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** This program's version, as the build wrote it down: a jar's manifest would be lost in a repackaged application. */
public final class Version implements IVersionProvider {
    private static final String RESOURCE = "build.properties";

    /** This version. */
    public static String current() {
        try (InputStream in = Version.class.getResourceAsStream(RESOURCE)) {
            Properties build = new Properties();
            build.load(Objects.requireNonNull(in, RESOURCE));
            return build.getProperty("version");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String[] getVersion() {
        return new String[] {"jnixl " + current()};
    }
}
