// SPDX-License-Identifier: Apache-2.0
package io.jnixl.nativesupport;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A shared library of this machine, or the reason why there is none: {@link #open} answers with one of the two and never
 * throws for what the machine lacks.
 *
 * <p>Every restricted call of the Java runtime is made in this module, so that {@code
 * --enable-native-access=io.jnixl.nativesupport} (on the class path: {@code ALL-UNNAMED}) is all that a program needs. Any
 * thread may call; opening a library reads files and runs its initialisers, so it may take milliseconds.
 *
 * @since 0.1
 */
public sealed interface NativeLibrary {

    /**
     * Loads a library for the rest of the process's life: it is never unloaded, and opening it again is cheap.
     *
     * @param soname such as {@code libucp.so.0}, looked for where the system's loader looks ({@code LD_LIBRARY_PATH}, its
     *     cache), or an absolute path
     * @param symbols functions that it must export
     */
    static NativeLibrary open(String soname, List<String> symbols) {
        return open(soname, symbols, Map.of());
    }

    /**
     * The same for a library that reads its environment while it loads.
     *
     * @param environment variables to set in the process's native environment first, unless they are set already. Java's
     *     {@link System#getenv()} does not see them. The C library does not guard its environment against concurrent use:
     *     open such a library early
     */
    static NativeLibrary open(String soname, List<String> symbols, Map<String, String> environment) {
        Objects.requireNonNull(soname, "soname");
        return LibraryOpener.open(soname, List.copyOf(symbols), Map.copyOf(environment));
    }

    /**
     * The library is loaded and exports what was asked for.
     *
     * @param lookup finds its symbols; valid for the rest of the process's life
     * @param soname as asked for
     * @param path the file that was loaded; empty when the system does not say
     * @since 0.1
     */
    record Found(SymbolLookup lookup, String soname, String path) implements NativeLibrary {
        /** Checks for null. */
        public Found {
            Objects.requireNonNull(lookup, "lookup");
            Objects.requireNonNull(soname, "soname");
            Objects.requireNonNull(path, "path");
        }

        /**
         * A handle on one of its functions, to be kept in a {@code static final} field. The caller answers for the
         * descriptor: a wrong one corrupts the process.
         *
         * @throws IllegalArgumentException when the library exports no such symbol
         */
        public MethodHandle function(String symbol, FunctionDescriptor descriptor, Linker.Option... options) {
            MemorySegment address = lookup.find(symbol)
                    .orElseThrow(() -> new IllegalArgumentException(soname + " exports no symbol \"" + symbol + "\""));
            return NativeCalls.bind(address, descriptor, options);
        }
    }

    /**
     * The library cannot be used here.
     *
     * @param soname as asked for
     * @param why the kind of trouble
     * @param reason the trouble in a user's words
     * @param cause what was caught, if anything was
     * @since 0.1
     */
    record Missing(
            String soname, Why why, String reason, @Nullable Throwable cause) implements NativeLibrary {
        /** Checks for null. */
        public Missing {
            Objects.requireNonNull(soname, "soname");
            Objects.requireNonNull(why, "why");
            Objects.requireNonNull(reason, "reason");
        }

        /**
         * What the user can do about it.
         *
         * @param packages where the library comes from, see {@link Packages#hint}
         */
        public String remedy(String packages) {
            return switch (why) {
                case NOT_INSTALLED -> "install " + soname + ": " + packages;
                case TOO_OLD -> "install a newer " + soname + ": " + packages;
                case WRONG_ARCHITECTURE ->
                    "install " + soname + " for " + System.getProperty("os.arch") + ": " + packages;
                case NOT_ENABLED -> "start Java with " + NativeAccess.flag();
                case UNUSABLE -> "repair or reinstall " + soname + ": " + packages;
                case UNSUPPORTED_SYSTEM -> "run on Linux";
            };
        }
    }

    /**
     * Why a library is missing.
     *
     * @since 0.1
     */
    enum Why {
        /** No such file where the loader looks. */
        NOT_INSTALLED,
        /** It is there and lacks a symbol. */
        TOO_OLD,
        /** It is there, made for another processor. */
        WRONG_ARCHITECTURE,
        /** The Java runtime forbids native access to this module. */
        NOT_ENABLED,
        /** It is there, and the loader refuses it: damaged, or a library that it needs is missing. */
        UNUSABLE,
        /** This module loads libraries on Linux only. */
        UNSUPPORTED_SYSTEM
    }
}
