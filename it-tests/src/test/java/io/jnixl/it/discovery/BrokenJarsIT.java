// SPDX-License-Identifier: Apache-2.0
package io.jnixl.it.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import io.jnixl.it.CliProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Everything that can be wrong with jars at once: agents work, and the agent and the doctor name each jar and what to do. */
class BrokenJarsIT {
    @TempDir
    Path folder;

    private BrokenJars jars;

    @BeforeEach
    void jars() throws IOException {
        jars = new BrokenJars(folder);
    }

    /** One backend as somebody told it. */
    private record Told(String state, String name, String origin, String reason, String remedy) {}

    private static List<Told> told(ChildJvm.Result result) {
        return result.backends().stream()
                .map(b -> new Told(b.state(), b.name(), b.origin(), b.reason(), b.remedy()))
                .toList();
    }

    private static List<Told> told(CliProcess doctor) throws IOException {
        Map<String, Object> report = JSON.std.mapFrom(String.join("\n", doctor.results()));
        List<Told> told = new ArrayList<>();
        for (Object each : (List<?>) report.get("backends")) {
            Map<?, ?> backend = (Map<?, ?>) each;
            told.add(new Told(
                    text(backend, "state"),
                    text(backend, "name"),
                    text(backend, "origin"),
                    text(backend, "reason"),
                    text(backend, "remedy")));
        }
        return told;
    }

    private static String text(Map<?, ?> backend, String field) {
        return String.valueOf(backend.get(field));
    }

    private void assertAllTold(List<Told> told, Path place) {
        assertThat(told)
                .filteredOn(backend -> backend.state().equals("ACTIVE"))
                .singleElement()
                .satisfies(backend -> assertThat(backend.origin())
                        .contains(place.resolve("t.good.jar").toString()));
        assertThat(told).filteredOn(backend -> backend.state().equals("BROKEN")).hasSize(5);
        assertThat(jars.broken())
                .hasSize(5)
                .allSatisfy(expected -> assertThat(told)
                        .filteredOn(backend -> backend.origin()
                                .contains(place.resolve(expected.jar().getFileName())
                                        .toString()))
                        .singleElement()
                        .satisfies(backend -> {
                            assertThat(backend.state()).isEqualTo("BROKEN");
                            assertThat(backend.reason()).contains(expected.reason());
                            assertThat(backend.remedy()).contains(expected.remedy());
                        }));
    }

    @Test
    void anAgentWithThemOnTheClassPath() throws IOException, InterruptedException {
        ChildJvm.Result result = Children.onClassPath(folder, jars.all().toArray(Path[]::new));
        assertThat(result.exitCode()).as(result.output()).isZero();
        Children.assertGoodWorks(result, jars.good().toString());
        assertAllTold(told(result), folder);
    }

    @Test
    void anAgentWithThemAsPlugins() throws IOException, InterruptedException {
        Path plugins = jars.asPlugins();
        ChildJvm.Result result = Children.withPlugins(folder, plugins);
        assertThat(result.exitCode()).as(result.output()).isZero();
        Children.assertGoodWorks(result, "plugin t.good.jar (" + plugins.resolve("t.good.jar") + ")");
        assertAllTold(told(result), plugins);
    }

    @Test
    void theDoctorWithThemOnTheClassPath() throws IOException, InterruptedException {
        List<String> jvm = List.of("-cp", CliProcess.classPathWith(jars.all()));
        try (CliProcess doctor =
                new CliProcess(folder, Map.of("JNIXL_AGENT_BACKENDS", "GOOD"), jvm, List.of("doctor", "--json"))) {
            assertAllTold(told(doctor.expect(0)), folder);
        }
    }

    @Test
    void theDoctorWithThemAsPlugins() throws IOException, InterruptedException {
        Path plugins = jars.asPlugins();
        Map<String, String> variables =
                Map.of("JNIXL_AGENT_PLUGINS", plugins.toString(), "JNIXL_AGENT_BACKENDS", "GOOD");
        try (CliProcess doctor = new CliProcess(folder, variables, List.of("doctor", "--json"))) {
            assertAllTold(told(doctor.expect(0)), plugins);
        }
    }
}
