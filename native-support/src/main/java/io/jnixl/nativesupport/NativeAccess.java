// SPDX-License-Identifier: Apache-2.0
package io.jnixl.nativesupport;

/** The flag that lets this module call native code. */
final class NativeAccess {
    private NativeAccess() {}

    static String flag() {
        return flag(NativeAccess.class.getModule());
    }

    /** A named module is not covered by ALL-UNNAMED, nor the other way round: name the one that counts. */
    static String flag(Module module) {
        return "--enable-native-access=" + (module.isNamed() ? module.getName() : "ALL-UNNAMED");
    }
}
