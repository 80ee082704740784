// SPDX-License-Identifier: Apache-2.0
package io.jnixl.it.discovery;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A good backend, and every kind of broken jar beside it, all in one folder. */
final class BrokenJars {
    /**
     * What is to be said of one.
     *
     * @param jar where it lies
     * @param reason what the reason holds
     * @param remedy what the remedy holds
     */
    record Expected(Path jar, String reason, String remedy) {}

    private final Path folder;
    private final Path good;
    private final List<Expected> broken = new ArrayList<>();

    BrokenJars(Path folder) throws IOException {
        this.folder = folder;
        good = Situation.good().build(folder);
        add(
                new BackendJar("t.throwing")
                        .provider(
                                "t.throwing.Throwing",
                                "THROWING",
                                "public Throwing() { throw new IllegalStateException(\"no luck\"); }"),
                "its constructor failed: java.lang.IllegalStateException: no luck",
                "tell the backend's author");
        add(
                new BackendJar("t.newer").provider("t.newer.Newer", "NEWER", 99, "static { System.exit(42); }"),
                "it is compiled against SPI version 99",
                "upgrade jnixl-agent");
        add(new BackendJar("t.twin").provider("t.twin.Twin", "GOOD"), "there is a backend GOOD in ", "remove one");
        add(
                new BackendJar("t.lonely")
                        .provider(
                                "t.lonely.Lonely",
                                "LONELY",
                                "public Availability availability() {"
                                        + " System.loadLibrary(\"jnixl-no-such-library\");"
                                        + " return Availability.available(\"1\"); }"),
                "a native library or a symbol of it is missing",
                "install the library");
        Path damaged =
                new BackendJar("t.zdamaged").provider("t.zdamaged.D", "DAMAGED").build(folder);
        byte[] bytes = Files.readAllBytes(damaged);
        Files.write(damaged, Arrays.copyOf(bytes, bytes.length / 2));
        broken.add(new Expected(damaged, "read: java.util.zip.ZipException", "replace it"));
    }

    private void add(BackendJar jar, String reason, String remedy) throws IOException {
        broken.add(new Expected(jar.build(folder), reason, remedy));
    }

    Path good() {
        return good;
    }

    List<Expected> broken() {
        return broken;
    }

    /** The good one first: of two of one name the first counts. */
    List<Path> all() {
        List<Path> jars = new ArrayList<>(List.of(good));
        broken.forEach(each -> jars.add(each.jar()));
        return jars;
    }

    /** A directory with the jars alone. */
    Path asPlugins() throws IOException {
        Path directory = Files.createDirectory(folder.resolve("plugins"));
        for (Path jar : all()) {
            Files.copy(jar, directory.resolve(jar.getFileName()));
        }
        return directory;
    }
}
