// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.discovery;

import java.lang.reflect.InvocationTargetException;

/**
 * What a throwable out of a provider means to a user.
 *
 * @param reason what is wrong
 * @param remedy what to do about it
 */
record Diagnosis(String reason, String remedy) {
    private static final String GO_WITHOUT = ", or remove its jar to go without it";
    private static final String LOADED_TWICE = "already loaded in another classloader";
    private static final String NOT_INITIALIZED = "Could not initialize class ";

    static Diagnosis of(Throwable thrown) {
        return of(thrown, 0);
    }

    private static Diagnosis of(Throwable thrown, int depth) {
        return switch (thrown) {
            case InvocationTargetException e when e.getCause() != null && depth < 4 -> of(e.getCause(), depth + 1);
            case ExceptionInInitializerError e
            when e.getCause() != null && depth < 4 -> {
                Diagnosis inner = of(e.getCause(), depth + 1);
                yield new Diagnosis("its static initializer failed: " + inner.reason, inner.remedy);
            }
            case ClassNotFoundException e -> missing(Thrown.message(e));
            case NoClassDefFoundError e
            when Thrown.message(e).startsWith(NOT_INITIALIZED) ->
                new Diagnosis(
                        "its class " + Thrown.message(e).substring(NOT_INITIALIZED.length())
                                + " failed to initialize earlier",
                        "see the first report of the failure" + GO_WITHOUT);
            case NoClassDefFoundError e -> missing(Thrown.message(e).replace('/', '.'));
            case UnsupportedClassVersionError e ->
                new Diagnosis(
                        "it is compiled for a newer Java than "
                                + Runtime.version().feature() + ": " + Thrown.message(e),
                        "run a newer Java, or take a build for this one");
            case UnsatisfiedLinkError e
            when Thrown.message(e).contains(LOADED_TWICE) ->
                new Diagnosis(
                        "a native library cannot be loaded twice in one process: " + Thrown.message(e),
                        "the backend, or a library of it, is there twice, on the class path and in a plugin, or in two"
                                + " plugins: remove one, and start the process anew");
            case UnsatisfiedLinkError e ->
                new Diagnosis(
                        "a native library or a symbol of it is missing: " + Thrown.message(e),
                        "install the library, or name its folder with -Djava.library.path or LD_LIBRARY_PATH");
            case IncompatibleClassChangeError e ->
                new Diagnosis(
                        "it does not fit the classes around it: " + Thrown.described(e),
                        "take versions of the backend, jnixl-spi and its libraries that belong together");
            case IllegalCallerException e ->
                new Diagnosis(
                        "it may not call native code: " + Thrown.message(e),
                        "start Java with --enable-native-access= and the backend's module, or ALL-UNNAMED");
            default -> new Diagnosis(Thrown.described(thrown), "tell the backend's author" + GO_WITHOUT);
        };
    }

    /** The same for a listed class that could not be loaded. */
    static Diagnosis ofLoading(String className, Throwable thrown) {
        Diagnosis why = of(thrown);
        return new Diagnosis("class " + className + " cannot be loaded: " + why.reason(), why.remedy());
    }

    private static Diagnosis missing(String className) {
        return new Diagnosis(
                "class " + className + ", which it needs, is missing",
                "put the jar that holds " + className
                        + " on the class path or module path, or beside the jar if that is a plugin" + GO_WITHOUT);
    }
}
