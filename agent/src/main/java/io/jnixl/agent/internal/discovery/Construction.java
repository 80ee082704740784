// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.discovery;

import io.jnixl.spi.BackendProvider;
import java.lang.reflect.InvocationTargetException;
import java.util.ServiceConfigurationError;

/** Instantiating a provider's class, and what its failures mean. */
final class Construction {
    private Construction() {}

    /** Runs the public constructor without arguments. */
    static BackendProvider instantiate(Class<?> type) throws Exception {
        return (BackendProvider) type.getConstructor().newInstance();
    }

    /** What the provider threw, freed of what reflection and {@link java.util.ServiceLoader} wrap around it. */
    static Throwable unwrap(Throwable thrown) {
        Throwable inner = thrown;
        for (int depth = 0; depth < 4; depth++) {
            Throwable cause = inner.getCause();
            boolean wrapper = inner instanceof InvocationTargetException || inner instanceof ServiceConfigurationError;
            if (!wrapper || cause == null) {
                return inner;
            }
            inner = cause;
        }
        return inner;
    }

    static Diagnosis diagnose(Class<?> type, Throwable thrown) {
        return switch (thrown) {
            case NoSuchMethodException _ -> unfit(type, "has no public constructor without arguments");
            case InstantiationException _ -> unfit(type, "is abstract");
            case IllegalAccessException _
            when type.getModule().isNamed() ->
                new Diagnosis(
                        "module " + type.getModule().getName() + " does not provide class " + type.getName()
                                + " as a service, though a file in META-INF/services lists it",
                        "its author puts \"provides " + BackendProvider.class.getName() + " with " + type.getName()
                                + "\" into module-info.java; or put the jar on the class path");
            case IllegalAccessException _ -> unfit(type, "is not public");
            default -> {
                Diagnosis why = Diagnosis.of(thrown);
                yield new Diagnosis("its constructor failed: " + why.reason(), why.remedy());
            }
        };
    }

    private static Diagnosis unfit(Class<?> type, String what) {
        return new Diagnosis(
                "class " + type.getName() + " " + what,
                "its author makes it a public class with a public constructor without arguments");
    }
}
