// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import io.jnixl.api.MemoryKind;
import io.jnixl.spi.Availability;
import io.jnixl.spi.Backend;
import io.jnixl.spi.BackendConfig;
import io.jnixl.spi.BackendContext;
import io.jnixl.spi.BackendProvider;
import io.jnixl.spi.Capabilities;
import io.jnixl.spi.DeviceMemory;
import io.jnixl.spi.SpiVersion;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A backend for tests, which does what the test says; set it up before the agent is made. */
@SpiVersion(SpiVersion.CURRENT)
public final class ScriptedProvider implements BackendProvider {
    private final String name;
    private Set<MemoryKind> kinds = EnumSet.of(MemoryKind.DRAM);
    private Capabilities capabilities = Capabilities.network(1 << 16);
    private int preference;
    private Set<String> excludes = Set.of();
    private Availability availability = Availability.available("1", "scripted");
    private @Nullable DeviceMemory devices;
    private boolean knowsDevices;
    private Consumer<ScriptedBackend> whenMade = b -> {};
    private final List<ScriptedBackend> made = new ArrayList<>();

    ScriptedProvider(String name) {
        this.name = name;
    }

    ScriptedProvider kinds(MemoryKind first, MemoryKind... more) {
        kinds = EnumSet.of(first, more);
        return this;
    }

    ScriptedProvider capabilities(Capabilities some) {
        capabilities = some;
        return this;
    }

    ScriptedProvider preference(int place) {
        preference = place;
        return this;
    }

    ScriptedProvider excludes(String... names) {
        excludes = Set.of(names);
        return this;
    }

    ScriptedProvider availability(Availability answer) {
        availability = answer;
        return this;
    }

    /** Null to throw when asked. */
    ScriptedProvider devices(@Nullable DeviceMemory some) {
        devices = some;
        knowsDevices = true;
        return this;
    }

    /** Looks at each backend before the agent does, and may throw in its place. */
    ScriptedProvider whenMade(Consumer<ScriptedBackend> code) {
        whenMade = code;
        return this;
    }

    int count() {
        return made.size();
    }

    /** The backend of the agent that was made with this provider last. */
    ScriptedBackend backend() {
        return made.getLast();
    }

    /** Those of all agents that were made with this provider. */
    List<ScriptedBackend> backends() {
        return List.copyOf(made);
    }

    Capabilities capabilities() {
        return capabilities;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Set<MemoryKind> memoryKinds() {
        return kinds;
    }

    @Override
    public int preference() {
        return preference;
    }

    @Override
    public Set<String> excludes() {
        return excludes;
    }

    @Override
    public Availability availability() {
        return availability;
    }

    @Override
    public Optional<DeviceMemory> deviceMemory() {
        return knowsDevices ? Optional.of(Objects.requireNonNull(devices, "scripted to fail")) : Optional.empty();
    }

    @Override
    public Backend create(BackendConfig config, BackendContext context) {
        ScriptedBackend backend = new ScriptedBackend(this, context);
        made.add(backend);
        whenMade.accept(backend);
        return backend;
    }
}
