// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.config;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The names of native NIXL's settings that mean nothing here, each with what does the same, or why nothing does. Those that
 * mean the same are no part of it: options say so themselves ({@link io.jnixl.spi.OptionSpec#nativeName}).
 *
 * @since 0.1
 */
public final class NativeNames {
    private static final String NO_STORE = "there is no TCPStore; agent.exchange names the metadata exchange";
    private static final String NO_EXPORT =
            "nothing is exported; Agent.statistics() and Agent.backendStatistics() count";
    private static final String UCX = "libucp is loaded by jucx, as it is";
    private static final String ETCD = "jnixl-metadata-etcd, which takes it, was not found";

    private static final Map<String, String> REMARKS = new TreeMap<>(Map.ofEntries(
            Map.entry("NIXL_ETCD_ENDPOINTS", ETCD),
            Map.entry("NIXL_ETCD_NAMESPACE", ETCD),
            Map.entry("NIXL_LOG_LEVEL", "set the level of the logger io.jnixl in the logging of the JVM"),
            Map.entry(
                    "NIXL_PLUGIN_DIR",
                    "backends are jars, not shared libraries; agent.plugins names directories of them"),
            Map.entry("NIXL_TCPSTORE_ENDPOINT", NO_STORE),
            Map.entry("NIXL_TCPSTORE_OP_TIMEOUT_MS", NO_STORE),
            Map.entry("NIXL_TCPSTORE_TIMEOUT_MS", NO_STORE),
            Map.entry("NIXL_TELEMETRY_BUFFER_SIZE", NO_EXPORT),
            Map.entry("NIXL_TELEMETRY_DIR", NO_EXPORT),
            Map.entry("NIXL_TELEMETRY_ENABLED_METRICS", NO_EXPORT),
            Map.entry("NIXL_TELEMETRY_EXPORTER", NO_EXPORT),
            Map.entry("NIXL_TELEMETRY_HISTOGRAM_BUCKETS_US", NO_EXPORT),
            Map.entry("NIXL_TELEMETRY_MP_STALE_TTL", NO_EXPORT),
            Map.entry("NIXL_TELEMETRY_MULTIPROC_DIR", NO_EXPORT),
            Map.entry("NIXL_TELEMETRY_PROMETHEUS_LOCAL", NO_EXPORT),
            Map.entry("NIXL_TELEMETRY_PROMETHEUS_PORT", NO_EXPORT),
            Map.entry("NIXL_TELEMETRY_RANK_ENV", NO_EXPORT),
            Map.entry("NIXL_TELEMETRY_RUN_INTERVAL", NO_EXPORT),
            Map.entry("NIXL_TRACE_BACKENDS", "there is no tracing"),
            Map.entry("NIXL_UCX_DEEPBIND", UCX),
            Map.entry("NIXL_UCX_EXPECTED_SONAME", UCX),
            Map.entry("NIXL_UCX_SGL_ENABLE", "UCX's lists of segments are not used")));

    private NativeNames() {}

    /** What to say of a name that no option has; null of one that native does not know either. */
    static @Nullable String remark(String name) {
        return REMARKS.get(name);
    }

    /** All of them, by name. */
    public static Map<String, String> remarks() {
        return Collections.unmodifiableMap(REMARKS);
    }
}
