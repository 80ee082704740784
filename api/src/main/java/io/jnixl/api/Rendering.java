// SPDX-License-Identifier: Apache-2.0
package io.jnixl.api;

import org.jspecify.annotations.Nullable;

/** One way of writing where an error happened, shared by exceptions and transfer failures. */
final class Rendering {
    private Rendering() {}

    static void appendContext(
            StringBuilder text,
            @Nullable String backend,
            @Nullable String peer,
            int descriptor,
            @Nullable String nativeError,
            @Nullable String remedy) {
        int start = text.length();
        append(text, start, "backend", backend);
        append(text, start, "peer", peer);
        append(text, start, "descriptor", descriptor < 0 ? null : Integer.toString(descriptor));
        append(text, start, "native", nativeError);
        if (text.length() > start) {
            text.append(']');
        }
        if (remedy != null) {
            text.append("; ").append(remedy);
        }
    }

    private static void append(StringBuilder text, int start, String name, @Nullable String value) {
        if (value != null) {
            text.append(text.length() == start ? " [" : ", ")
                    .append(name)
                    .append(' ')
                    .append(value);
        }
    }
}
