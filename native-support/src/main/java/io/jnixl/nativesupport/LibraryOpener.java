// SPDX-License-Identifier: Apache-2.0
package io.jnixl.nativesupport;

import io.jnixl.nativesupport.NativeLibrary.Found;
import io.jnixl.nativesupport.NativeLibrary.Missing;
import io.jnixl.nativesupport.NativeLibrary.Why;
import java.io.IOException;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The steps of {@link NativeLibrary#open}: set the environment, load, check the symbols, or find out what is wrong. */
final class LibraryOpener {
    private LibraryOpener() {}

    static NativeLibrary open(String soname, List<String> symbols, Map<String, String> environment) {
        String system = System.getProperty("os.name", "");
        if (!system.equals("Linux")) {
            return new Missing(
                    soname,
                    Why.UNSUPPORTED_SYSTEM,
                    soname + " is looked for on Linux only, and this is " + system,
                    null);
        }
        if (soname.isEmpty() || soname.indexOf('\0') >= 0) {
            return new Missing(
                    soname, Why.NOT_INSTALLED, "\"" + soname.replace('\0', '?') + "\" is no library's name", null);
        }
        try {
            DynamicLinker linker = new DynamicLinker();
            environment.forEach(linker::setDefault);
            return load(linker, soname, symbols);
        } catch (IllegalCallerException e) {
            return notEnabled(soname, e);
        }
    }

    static Missing notEnabled(String soname, IllegalCallerException e) {
        return new Missing(
                soname,
                Why.NOT_ENABLED,
                soname + " was not looked for: this Java runtime denies native access; it needs " + NativeAccess.flag(),
                e);
    }

    private static NativeLibrary load(DynamicLinker linker, String soname, List<String> symbols) {
        return switch (linker.open(soname)) {
            case DynamicLinker.Handle handle -> check(linker, handle, soname, symbols);
            case DynamicLinker.Refusal refusal -> diagnose(soname, refusal.text());
        };
    }

    private static NativeLibrary check(
            DynamicLinker linker, DynamicLinker.Handle handle, String soname, List<String> symbols) {
        SymbolLookup lookup = name -> linker.symbol(handle, name);
        List<String> absent =
                symbols.stream().filter(s -> lookup.find(s).isEmpty()).toList();
        String path = linker.path(handle);
        if (absent.isEmpty()) {
            return new Found(lookup, soname, path);
        }
        return new Missing(
                soname,
                Why.TOO_OLD,
                soname + " is installed" + (path.isEmpty() ? "" : " (" + path + ")") + " but too old: it lacks "
                        + String.join(", ", absent),
                null);
    }

    /**
     * The loader's text is in the user's language, so it is shown, not understood; but it starts with the name of the file
     * that it concerns, in any language.
     */
    static Missing diagnose(String soname, String text) {
        Optional<Path> file = LibraryFiles.find(soname);
        if (file.isPresent()) {
            return refused(soname, file.get(), text);
        }
        if (text.startsWith(soname + ":")) {
            return new Missing(soname, Why.NOT_INSTALLED, soname + " not found", null);
        }
        return new Missing(soname, Why.UNUSABLE, soname + " cannot be loaded: " + text, null);
    }

    private static Missing refused(String soname, Path file, String text) {
        try {
            ElfHeader header = ElfHeader.read(file);
            if (!header.fitsThisJvm()) {
                return new Missing(
                        soname,
                        Why.WRONG_ARCHITECTURE,
                        soname + " is there (" + file + "), made for " + header + ", and this JVM is "
                                + System.getProperty("os.arch"),
                        null);
            }
            return new Missing(
                    soname, Why.UNUSABLE, soname + " is there (" + file + "), but cannot be loaded: " + text, null);
        } catch (IOException e) {
            return new Missing(
                    soname,
                    Why.UNUSABLE,
                    soname + " is there (" + file + "), but cannot be read: " + e.getMessage(),
                    e);
        }
    }
}
