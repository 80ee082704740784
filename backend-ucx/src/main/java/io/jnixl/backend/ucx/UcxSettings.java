// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.backend.ucx.UcxOptions.ErrorHandling;
import io.jnixl.spi.BackendConfig;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * What the backend tells UCX: our defaults ({@link UcxDefaults}), above them {@code engine_config}, above it what the user's
 * environment says in {@code UCX_…}; {@code device_list} stands above all, as in native NIXL.
 *
 * @param ucx settings without the prefix {@code UCX_}; what the environment decides is not among them
 * @param sharedMemory whether shared memory of UCX's own may be published: only where its transports take part in error
 *     handling, or a peer that has that switched on crashes with its first small put
 * @param peersShare whether the user has said so of shared memory: then it is taken that native peers were told as well
 * @param noticesFailure whether endpoints notice that their peer is gone
 * @param closeForce whether endpoints are closed without waiting for what is under way
 * @param tcpTimeout how long a host may be silent over TCP; zero for as long as the kernel bears it
 * @param workers how many UCX workers transfers are bound to
 * @param threads how many further ones help with large transfers
 * @param splitBatch how many descriptors it takes to ask one of those
 * @param given names of the settings that {@code engine_config} gives
 * @param devices what {@code device_list} names, or else {@code engine_config}
 */
