// SPDX-License-Identifier: Apache-2.0
package io.jnixl.spi;

import io.jnixl.api.NixlException;
import java.util.Map;
import java.util.Optional;

/**
 * The values of a provider's options: known, well-formed, and with the required ones present. Immutable, thread-safe.
 *
 * @since 0.1
 */
public final class BackendConfig {
    private final Map<String, String> values;
    private final Map<String, String> origins;

    private BackendConfig(Map<String, String> values, Map<String, String> origins) {
        this.values = Map.copyOf(values);
        this.origins = Map.copyOf(origins);
    }

    /** Values as text, by option name; for tests and for programs that create a backend themselves. */
    public static BackendConfig of(Map<String, String> values) {
        return new BackendConfig(values, Map.of());
    }

    /** Values as text with the origin of each, by option name. */
    public static BackendConfig of(Map<String, String> values, Map<String, String> origins) {
        return new BackendConfig(values, origins);
    }

    /**
     * The value of an option that has a default or is required.
     *
     * @throws NixlException for a malformed value
     * @throws IllegalArgumentException when there is neither value nor default
     */
    public <T> T get(OptionSpec<T> option) {
        return find(option)
                .orElseThrow(() -> new IllegalArgumentException("option " + option.name() + " has no value"));
    }

    /** The value of an option, or its default, if there is either. */
    public <T> Optional<T> find(OptionSpec<T> option) {
        String text = values.getOrDefault(option.name(), option.defaultText());
        return text == null ? Optional.empty() : Optional.of(option.parse(text));
    }

    /** Whether somebody gave this option. */
    public boolean isSet(OptionSpec<?> option) {
        return values.containsKey(option.name());
    }

    /** Where the value came from: {@code default} when nobody gave one. */
    public String origin(OptionSpec<?> option) {
        return isSet(option) ? origins.getOrDefault(option.name(), "program") : "default";
    }
}
