// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.api.Setting;
import io.jnixl.spi.BackendConfig;
import io.jnixl.spi.OptionSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tables {@code [exchanges.NAME]}, which follow the rules of {@code [backends.NAME]}. */
class ExchangeSettingsTest {
    private static final OptionSpec<List<String>> ENDPOINTS = OptionSpec.words("endpoints", "servers");

    @TempDir
    Path folder;

    private Sources sources;

    @BeforeEach
    void newSources() {
        sources = new Sources(folder);
    }

    @Test
    void sourcesBeatEachOtherInOrder() {
        sources.toml("[exchanges.etcd]", "endpoints = [\"a:1\", \"b:2\"]");
        assertEndpoints(sources.file() + ":2:1", "a:1", "b:2");
        sources.variable("JNIXL_EXCHANGES_ETCD_ENDPOINTS", "c:3, d:4");
        assertEndpoints("environment JNIXL_EXCHANGES_ETCD_ENDPOINTS", "c:3", "d:4");
        sources.property("jnixl.exchanges.etcd.endpoints", "e:5");
        assertEndpoints("system property jnixl.exchanges.etcd.endpoints", "e:5");
        sources.program("exchanges.etcd.endpoints", "f:6");
        assertEndpoints("program", "f:6");
    }

    private void assertEndpoints(String origin, String... endpoints) {
        BackendConfig config = sources.resolve().exchange("etcd");
        assertThat(config.get(ENDPOINTS)).containsExactly(endpoints);
        assertThat(config.origin(ENDPOINTS)).isEqualTo(origin);
    }

    @Test
    void unknownKeysAreErrorsWhereverTheyComeFrom() {
        sources.toml("[exchanges.etcd]", "endpoint = \"a:1\"");
        assertThat(sources.failure())
                .isEqualTo("INVALID_PARAM: unknown setting exchanges.etcd.endpoint (jnixl.toml:2:1);"
                        + " did you mean exchanges.etcd.endpoints?");
        sources = new Sources(folder);
        sources.toml("# nothing").variable("JNIXL_EXCHANGES_ETCD_ENDPOINT", "a:1");
        assertThat(sources.failure()).contains("did you mean JNIXL_EXCHANGES_ETCD_ENDPOINTS?");
        sources.environment.clear();
        sources.property("jnixl.exchanges.etcd.endpoint", "a:1");
        assertThat(sources.failure()).contains("did you mean exchanges.etcd.endpoints?");
    }

    @Test
    void oneThatWasNotFoundIsAWarning() {
        sources.toml("[exchanges.zookeeper]", "servers = \"a:1\"")
                .variable("JNIXL_EXCHANGES_CONSUL_HOST", "b")
                .property("jnixl.exchanges.redis.host", "c");
        assertThat(sources.resolve().warnings())
                .containsExactly(
                        "exchange redis is configured but not found (system property jnixl.exchanges.redis.host);"
                                + " there are: etcd",
                        "exchange CONSUL_HOST is configured but not found (environment JNIXL_EXCHANGES_CONSUL_HOST);"
                                + " there are: etcd",
                        "exchange zookeeper is configured but not found (" + sources.file() + ":1:1); there are: etcd");
    }

    @Test
    void noWarningForOneThatTheAgentWillMissAnyway() {
        sources.program("agent.exchange", "zookeeper")
                .toml("[exchanges.zookeeper]", "servers = \"a:1\"")
                .variable("JNIXL_EXCHANGES_ZOOKEEPER_SERVERS", "a:1");
        assertThat(sources.resolve().warnings()).isEmpty();
    }

    @Test
    void aBackendOfTheSameNameIsAnother() {
        sources.program("agent.exchange", "zookeeper").toml("[backends.zookeeper]", "servers = \"a:1\"");
        assertThat(sources.resolve().warnings()).hasSize(1);
    }

    @Test
    void aNameInOtherCaseIsAnError() {
        sources.toml("[exchanges.ETCD]", "endpoints = \"a:1\"");
        assertThat(sources.failure())
                .contains("exchanges are told apart by case: there is no ETCD (jnixl.toml:1:1)")
                .contains("did you mean etcd?");
    }

    @Test
    void malformedTables() {
        sources.toml("exchanges = 1");
        assertThat(sources.failure()).contains("exchanges");
        sources.toml("[exchanges]", "etcd = 1");
        assertThat(sources.failure()).contains("etcd");
        sources.toml("[exchange.etcd]", "endpoints = \"a:1\"");
        assertThat(sources.failure()).contains("exchange");
    }

    @Test
    void secretsAreMasked() {
        sources.program("exchanges.etcd.secret_key", "hunter2");
        Settings settings = sources.resolve();
        assertThat(settings.all()).contains(new Setting("exchanges.etcd.secret_key", "***", "program"));
        assertThat(settings.all().toString()).doesNotContain("hunter2");
        assertThat(settings.exchange("etcd").get(Sources.SECRET)).isEqualTo("hunter2");
    }

    @Test
    void requiredOptionsAreMissedWhenTheExchangeIsAskedFor() {
        sources.exchanges =
                Map.of("files", List.of(OptionSpec.path("directory", "where").required()));
        Settings settings = sources.resolve();
        assertThatThrownBy(() -> settings.exchange("files")).isInstanceOfSatisfying(NixlException.class, e -> {
            assertThat(e.code()).isEqualTo(ErrorCode.INVALID_PARAM);
            assertThat(e).hasMessageContaining("exchanges.files.directory must be given: where");
            assertThat(e.remedy()).contains("[exchanges.files]").contains("-Djnixl.exchanges.files.directory");
        });
    }
}