record UcxSettings(
        Map<String, String> ucx,
        boolean sharedMemory,
        boolean peersShare,
        boolean noticesFailure,
        boolean closeForce,
        Duration tcpTimeout,
        int workers,
        int threads,
        int splitBatch,
        Set<String> given,
        UcxDevices devices) {
    private static final String NET_DEVICES = "NET_DEVICES";
    private static final Duration LEAST_TCP_TIMEOUT = Duration.ofSeconds(1);

    /** Those that UCX has a table of its own for, under the transport's name. */
    private static final Pattern OF_ONE_TRANSPORT = Pattern.compile("(TCP|CMA|POSIX|SYSV)_.*|SELF_(?!DEVICES).*");

    UcxSettings {
        ucx = Map.copyOf(ucx);
        given = Set.copyOf(given);
    }

    /**
     * Reads the options.
     *
     * @param environment the user's, by name
     * @param version the library's, which does not know all settings
     */
    static UcxSettings of(BackendConfig config, Function<String, String> environment, UcpVersion version) {
        Map<String, String> given = parse(config.get(UcxOptions.ENGINE_CONFIG));
        UcxTransports transports = transports(given, environment);
        Map<String, String> all = UcxDefaults.of(version, config.get(UcxOptions.NUM_DEVICE_CHANNELS), transports);
        all.putAll(given);
        boolean shared = transports.mayUseSharedMemory()
                && isOn(UcxDefaults.MM_ERROR_HANDLING, all, environment)
                && isOnOrUnset("POSIX_ERROR_HANDLING", all, environment)
                && isOnOrUnset("SYSV_ERROR_HANDLING", all, environment);
        boolean saidByUser = isOn(UcxDefaults.MM_ERROR_HANDLING, given, environment);
        all.keySet().removeIf(key -> environment.apply("UCX_" + key) != null);
        requireTaken(all, version);
        List<String> list = config.find(UcxOptions.DEVICE_LIST).orElse(List.of());
        UcxDevices devices =
                list.isEmpty() ? UcxDevices.ofSetting(all.getOrDefault(NET_DEVICES, "all")) : UcxDevices.of(list);
        UcxSettings settings = new UcxSettings(
                all,
                shared,
                saidByUser,
                config.get(UcxOptions.ERROR_HANDLING_MODE) == ErrorHandling.PEER,
                config.get(UcxOptions.EP_CLOSE_FORCE),
                tcpTimeout(config),
                config.get(UcxOptions.NUM_WORKERS),
                config.get(UcxOptions.NUM_THREADS),
                config.get(UcxOptions.SPLIT_BATCH_SIZE),
                given.keySet(),
                devices);
        return list.isEmpty() ? settings : settings.on(devices);
    }

    /** The same with other devices, whatever the environment says of them. */
    UcxSettings on(UcxDevices others) {
        return with(NET_DEVICES, others.setting(), others);
    }

    /** The same with all devices; with all transports too where {@code engine_config} names the devices. */
    UcxSettings unrestricted() {
        UcxSettings all = on(UcxDevices.ALL);
        if (!devices.isOfEngine()) {
            return all;
        }
        return all.with("TLS", "all", all.devices);
    }

    private UcxSettings with(String key, String value, UcxDevices others) {
        Map<String, String> all = new LinkedHashMap<>(ucx);
        all.put(key, value);
        return new UcxSettings(
                all,
                sharedMemory,
                peersShare,
                noticesFailure,
                closeForce,
                tcpTimeout,
                workers,
                threads,
                splitBatch,
                given,
                others);
    }

    private static Duration tcpTimeout(BackendConfig config) {
        Duration given = config.get(UcxOptions.TCP_TIMEOUT);
        if (!given.isZero() && given.compareTo(LEAST_TCP_TIMEOUT) < 0) {
            throw NixlException.of(ErrorCode.INVALID_PARAM, "tcp_timeout is 0s, or at least 1s, not " + given)
                    .backend(UcxBackendProvider.NAME)
                    .remedy(
                            "sockets are looked at once in a second, and packets that were lost are sent again after 0.2 s")
                    .build();
        }
        return given;
    }

    private static Map<String, String> parse(String text) {
        Map<String, String> pairs = new LinkedHashMap<>();
        if (text.isBlank()) {
            return pairs;
        }
        for (String pair : text.split(",(?=\\s*[A-Za-z][A-Za-z0-9_]*=)", -1)) { // a value may have commas of its own
            int equals = pair.indexOf('=');
            String key = equals < 0 ? "" : pair.substring(0, equals).strip().toUpperCase(Locale.ROOT);
            if (!key.matches("[A-Z][A-Z0-9_]*")) {
                throw NixlException.of(ErrorCode.INVALID_PARAM, "engine_config: \"" + pair + "\" is not KEY=VALUE")
                        .backend(UcxBackendProvider.NAME)
                        .remedy("write it as in engine_config = \"TLS=tcp,RNDV_THRESH=inf\"")
                        .build();
            }
            pairs.put(
                    key.startsWith("UCX_") ? key.substring(4) : key,
                    pair.substring(equals + 1).strip());
        }
        return pairs;
    }

    /**
     * 1.13.1 takes settings of a single transport from the environment alone, and goes on without others; 1.18.1 takes them. Those
     * between were not tried.
     */
    private static void requireTaken(Map<String, String> settings, UcpVersion version) {
        if (version.isFrom(1, 14)) {
            return;
        }
        settings.forEach((key, value) -> {
            if (OF_ONE_TRANSPORT.matcher(key).matches()) {
                throw NixlException.of(
                                ErrorCode.INVALID_PARAM,
                                "engine_config: libucp " + version + " takes settings of a single transport, such as "
                                        + key + ", from the environment alone")
                        .backend(UcxBackendProvider.NAME)
                        .remedy("start Java with UCX_" + key + "=" + value + " in its environment")
                        .build();
            }
        });
    }

    private static UcxTransports transports(Map<String, String> given, Function<String, String> environment) {
        String users = environment.apply("UCX_TLS");
        return new UcxTransports(users == null ? given.getOrDefault("TLS", "all") : users);
    }

    private static boolean isOn(String key, Map<String, String> all, Function<String, String> environment) {
        String given = environment.apply("UCX_" + key);
        String value = given == null ? all.getOrDefault(key, "n") : given;
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "y", "yes", "1", "on", "true" -> true;
            default -> false;
        };
    }

    private static boolean isOnOrUnset(String key, Map<String, String> all, Function<String, String> environment) {
        return (environment.apply("UCX_" + key) == null && !all.containsKey(key)) || isOn(key, all, environment);
    }

    /**
     * Has libucp look at each setting: where it is set for good, a wrong one is a warning among others at most.
     *
     * @throws NixlException naming the setting that UCX refuses
     */
    void check() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment answer = arena.allocate(JAVA_LONG);
            require(UcpNative.configRead(0, 0, answer.address()), "the environment's variables UCX_…");
            long config = answer.get(JAVA_LONG, 0);
            try {
                ucx.forEach((key, value) -> require(
                        UcpNative.configModify(
                                config,
                                arena.allocateFrom(key).address(),
                                arena.allocateFrom(value).address()),
                        key + "=" + value));
            } finally {
                UcpNative.configRelease(config);
            }
        }
    }

    /**
     * Whether the settings that were given exist: UCX only warns, and goes on without them.
     *
     * @param known names of settings
     * @throws NixlException naming what is not there
     */
    void checkNames(Optional<Set<String>> known) {
        for (String name : given) {
            if (known.isPresent() && !known.get().contains(name)) {
                throw NixlException.of(ErrorCode.INVALID_PARAM, "engine_config: UCX has no setting " + name)
                        .backend(UcxBackendProvider.NAME)
                        .remedy("see ucx_info -cf for those of this version" + near(name, known.get()))
                        .build();
            }
        }
    }

    /** Those that have it in their names, or that it begins with: somebody may have left out a transport, or added one. */
    private static String near(String name, Set<String> known) {
        List<String> near = known.stream()
                .filter(k -> k.contains(name) || name.contains(k))
                .limit(3)
                .toList();
        return near.isEmpty() ? "" : "; there is " + String.join(", ", near);
    }

    private static void require(byte status, String what) {
        if (status != UcpStatus.OK) {
            throw NixlException.of(ErrorCode.INVALID_PARAM, "UCX refuses " + what)
                    .backend(UcxBackendProvider.NAME)
                    .nativeError(status, UcpNative.statusString(status))
                    .remedy("see ucx_info -cf for the settings of this version, and engine_config and device_list for"
                            + " what was given")
                    .build();
        }
    }
}
