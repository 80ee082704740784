// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli;

/** The Java runtime and the system under it. */
record Platform(String java, String vendor, String vm, String system, String release, String arch) {

    static Platform current() {
        return new Platform(
                Runtime.version().toString(),
                System.getProperty("java.vendor", ""),
                System.getProperty("java.vm.name", ""),
                System.getProperty("os.name", ""),
                System.getProperty("os.version", ""),
                System.getProperty("os.arch", ""));
    }

    /** Whether native backends are made for it. */
    boolean supported() {
        return system.equals("Linux") && (arch.equals("amd64") || arch.equals("aarch64"));
    }

    /** What a user may expect. */
    String note() {
        if (!supported()) {
            return "no native backend runs here, only those in pure Java; native ones need Linux on amd64 or aarch64";
        }
        return arch.equals("amd64") ? "supported" : "supported, without UCX";
    }
}
