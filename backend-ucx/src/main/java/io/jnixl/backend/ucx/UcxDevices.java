// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The network devices that {@code device_list} names, or {@code engine_config}. UCX compares names as they are, port and all, knows
 * no patterns, and goes on without the network when none is right: so patterns become names here, and what matches nothing is
 * refused.
 *
 * @param option what gave them
 * @param words names and patterns as they were given; none is no restriction
 * @param names the same as UCX takes them
 */
record UcxDevices(String option, List<String> words, List<String> names) {
    private static final String DEVICE_LIST = "device_list";
    private static final String ENGINE_CONFIG = "engine_config: NET_DEVICES";

    static final UcxDevices ALL = new UcxDevices(DEVICE_LIST, List.of(), List.of());

    /** With more than names in it a list is for UCX alone, whose versions know different ones: ranges, exclusion. */
    private static final Pattern NAMES = Pattern.compile("[A-Za-z0-9_.:@, -]+");

    /** UCX keeps those that it found in 64 bits, and ends the process when asked for more. */
    private static final int MOST = 64;

    UcxDevices {
        words = List.copyOf(words);
        names = names.stream().distinct().toList(); // UCX warns of what is there twice
        if (names.size() > MOST) {
            throw refused(option, "UCX takes " + MOST + " devices at most, not " + names.size());
        }
    }

    /** What {@code device_list} says. */
    static UcxDevices of(List<String> words) {
        boolean all = words.size() == 1 && words.getFirst().equalsIgnoreCase("all");
        return all
                ? ALL
                : new UcxDevices(
                        DEVICE_LIST,
                        words,
                        words.stream().map(UcxDevices::withPort).toList());
    }

    /**
     * What UCX's own setting says, which goes to UCX as it is: these are to be {@linkplain #check checked} only. Newer versions of UCX
     * take a name without its port, and a device whose transport is left out is no mistake here.
     */
    static UcxDevices ofSetting(String value) {
        List<String> words = Arrays.stream(value.split(",", -1))
                .map(String::strip)
                .filter(word -> !word.isEmpty())
                .toList();
        boolean all = words.stream().anyMatch("all"::equalsIgnoreCase);
        return all || !NAMES.matcher(value).matches() ? ALL : new UcxDevices(ENGINE_CONFIG, words, words);
    }

    boolean havePatterns() {
        return names.stream().anyMatch(UcxDevices::isPattern);
    }

    /** The value of {@code UCX_NET_DEVICES}. */
    String setting() {
        return names.isEmpty() ? "all" : String.join(",", names);
    }

    /**
     * The same with what each pattern matches among its names.
     *
     * @param there the devices that UCX would use without a restriction
     * @throws NixlException naming a pattern that matches none of them, and them
     */
    UcxDevices among(Set<String> there) {
        List<String> devices = new ArrayList<>();
        for (String name : names) {
            List<String> matching = isPattern(name)
                    ? there.stream().filter(device -> matches(name, device)).toList()
                    : List.of(name);
            if (matching.isEmpty()) {
                throw missing(name, there);
            }
            devices.addAll(matching);
        }
        return new UcxDevices(option, words, devices);
    }

    /**
     * Whether each word is a device, or matches some.
     *
     * @param used the devices that UCX uses, as far as it tells
     * @param there those that it would use {@linkplain UcxSettings#unrestricted without a restriction}, which takes a while to find out
     * @throws NixlException naming what is not there, and what is
     */
    void check(Optional<Set<String>> used, Supplier<Set<String>> there) {
        if (used.isEmpty()) {
            return;
        }
        for (String word : words) {
            if (!isAmong(word, used.get())) {
                Set<String> all = there.get();
                if (!isOfEngine() || !all.contains(word)) {
                    throw missing(word, all);
                }
            }
        }
    }

    boolean isOfEngine() {
        return option.equals(ENGINE_CONFIG);
    }

    private boolean isAmong(String word, Set<String> devices) {
        return devices.stream()
                .anyMatch(device ->
                        isOfEngine() ? device.equals(word) || device.startsWith(word + ":") : matches(word, device));
    }

    /** Without a port, a word stands for port 1 and for devices that have none: {@code mlx5_*} is no {@code mlx5_0:2}. */
    private static boolean matches(String word, String device) {
        if (word.contains(":")) {
            return regex(word).matcher(device).matches();
        }
        String name = device.endsWith(":1") ? device.substring(0, device.length() - 2) : device;
        return !name.contains(":") && regex(word).matcher(name).matches();
    }

    private static Pattern regex(String word) {
        return Pattern.compile(word.codePoints()
                .mapToObj(c -> switch (c) {
                    case '*' -> ".*";
                    case '?' -> ".";
                    default -> Pattern.quote(Character.toString(c));
                })
                .collect(Collectors.joining()));
    }

    private static boolean isPattern(String word) {
        return word.contains("*") || word.contains("?");
    }

    /** InfiniBand devices have ports, network interfaces do not. */
    private static String withPort(String word) {
        boolean isWhole = word.contains(":") || isPattern(word) || Files.exists(Path.of("/sys/class/net", word));
        return isWhole ? word : word + ":1";
    }

    private NixlException missing(String word, Set<String> there) {
        String others = there.isEmpty() ? "nor any other" : "only " + String.join(", ", there);
        return refused(option, "UCX uses no device " + word + " here, " + others);
    }

    private static NixlException refused(String option, String what) {
        return NixlException.of(ErrorCode.INVALID_PARAM, option + ": " + what)
                .backend(UcxBackendProvider.NAME)
                .remedy(
                        option.equals(ENGINE_CONFIG)
                                ? "see ucx_info -d for the devices; those of InfiniBand have their port in the name, as in"
                                        + " mlx5_0:1. device_list takes patterns"
                                : "see ucx_info -d for the devices; UCX_TLS may leave out a device's transport. Patterns"
                                        + " have * and ?, and all alone stands for every device")
                .build();
    }
}
