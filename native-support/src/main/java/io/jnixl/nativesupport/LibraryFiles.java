// SPDX-License-Identifier: Apache-2.0
package io.jnixl.nativesupport;

import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where a library's file lies that the loader refused. Only an explanation hangs on it, so it looks at the usual folders,
 * those of other processors included, and leaves the loader's cache alone.
 */
final class LibraryFiles {
    private static final List<String> USUAL =
            List.of("/lib64", "/usr/lib64", "/lib", "/usr/lib", "/usr/lib32", "/usr/local/lib", "/usr/local/lib64");

    private LibraryFiles() {}

    static Optional<Path> find(String soname) {
        if (soname.indexOf('/') >= 0) {
            return Optional.of(Path.of(soname)).filter(Files::isRegularFile);
        }
        return folders().stream()
                .map(folder -> folder.resolve(soname))
                .filter(Files::isRegularFile)
                .findFirst();
    }

    private static List<Path> folders() {
        List<Path> folders = new ArrayList<>();
        String path = System.getenv("LD_LIBRARY_PATH");
        if (path != null) {
            for (String folder : path.split(File.pathSeparator, -1)) {
                addIfPath(folders, folder);
            }
        }
        USUAL.forEach(folder -> addIfPath(folders, folder));
        addMultiarch(folders);
        return folders;
    }

    private static void addIfPath(List<Path> folders, String text) {
        try {
            folders.add(Path.of(text));
        } catch (InvalidPathException e) {
            // The loader skips what is no path, and so do we.
            return;
        }
    }

    /** Debian's folders per processor, such as /usr/lib/i386-linux-gnu. */
    private static void addMultiarch(List<Path> folders) {
        try (DirectoryStream<Path> found = Files.newDirectoryStream(Path.of("/usr/lib"), "*-linux-gnu*")) {
            found.forEach(folders::add);
        } catch (IOException e) {
            // Not that kind of system: the usual folders are all there is.
            return;
        }
    }
}
