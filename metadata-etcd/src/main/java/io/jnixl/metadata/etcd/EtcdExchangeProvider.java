// SPDX-License-Identifier: Apache-2.0
package io.jnixl.metadata.etcd;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.spi.BackendConfig;
import io.jnixl.spi.ExchangeContext;
import io.jnixl.spi.MetadataExchange;
import io.jnixl.spi.MetadataExchangeProvider;
import io.jnixl.spi.OptionSpec;
import io.jnixl.spi.SpiVersion;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The exchange {@code etcd}, which agents of native NIXL share. Who may write below its namespace is trusted. */
@SpiVersion(SpiVersion.CURRENT)
public final class EtcdExchangeProvider implements MetadataExchangeProvider {
    static final String NAME = "etcd";
    static final String DEFAULT_NAMESPACE = "/nixl/agents/";
    private static final String ENDPOINTS_VARIABLE = "NIXL_ETCD_ENDPOINTS";

    static final OptionSpec<List<String>> ENDPOINTS = OptionSpec.words(
                    "endpoints",
                    "servers of one etcd, as http://HOST:PORT or https://HOST:PORT; NIXL_ETCD_ENDPOINTS unless given")
            .nativeName(ENDPOINTS_VARIABLE);

    static final OptionSpec<String> NAMESPACE = OptionSpec.string(
                    "namespace", "what all keys begin with; NIXL_ETCD_NAMESPACE unless given, else /nixl/agents/")
            .nativeName("NIXL_ETCD_NAMESPACE");

    static final OptionSpec<String> USER = OptionSpec.string("user", "the user to log in as, if etcd wants one");

    static final OptionSpec<String> PASSWORD =
            OptionSpec.string("password", "the user's password").secret();

    static final OptionSpec<Duration> LEASE_TTL = OptionSpec.duration(
                    "lease_ttl",
                    "time after which the keys of an agent that has crashed vanish, in whole seconds; 0s: never, as native")
            .withDefault("0s");

    static final OptionSpec<Duration> REQUEST_TIMEOUT = OptionSpec.duration(
                    "request_timeout", "time to wait for one server before the next is asked")
            .withDefault("2s");

    static final OptionSpec<Path> CA =
            OptionSpec.path("ca", "PEM file of the certificates to trust with https; the JDK's unless given");

    static final OptionSpec<Path> CERT =
            OptionSpec.path("cert", "PEM file of this side's certificate with https, if etcd wants one");

    static final OptionSpec<Path> KEY = OptionSpec.path("key", "PEM file of the key of cert, PKCS #8");

    /** Etcd counts in seconds. */
    private static final Duration SHORTEST_LEASE = Duration.ofSeconds(1);

    /** For {@link java.util.ServiceLoader}. */
    public EtcdExchangeProvider() {}

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public List<OptionSpec<?>> options() {
        return List.of(ENDPOINTS, NAMESPACE, USER, PASSWORD, LEASE_TTL, REQUEST_TIMEOUT, CA, CERT, KEY);
    }

    @Override
    public MetadataExchange create(BackendConfig config, ExchangeContext context) {
        Duration leaseTtl = config.get(LEASE_TTL);
        Duration requestTimeout = config.get(REQUEST_TIMEOUT);
        boolean none = leaseTtl.isZero();
        if (!none && (leaseTtl.compareTo(SHORTEST_LEASE) < 0 || leaseTtl.compareTo(Duration.ofDays(365)) > 0)) {
            throw wrong("lease_ttl must be 0s, or between 1s and a year", "see exchanges.etcd.lease_ttl");
        }
        if (!requestTimeout.isPositive()) {
            throw wrong("request_timeout must be longer than 0s", "see exchanges.etcd.request_timeout");
        }
        if (config.isSet(CERT) != config.isSet(KEY)) {
            throw wrong("cert and key go together", "see exchanges.etcd.cert and exchanges.etcd.key");
        }
        Access access = new Access(
                endpoints(config),
                login(config),
                requestTimeout,
                config.find(CA).orElse(null),
                config.find(CERT).orElse(null),
                config.find(KEY).orElse(null));
        return new EtcdExchange(access, config.find(NAMESPACE).orElse(DEFAULT_NAMESPACE), leaseTtl, context);
    }

    private static List<Endpoint> endpoints(BackendConfig config) {
        List<String> words = config.find(ENDPOINTS).orElse(List.of());
        if (words.isEmpty()) {
            throw wrong(
                    "exchange etcd has no endpoints",
                    "set exchanges.etcd.endpoints or " + ENDPOINTS_VARIABLE + ", to http://localhost:2379 say");
        }
        String origin = config.origin(ENDPOINTS);
        return words.stream().map(word -> Endpoint.parse(word, origin)).toList();
    }

    private static @Nullable Login login(BackendConfig config) {
        String user = config.find(USER).orElse("");
        if (user.isEmpty()) {
            return null;
        }
        return new Login(user, config.find(PASSWORD).orElse(""));
    }

    private static NixlException wrong(String message, String remedy) {
        return NixlException.of(ErrorCode.INVALID_PARAM, message).remedy(remedy).build();
    }
}
