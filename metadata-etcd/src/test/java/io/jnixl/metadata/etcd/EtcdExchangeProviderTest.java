// SPDX-License-Identifier: Apache-2.0
package io.jnixl.metadata.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.spi.BackendConfig;
import io.jnixl.spi.ExchangeContext;
import io.jnixl.spi.OptionSpec;
import io.jnixl.spi.SpiVersion;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Options, keys, endpoints and messages: all that needs no server. */
class EtcdExchangeProviderTest {
    private static final ExchangeContext CONTEXT = new ExchangeContext() {
        @Override
        public String agentName() {
            return "me";
        }

        @Override
        public void withdrawn(String agent) {
            throw new AssertionError(agent);
        }
    };

    private static void create(Map<String, String> settings) {
        new EtcdExchangeProvider().create(BackendConfig.of(settings), CONTEXT).close();
    }

    private static NixlException failure(Map<String, String> settings) {
        NixlException[] caught = new NixlException[1];
        assertThatExceptionOfType(NixlException.class)
                .isThrownBy(() -> create(settings))
                .satisfies(e -> caught[0] = e);
        assertThat(caught[0].code()).isEqualTo(ErrorCode.INVALID_PARAM);
        return caught[0];
    }

    @Test
    void whatItSaysOfItself() {
        assertThat(EtcdExchangeProvider.class.getAnnotation(SpiVersion.class).value())
                .isEqualTo(SpiVersion.CURRENT);
        assertThat(new EtcdExchangeProvider().name()).isEqualTo("etcd");
        assertThat(new EtcdExchangeProvider().options())
                .filteredOn(OptionSpec::isSecret)
                .containsExactly(EtcdExchangeProvider.PASSWORD);
    }

    @Test
    void endpointsAreOneOrMore() {
        create(Map.of("endpoints", "http://localhost:1, https://[::1]:2/ 127.0.0.1:3"));
        for (Map<String, String> none : List.of(Map.<String, String>of(), Map.of("endpoints", " ,"))) {
            assertThat(failure(none))
                    .hasMessageContaining("exchange etcd has no endpoints")
                    .hasMessageContaining("exchanges.etcd.endpoints or NIXL_ETCD_ENDPOINTS");
        }
    }

    @Test
    void nativesVariablesAreItsOptions() {
        assertThat(EtcdExchangeProvider.ENDPOINTS.nativeName()).isEqualTo("NIXL_ETCD_ENDPOINTS");
        assertThat(EtcdExchangeProvider.NAMESPACE.nativeName()).isEqualTo("NIXL_ETCD_NAMESPACE");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "http://localhost",
                "ftp://localhost:1",
                "http://localhost:0",
                "http://localhost:99999",
                "http://localhost:1/path",
                "http://user@localhost:1",
                "://",
                "http://:1",
                "unix:///tmp/x"
            })
    void malformedEndpoints(String text) {
        assertThat(failure(Map.of("endpoints", text)))
                .hasMessageContaining("is no endpoint of etcd (program)")
                .hasMessageContaining("http://HOST:PORT");
    }

    @Test
    void timesThatMakeNoSense() {
        assertThat(failure(Map.of("endpoints", "localhost:1", "request_timeout", "0s")))
                .hasMessageContaining("request_timeout");
        assertThat(failure(Map.of("endpoints", "localhost:1", "lease_ttl", "10000h")))
                .hasMessageContaining("lease_ttl");
    }

    @Test
    void filesForTlsThatAreNotThere() {
        assertThat(failure(Map.of("endpoints", "https://localhost:1", "ca", "/does/not/exist.pem")))
                .hasMessageContaining("/does/not/exist.pem")
                .hasMessageContaining("[exchanges.etcd]");
        assertThat(failure(Map.of("endpoints", "https://localhost:1", "cert", "/x")))
                .hasMessageContaining("cert and key");
    }

    @ParameterizedTest
    @CsvSource({"/nixl/agents/, /nixl/agents//a/", "/mine, /mine/a/", "'', /a/"})
    void keys(String namespace, String expected) {
        Keys keys = new Keys(namespace);
        assertThat(keys.prefix("a").toStringUtf8()).isEqualTo(expected);
        assertThat(keys.of("a", "metadata").toStringUtf8()).isEqualTo(expected + "metadata");
        ByteString end = Keys.endOfRange(keys.prefix("a"));
        assertThat(end.toStringUtf8()).isEqualTo(expected.substring(0, expected.length() - 1) + "0");
    }

    @Test
    void foreignTextIsShownOnOneLineAndCut() {
        Status hostile = Status.INTERNAL.withDescription("a\n\u001b[31m\u202e" + "b".repeat(100_000));
        NixlException error = Failures.of("trying", "host:1", hostile.asRuntimeException());
        assertThat(error.getMessage()).hasSizeLessThan(600).doesNotContain("\n", "\u001b", "\u202e");
    }

    @Test
    void thePasswordIsShownNowhere() {
        assertThat(new Access(
                        java.util.List.of(), new Login("u", "hunter2"), java.time.Duration.ZERO, null, null, null))
                .asString()
                .doesNotContain("hunter2");
    }
}
