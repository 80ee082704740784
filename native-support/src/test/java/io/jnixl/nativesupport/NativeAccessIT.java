// SPDX-License-Identifier: Apache-2.0
package io.jnixl.nativesupport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** What a Java runtime of its own says that was started without the flag. */
@EnabledOnOs(OS.LINUX)
class NativeAccessIT {
    private static final String CLASSES = Path.of("target", "classes").toString();
    private static final String TESTS = Path.of("target", "test-classes").toString();

    @Test
    void onTheClassPathAllUnnamedIsNamed() throws Exception {
        String answer = run("--illegal-native-access=deny", "-cp", CLASSES + ":" + TESTS, OpenLibc.class.getName());

        assertThat(answer).contains("NOT_ENABLED", "--enable-native-access=ALL-UNNAMED");
    }

    @Test
    void onTheModulePathTheModuleIsNamed() throws Exception {
        String answer = run(inModule("--illegal-native-access=deny", "--enable-native-access=ALL-UNNAMED"));

        assertThat(answer).contains("NOT_ENABLED", "--enable-native-access=io.jnixl.nativesupport");
    }

    @Test
    void withTheFlagThatItNamesItWorks() throws Exception {
        String answer = run(inModule("--illegal-native-access=deny", "--enable-native-access=io.jnixl.nativesupport"));

        assertThat(answer).startsWith("found ").doesNotContain("WARNING");
    }

    private static String[] inModule(String... flags) {
        List<String> command = new ArrayList<>(List.of(flags));
        command.addAll(List.of("-p", CLASSES, "--patch-module", "io.jnixl.nativesupport=" + TESTS, "-m"));
        command.add("io.jnixl.nativesupport/" + OpenLibc.class.getName());
        return command.toArray(String[]::new);
    }

    private static String run(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(output).isTrue();
            return output;
        } finally {
            process.destroyForcibly();
        }
    }
}
