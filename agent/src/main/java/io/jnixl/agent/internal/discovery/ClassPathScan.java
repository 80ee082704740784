// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.discovery;

import io.jnixl.agent.internal.config.Shown;
import io.jnixl.agent.internal.plugins.PluginLoader;
import java.io.IOException;
import java.net.URL;
import java.util.Enumeration;
import java.util.function.UnaryOperator;

/** Finds the providers that service files list, in the order of the class path or of a plugin's jars. */
final class ClassPathScan {
    private static final int MAX_FILES = 1000;

    /** Finds the service files. */
    @FunctionalInterface
    private interface Files {
        Enumeration<URL> find() throws IOException;
    }

    private final ClassLoader loader;
    private final Findings findings;
    private final Files files;

    /** What tells the origin of what lies in a place. */
    private final UnaryOperator<String> origin;

    private int listed;

    private ClassPathScan(ClassLoader loader, Findings findings, Files files, UnaryOperator<String> origin) {
        this.loader = loader;
        this.findings = findings;
        this.files = files;
        this.origin = origin;
    }

    /** Of all that a loader and its parents see. */
    static ClassPathScan of(ClassLoader loader, Findings findings) {
        return new ClassPathScan(loader, findings, () -> loader.getResources(ServiceFile.PATH), place -> place);
    }

    /** Of a plugin's own jars. */
    static ClassPathScan of(PluginLoader loader, Findings findings, UnaryOperator<String> origin) {
        return new ClassPathScan(loader, findings, () -> loader.findResources(ServiceFile.PATH), origin);
    }

    /** How many providers the files list, the broken ones included; a file that cannot be read counts as one. */
    int listed() {
        return listed;
    }

    void run() {
        try {
            Enumeration<URL> urls = files.find();
            for (int i = 0; i < MAX_FILES && urls.hasMoreElements(); i++) {
                read(new ServiceFile(urls.nextElement(), loader));
            }
        } catch (Throwable e) {
            Fatal.rethrow(e);
            listed++;
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
            listed++;
            findings.broken(
                    ServiceFile.PATH,
                    file.place(),
                    origin.apply(file.place()),
                    new Diagnosis("it cannot be read: " + Shown.text(e.toString()), "replace the jar"),
                    e);
        }
    }

    private void read(String line, ServiceFile file) {
        listed++;
        String place = file.place();
        String from = origin.apply(place);
        if (!ServiceFile.isClassName(line)) {
            findings.broken(
                    Shown.text(line),
                    place,
                    from,
                    new Diagnosis(
                            "a line of its " + ServiceFile.PATH + " is no class name",
                            "tell the backend's author, or remove its jar to go without it"),
                    null);
            return;
        }
        try {
            Class<?> type = Class.forName(line, false, loader);
            findings.add(new Candidate(type, place, from, file::openManifest, () -> Construction.instantiate(type)));
        } catch (Throwable e) {
            Fatal.rethrow(e);
            findings.broken(line, place, from, notLoaded(line, file, e), e);
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
