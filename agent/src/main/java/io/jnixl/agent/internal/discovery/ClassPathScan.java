// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.discovery;

import io.jnixl.agent.internal.config.Shown;
import java.io.IOException;
import java.net.URL;
import java.util.Enumeration;

/** Finds the providers that service files list, in the order of the class path. */
final class ClassPathScan {
    private static final int MAX_FILES = 1000;

    private final ClassLoader loader;
    private final Findings findings;

    ClassPathScan(ClassLoader loader, Findings findings) {
        this.loader = loader;
        this.findings = findings;
    }

    void run() {
        try {
            Enumeration<URL> urls = loader.getResources(ServiceFile.PATH);
            for (int i = 0; i < MAX_FILES && urls.hasMoreElements(); i++) {
                read(new ServiceFile(urls.nextElement(), loader));
            }
        } catch (Throwable e) {
            Fatal.rethrow(e);
            String where = loader.getClass().getName();
            findings.broken(ServiceFile.PATH, where, where, Diagnosis.of(e), e);
        }
    }

    private void read(ServiceFile file) {
        try {
            for (String line : file.lines()) {
                read(line, file);
            }
        } catch (IOException e) {
            findings.broken(
                    ServiceFile.PATH,
                    file.place(),
                    file.place(),
                    new Diagnosis("it cannot be read: " + Shown.text(e.toString()), "replace the jar"),
                    e);
        }
    }

    private void read(String line, ServiceFile file) {
        String place = file.place();
        if (!ServiceFile.isClassName(line)) {
            findings.broken(
                    Shown.text(line),
                    place,
                    place,
                    new Diagnosis(
                            "a line of its " + ServiceFile.PATH + " is no class name",
                            "tell the backend's author, or remove its jar to go without it"),
                    null);
            return;
        }
        try {
            Class<?> type = Class.forName(line, false, loader);
            findings.add(new Candidate(type, place, place, file::openManifest, () -> Construction.instantiate(type)));
        } catch (Throwable e) {
            Fatal.rethrow(e);
            findings.broken(line, place, place, notLoaded(line, file, e), e);
        }
    }

    private static Diagnosis notLoaded(String className, ServiceFile file, Throwable thrown) {
        Diagnosis otherVersion = SpiCheck.checkManifest(file::openManifest);
        if (otherVersion != null) {
            return otherVersion;
        }
        if (thrown instanceof ClassNotFoundException) {
            return new Diagnosis(
                    "class " + className + ", which its " + ServiceFile.PATH + " lists, is missing",
                    "the jar is incomplete: replace it, or remove it to go without the backend");
        }
        return Diagnosis.ofLoading(className, thrown);
    }
}
