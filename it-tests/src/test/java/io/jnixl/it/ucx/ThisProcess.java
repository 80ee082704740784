// SPDX-License-Identifier: Apache-2.0
package io.jnixl.it.ucx;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What this process holds of the system's, as Linux tells it. */
public final class ThisProcess {
    private ThisProcess() {}

    /** Open file descriptors. */
    public static long openFiles() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
            return files.count();
        }
    }

    /** Memory that is of no file, Java's heap included, in KiB. */
    public static long nativeKib() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("RssAnon:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
    }
}
