// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.config;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a process is surrounded by, as far as settings come from there; tests make their own.
 *
 * @param properties system properties
 * @param environment environment variables
 * @param usualFiles where a settings file is looked for when none is named, best first
 * @param nativeFiles where native NIXL's file is looked for when none is named, best first
 * @param hostName this host's name; empty when it cannot be told
 * @since 0.1
 */
public record Surroundings(
        Map<String, String> properties,
        Map<String, String> environment,
        List<Path> usualFiles,
        List<Path> nativeFiles,
        Supplier<String> hostName) {

    /** Copies. */
    public Surroundings {
        properties = Map.copyOf(properties);
        environment = Map.copyOf(environment);
        usualFiles = List.copyOf(usualFiles);
        nativeFiles = List.copyOf(nativeFiles);
    }

    /** Those of this process, now. */
    public static Surroundings ofProcess() {
        Map<String, String> properties = new HashMap<>();
        Properties system = System.getProperties();
        system.stringPropertyNames().forEach(name -> {
            String value = system.getProperty(name);
            if (value != null) {
                properties.put(name, value);
            }
        });
        return new Surroundings(
                properties,
                System.getenv(),
                usualFiles(properties.get("user.home")),
                nativeFiles(System.getenv("HOME")),
                Surroundings::nameOfHost);
    }

    private static List<Path> usualFiles(@Nullable String home) {
        List<Path> files = new ArrayList<>();
        files.add(Path.of("jnixl.toml"));
        if (home != null) {
            files.add(Path.of(home, ".jnixl.toml"));
        }
        files.add(Path.of("/etc/jnixl.toml"));
        return files;
    }

    /** By the variable, as native does. */
    private static List<Path> nativeFiles(@Nullable String home) {
        Path etc = Path.of("/etc/nixl.cfg");
        try {
            return home == null || home.isEmpty() ? List.of(etc) : List.of(Path.of(home, ".nixl.cfg"), etc);
        } catch (InvalidPathException e) {
            return List.of(etc);
        }
    }

    /** The kernel's answer first: {@link InetAddress} may ask a name server. */
    private static String nameOfHost() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
        } catch (IOException noProc) {
            try {
                return InetAddress.getLocalHost().getHostName();
            } catch (UnknownHostException e) {
                return "";
            }
        }
    }

    /** A variable's value; {@code HOSTNAME}, which shells do not export, is known even so. */
    @Nullable
    String variable(String name) {
        String value = environment.get(name);
        if (value != null || !name.equals("HOSTNAME")) {
            return value;
        }
        String host = hostName.get();
        return host.isEmpty() ? null : host;
    }

    /** Without values, some of which are secrets. */
    @Override
    public String toString() {
        return "Surroundings[" + properties.size() + " properties, " + environment.size() + " variables]";
    }
}
