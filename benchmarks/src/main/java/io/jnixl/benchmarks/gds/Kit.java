// SPDX-License-Identifier: Apache-2.0
package io.jnixl.benchmarks.gds;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The folder that {@code build/gpu-check-pack} has made.
 *
 * @param home that folder
 * @param cufile the library to load
 * @param cuda likewise
 */
record Kit(Path home, String cufile, String cuda) {
    private static final String CUFILE = "libcufile.so.0";

    static Kit of(Path home, boolean standIn) {
        String instead = home.resolve("stand-in.so").toString();
        return standIn ? new Kit(home, instead, instead) : new Kit(home, CUFILE, "libcuda.so.1");
    }

    /** A class of ours in a process of its own, with these options of the JVM and arguments. */
    List<String> java(String main, List<String> options, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSystemMemoryBarrier",
                "-Djnixl.cufile.library=" + cufile,
                "-Djnixl.cuda.library=" + cuda));
        command.addAll(options);
        command.addAll(List.of("-cp", home.resolve("lib/*") + File.pathSeparator + home.resolve("tests"), main));
        command.addAll(arguments);
        return command;
    }

    /** The program in C, with these arguments. */
    List<String> c(List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(home.resolve("gdstwin").toString()));
        command.addAll(arguments);
        command.addAll(List.of(cufile, cuda));
        return command;
    }

    /** What was packed. */
    String revision() {
        try {
            return Files.readString(home.resolve("revision")).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
