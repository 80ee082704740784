// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole command on this machine, with the backends that come with it. */
class DoctorTest {
    @TempDir
    Path folder;

    private Path config;

    @BeforeEach
    void emptyConfiguration() throws IOException {
        config = Files.writeString(folder.resolve("jnixl.toml"), "");
    }

    /** So that GDS is missing wherever this runs. */
    @BeforeEach
    void noCuFile() {
        System.setProperty("jnixl.cufile.library", "libjnixl-no-cufile.so.0");
    }

    @AfterEach
    void cuFileAgain() {
        System.clearProperty("jnixl.cufile.library");
    }

    @Test
    void theReportNamesSystemAndBackends() {
        Run run = Run.of("doctor", "--config", config.toString());

        assertThat(run.status()).as(run.out()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out())
                .startsWith("jnixl     " + Version.current() + "\n")
                .contains(Runtime.version().toString(), System.getProperty("os.arch"))
                .containsPattern("(?m)^  UCX +(active +DRAM|available +DRAM VRAM|unavailable +DRAM VRAM) ")
                .containsPattern("(?m)^  POSIX +(active|available|unavailable) +DRAM FILE")
                .containsPattern("(?m)^  GDS +unavailable +DRAM VRAM FILE")
                .containsPattern("(?m)^  GDS_MT +unavailable ")
                .containsPattern("(?m)^ +reason: +libjnixl-no-cufile.so.0 not found")
                .containsPattern("(?m)^ +remedy: +\\S")
                .containsPattern("(?m)^ +from: +\\S")
                .containsPattern("(?m)^  agent\\.deadline += ");
    }

    @Test
    void jsonSaysTheSame() throws IOException {
        Run run = Run.of("doctor", "--json", "--config", config.toString());

        assertThat(run.status()).isZero();
        assertThat(run.err()).isEmpty();
        Map<String, Object> json = JSON.std.mapFrom(run.out());
        assertThat(json).containsEntry("ok", true).containsEntry("error", null);
        assertThat(objects(json, "backends"))
                .extracting(b -> b.get("name"))
                .contains("UCX", "POSIX", "GDS", "GDS_MT")
                .doesNotHaveDuplicates();
        assertThat(objects(json, "settings")).extracting(s -> s.get("key")).contains("agent.deadline");
    }

    @Test
    void aBrokenConfigurationIsToldByLineAndColumn() throws IOException {
        Files.writeString(config, "[agent]\n# fine\nname = = \"x\"\n");

        Run run = Run.of("doctor", "--config", config.toString());

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out().lines().toList().getLast()).startsWith("error: ").contains("jnixl.toml:3:8");
        assertThat(run.out()).as("backends all the same").contains("UCX").doesNotContain("\tat ");
        assertThat(run.err()).isEmpty();
    }

    @Test
    void aBrokenConfigurationIsValidJson() throws IOException {
        Files.writeString(config, "[agent]\n# fine\nname = = \"x\"\n");

        Run run = Run.of("doctor", "--config", config.toString(), "--json");

        assertThat(run.status()).isEqualTo(1);
        Map<String, Object> json = JSON.std.mapFrom(run.out());
        assertThat(json).containsEntry("ok", false);
        assertThat(json.get("error")).asString().contains("jnixl.toml:3:8");
        assertThat(objects(json, "backends")).isNotEmpty();
    }

    @Test
    void aFileThatIsNotThereIsAnError() {
        Path missing = folder.resolve("missing.toml");

        Run run = Run.of("doctor", "--config", missing.toString());

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out().lines().toList().getLast()).startsWith("error: ").contains(missing.toString());
    }

    @Test
    void aNamedBackendThatCannotRunIsAnError() throws IOException {
        Files.writeString(config, "[agent]\nbackends = [\"GDS\"]\n");

        Run run = Run.of("doctor", "--config", config.toString());

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out().lines().toList().getLast())
                .startsWith("error: ")
                .contains("libjnixl-no-cufile.so.0 not found");
    }

    @Test
    void verboseTracesTheErrorOnStandardErrorAlone() {
        Run run = Run.of(
                "doctor",
                "--verbose",
                "--json",
                "--config",
                folder.resolve("missing.toml").toString());

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out()).startsWith("{").doesNotContain("\tat ");
        assertThat(run.err()).contains("io.jnixl.api.NixlException", "\tat ");
    }

    @Test
    void theLogIsQuietDuringTheInspectionAndAsBeforeAfterIt() {
        Logger logger = Logger.getLogger("io.jnixl");
        LastMessage last = new LastMessage();
        logger.addHandler(last);
        try {
            Run run = Run.with(
                    c -> {
                        logger.warning("chatter");
                        return DoctorReports.healthy();
                    },
                    "doctor",
                    "--config",
                    config.toString());
            assertThat(run.status()).isZero();
            assertThat(last.text).isEmpty();
            logger.warning("heard");
            assertThat(last.text).isEqualTo("heard");
        } finally {
            logger.removeHandler(last);
        }
    }

    @SuppressWarnings("unchecked") // What JSON's lists of objects are read as.
    private static List<Map<String, Object>> objects(Map<String, Object> json, String field) {
        return (List<Map<String, Object>>) json.get(field);
    }

    private static final class LastMessage extends Handler {
        private String text = "";

        @Override
        public void publish(LogRecord entry) {
            text = entry.getMessage();
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
