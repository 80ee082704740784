// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.discovery;

import io.jnixl.agent.internal.config.Shown;
import java.io.File;
import java.io.IOException;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * Finds the jars of the class path that cannot be read. The JVM passes over them without a word, and the backend in one would be
 * missing for no reason that anybody could see.
 */
final class DamagedJars {
    private final ClassLoader loader;
    private final Findings findings;

    DamagedJars(ClassLoader loader, Findings findings) {
        this.loader = loader;
        this.findings = findings;
    }

    /** Does nothing where the loader does not go by the class path. */
    void run() {
        if (!seesClassPath()) {
            return;
        }
        for (String entry : System.getProperty("java.class.path", "").split(File.pathSeparator, -1)) {
            File file = new File(entry);
            if (entry.endsWith(".jar") && file.isFile()) {
                check(file);
            }
        }
    }

    private boolean seesClassPath() {
        for (@Nullable ClassLoader above = loader; above != null; above = above.getParent()) {
            if (above.equals(ClassLoader.getSystemClassLoader())) {
                return true;
            }
        }
        return false;
    }

    /** Cheap: the JDK keeps the tables of jars that a class loader has open. */
    private void check(File jar) {
        try {
            new ZipFile(jar).close();
        } catch (IOException e) {
            String place = Shown.text(jar.getPath());
            findings.broken(
                    Shown.text(jar.getName()),
                    place,
                    place,
                    new Diagnosis(
                            "the jar cannot be read: " + Shown.text(e.toString()),
                            "replace it, or take it off the class path"),
                    e);
        }
    }
}
