// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.discovery;

import io.jnixl.api.MemoryKind;
import io.jnixl.spi.Availability;
import io.jnixl.spi.BackendProvider;
import io.jnixl.spi.OptionSpec;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What came of one provider.
 *
 * @since 0.1
 */
public sealed interface Found {

    /** The backend's name; for a provider too broken to say it, the class name. */
    String name();

    /** The jar, folder or module it came from. */
    String origin();

    /**
     * A provider that answers. Whether it can run here is another question: see {@code availability}.
     *
     * @param provider to create backends with
     * @param name what it calls itself, valid, told by no other
     * @param kinds the memory kinds it takes
     * @param options its options, names unique
     * @param availability its answer to "can you run here?"
     * @param origin the jar, folder or module it came from
     * @param preference where it stands among its kind
     * @param excludes names of backends that cannot run beside it
     * @since 0.1
     */
    record Usable(
            BackendProvider provider,
            String name,
            Set<MemoryKind> kinds,
            List<OptionSpec<?>> options,
            Availability availability,
            String origin,
            int preference,
            Set<String> excludes)
            implements Found {

        /** Checks for null, and copies; kinds keep the order of their declaration. */
        public Usable {
            Objects.requireNonNull(provider, "provider");
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(availability, "availability");
            Objects.requireNonNull(origin, "origin");
            EnumSet<MemoryKind> sorted = EnumSet.noneOf(MemoryKind.class);
            sorted.addAll(kinds);
            kinds = Collections.unmodifiableSet(sorted);
            options = List.copyOf(options);
            excludes = Collections.unmodifiableSet(new TreeSet<>(excludes));
        }
    }

    /**
     * A provider that could not be loaded, made or understood.
     *
     * @param name the backend's name if it got as far as saying it, else the class name
     * @param origin the jar, folder or module it came from
     * @param reason what is wrong, in a user's words
     * @param remedy what to do about it
     * @param cause what was caught, if anything was
     * @since 0.1
     */
    record Broken(
            String name,
            String origin,
            String reason,
            String remedy,
            @Nullable Throwable cause) implements Found {

        /** Checks for null. */
        public Broken {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(origin, "origin");
            Objects.requireNonNull(reason, "reason");
            Objects.requireNonNull(remedy, "remedy");
        }
    }
}
