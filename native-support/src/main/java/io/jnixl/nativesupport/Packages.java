// SPDX-License-Identifier: Apache-2.0
package io.jnixl.nativesupport;

import java.util.Objects;

/**
 * Where users get a native library from, in the words of their distribution.
 *
 * @since 0.1
 */
public final class Packages {
    private Packages() {}

    /**
     * The commands that install a package, such as {@code apt-get install libucx0 (Debian, Ubuntu) or dnf install ucx
     * (Fedora)}.
     *
     * @param debian the package's name in Debian and Ubuntu
     * @param fedora its name in Fedora
     */
    public static String hint(String debian, String fedora) {
        return "apt-get install " + Objects.requireNonNull(debian, "debian") + " (Debian, Ubuntu) or dnf install "
                + Objects.requireNonNull(fedora, "fedora") + " (Fedora)";
    }
}
