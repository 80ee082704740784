// SPDX-License-Identifier: Apache-2.0
package io.jnixl.nativesupport;

import java.util.List;

/** Opens the C library and prints what came of it; see {@link NativeAccessIT}. */
final class OpenLibc {
    private OpenLibc() {}

    public static void main(String[] args) {
        switch (NativeLibrary.open("libc.so.6", List.of("getpid"))) {
            case NativeLibrary.Found found -> System.out.println("found " + found.path());
            case NativeLibrary.Missing missing -> System.out.println(missing.why() + " " + missing.reason());
        }
    }
}
