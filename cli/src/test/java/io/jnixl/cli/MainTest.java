// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
    private static final char ESCAPE = 27;

    @ParameterizedTest
    @ValueSource(strings = {"doctor --jsn", "doctor --config", "doctor more", "dctor", "--bogus", "", "peer", "config"})
    void whatIsNoCommandLineIsAUsageError(String line) {
        Run run = Run.of(line.isEmpty() ? new String[0] : line.split(" "));

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err().lines()).hasSize(2);
        assertThat(run.err()).startsWith("jnixl: ").contains("Try: jnixl").contains("--help");
    }

    @Test
    void usageErrorsNameWhatIsWrong() {
        assertThat(Run.of("doctor", "--jsn").err()).contains("--jsn").contains("Try: jnixl doctor --help");
        assertThat(Run.of().err()).contains("a command is missing: doctor, peer");
    }

    @Test
    void helpIsCompleteAndPlain() {
        Run main = Run.of("--help");
        Run doctor = Run.of("doctor", "--help");

        assertThat(main.status()).isZero();
        assertThat(main.out()).contains("doctor", "--verbose", "JNIXL_DEBUG", "Exit status", "--version");
        assertThat(doctor.status()).isZero();
        assertThat(doctor.out())
                .contains("--json", "--config=FILE", "--verbose", "JNIXL_CONFIG", "jnixl.toml", "Exit status");
        assertThat(main.out() + doctor.out()).doesNotContain(String.valueOf(ESCAPE));
        assertThat(main.err() + doctor.err()).isEmpty();
    }

    @Test
    void theVersionIsTheBuilds() {
        Run run = Run.of("--version");

        assertThat(run.status()).isZero();
        assertThat(run.out()).matches("jnixl [0-9]+\\.[0-9]+\\.[0-9]+\\S*\\s+");
    }

    @Test
    void anErrorIsOneLineWithItsRemedy() {
        NixlException error = NixlException.of(ErrorCode.BACKEND, "it broke\nbadly" + ESCAPE + "[31m")
                .remedy("mend it")
                .build();

        Run run = Run.with(
                c -> {
                    throw error;
                },
                "doctor");

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.err().lines()).containsExactly("jnixl: BACKEND: it broke badly\\x1b[31m; mend it");
    }

    @Test
    void verboseAddsTheStackTrace() {
        NixlException error = new NixlException(ErrorCode.BACKEND, "it broke");

        Run run = Run.with(
                c -> {
                    throw error;
                },
                "doctor",
                "--verbose");
        StringWriter err = new StringWriter();
        Main.run(
                new PrintWriter(new StringWriter()),
                new PrintWriter(err, true),
                true,
                c -> {
                    throw error;
                },
                "doctor");

        assertThat(run.err()).contains("jnixl: BACKEND: it broke", "\tat io.jnixl.cli");
        assertThat(err.toString()).isEqualTo(run.err()).contains("\tat ");
    }

    @Test
    void aBugIsCalledOneAndTraced() {
        Run run = Run.with(
                c -> {
                    throw new IllegalStateException("surprise");
                },
                "doctor");

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).startsWith("jnixl: this is a bug").contains("surprise", "\tat ");
    }
}
