// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.memory;

import java.nio.file.OpenOption;

/**
 * The JDK's option for {@code O_DIRECT}, {@code com.sun.nio.file.ExtendedOpenOption.DIRECT}. It is exported, yet javac
 * warns of each use and lets nobody suppress that, so it is taken by name.
 */
final class DirectOption {
    private static final String TYPE = "com.sun.nio.file.ExtendedOpenOption";

    private DirectOption() {}

    /** The option; an {@link UnsupportedOperationException} where this JDK has none. */
    static OpenOption find() {
        try {
            for (Object constant : Class.forName(TYPE).getEnumConstants()) {
                if (constant instanceof OpenOption option && constant.toString().equals("DIRECT")) {
                    return option;
                }
            }
        } catch (ClassNotFoundException e) {
            throw new UnsupportedOperationException("this JDK lacks " + TYPE, e);
        }
        throw new UnsupportedOperationException("this JDK lacks " + TYPE + ".DIRECT");
    }
}
