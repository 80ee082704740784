// SPDX-License-Identifier: Apache-2.0
package io.jnixl.api;

import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * A backend that was found, and what became of it.
 *
 * @param name the backend's name; for a provider too broken to say it, the class name
 * @param state what became of it
 * @param kinds the memory kinds it takes
 * @param version version of the backend or its native library; empty when unknown
 * @param features what it found it can do here
 * @param reason why it does not run; empty when it does
 * @param remedy what to do about it; empty when nothing is known
 * @param origin the jar or folder it came from
 * @since 0.1
 */
public record BackendInfo(
        String name,
        State state,
        Set<MemoryKind> kinds,
        String version,
        List<String> features,
        String reason,
        String remedy,
        String origin) {

    /** Checks for null and copies. */
    public BackendInfo {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(state, "state");
        kinds = Set.copyOf(kinds);
        features = List.copyOf(features);
    }

    /**
     * What became of a backend.
     *
     * @since 0.1
     */
    public enum State {
        /** Running in this agent. */
        ACTIVE,
        /** Could run, but the settings leave it out. */
        AVAILABLE,
        /** Cannot run here. */
        UNAVAILABLE,
        /** The provider is broken: it could not be loaded, made or understood. */
        BROKEN
    }
}
