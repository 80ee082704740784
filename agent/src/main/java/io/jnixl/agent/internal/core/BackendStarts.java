// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import io.jnixl.agent.internal.config.AgentOptions;
import io.jnixl.agent.internal.config.Settings;
import io.jnixl.agent.internal.decorators.Decorations;
import io.jnixl.agent.internal.discovery.Found;
import io.jnixl.agent.internal.plugins.ContextLoader;
import io.jnixl.api.BackendInfo;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.spi.Availability;
import io.jnixl.spi.Backend;
import io.jnixl.spi.BackendConfig;
import io.jnixl.spi.BackendContext;
import io.jnixl.spi.Capabilities;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * The backends of one agent: those that the settings name, each of which must run, or all that can.
 */
final class BackendStarts {
    private static final System.Logger LOG = System.getLogger("io.jnixl.agent");

    private final List<Found> found;
    private final Settings settings;
    private final BackendContext context;
    private final List<BackendSlot> slots = new ArrayList<>();
    private final Map<Found, BackendInfo> infos = new LinkedHashMap<>();

    /** By the backend's name; read before anything starts, since what is wrong in them concerns all. */
    private final Map<String, Decorations> decorations;

    BackendStarts(List<Found> found, Settings settings, BackendContext context) {
        this.found = found;
        this.settings = settings;
        this.context = context;
        this.decorations = decorations(found, settings);
        List<String> names = names(settings);
        try {
            if (names.isEmpty()) {
                startAll();
            } else {
                checkPairs(found, names);
                names.forEach(this::startNamed);
            }
        } catch (RuntimeException | Error e) {
            closeAll();
            throw e;
        }
        for (Found f : found) {
            infos.computeIfAbsent(f, BackendStarts::notStarted);
        }
    }

    /**
     * Looks for what is wrong in the settings and keeps every agent from starting, whatever the machine has. Starts nothing.
     *
     * @throws NixlException as the constructor would
     */
    static void check(List<Found> found, Settings settings) {
        var _ = decorations(found, settings);
        List<String> names = names(settings);
        checkPairs(found, names);
        for (String name : names) {
            var _ = settings.backend(usable(found, name).name());
        }
    }

    private static Map<String, Decorations> decorations(List<Found> found, Settings settings) {
        Map<String, Decorations> all = new HashMap<>();
        for (Found f : found) {
            if (f instanceof Found.Usable usable) {
                all.put(usable.name(), new Decorations(usable.name(), settings.decorators(usable.name())));
            }
        }
        return all;
    }

    private static List<String> names(Settings settings) {
        return List.copyOf(new LinkedHashSet<>(settings.get(AgentOptions.BACKENDS)));
    }

    List<BackendSlot> slots() {
        return slots;
    }

    List<BackendInfo> infos() {
        return found.stream().map(infos::get).toList();
    }

    void closeAll() {
        for (BackendSlot slot : slots.reversed()) {
            if (slot.self != null) {
                close(slot.name, slot.self);
            }
            close(slot.name, slot.backend);
        }
        slots.clear();
    }

    private static void close(String name, AutoCloseable part) {
        try {
            part.close();
        } catch (Exception e) {
            LOG.log(System.Logger.Level.WARNING, "closing backend " + name + " failed", e);
        }
    }

    // ---- by name: hard

    /** Before anything starts, and whether they could run or not: the settings are wrong either way. */
    private static void checkPairs(List<Found> found, List<String> names) {
        for (Found f : found) {
            if (f instanceof Found.Usable usable && names.contains(usable.name())) {
                for (String other : usable.excludes()) {
                    if (names.contains(other)) {
                        throw NixlException.of(
                                        ErrorCode.NOT_ALLOWED,
                                        usable.name() + " and " + other
                                                + " cannot run in one agent; both are named in agent.backends")
                                .backend(usable.name())
                                .remedy("name one of them")
                                .build();
                    }
                }
            }
        }
    }

    private void startNamed(String name) {
        Found.Usable usable = usable(found, name);
        if (usable.availability() instanceof Availability.Unavailable no) {
            throw no.toException(
                    ErrorCode.BACKEND, name, "backend " + name + " is named by the settings and cannot run: ");
        }
        start(usable);
    }

    private static Found.Usable usable(List<Found> found, String name) {
        return found.stream()
                .filter(f -> f instanceof Found.Usable u && u.name().equals(name))
                .map(Found.Usable.class::cast)
                .findFirst()
                .orElseThrow(() -> notFound(found, name));
    }

    private static NixlException notFound(List<Found> found, String name) {
        for (Found f : found) {
            if (f instanceof Found.Broken broken && broken.name().equals(name)) {
                return NixlException.of(
                                ErrorCode.BACKEND,
                                "backend " + name + " is named by the settings and is broken: " + broken.reason() + " ("
                                        + broken.origin() + ")")
                        .backend(name)
                        .remedy(broken.remedy())
                        .build();
            }
        }
        List<String> names = found.stream().map(f -> notStarted(f).name()).toList();
        return NixlException.of(
                        ErrorCode.NOT_FOUND,
                        "backend " + name + " is named by the settings and was not found; there are " + names)
                .backend(name)
                .remedy("add its jar to the class or module path or to a directory of agent.plugins, or correct"
                        + " agent.backends")
                .build();
    }

    /** Whether either of them forbids the other. */
    private boolean exclude(Found.Usable one, String other) {
        return one.excludes().contains(other)
                || found.stream()
                        .anyMatch(f -> f instanceof Found.Usable u
                                && u.name().equals(other)
                                && u.excludes().contains(one.name()));
    }

    // ---- all that can: what fails is told and left out

    private void startAll() {
        List<Found.Usable> able = found.stream()
                .filter(f -> f instanceof Found.Usable u && u.availability() instanceof Availability.Available)
                .map(Found.Usable.class::cast)
                .sorted(Comparator.comparingInt(Found.Usable::preference)
                        .reversed()
                        .thenComparing(Found.Usable::name))
                .toList();
        for (Found.Usable usable : able) {
            String rival = slots.stream()
                    .map(s -> s.name)
                    .filter(n -> exclude(usable, n))
                    .findFirst()
                    .orElse(null);
            if (rival != null) {
                infos.put(
                        usable,
                        info(
                                usable,
                                BackendInfo.State.AVAILABLE,
                                "cannot run beside " + rival,
                                "name it in agent.backends"));
                continue;
            }
            try {
                start(usable);
            } catch (NixlException e) {
                infos.put(
                        usable,
                        info(
                                usable,
                                BackendInfo.State.UNAVAILABLE,
                                String.valueOf(e.getMessage()),
                                e.remedy() == null ? "" : e.remedy()));
            }
        }
    }

    private void start(Found.Usable usable) {
        Backend backend = guarded(usable, "creating it", () -> create(usable));
        try {
            BackendInfo info = info(usable, BackendInfo.State.ACTIVE, "", "");
            BackendSlot slot = guarded(usable, "asking it", () -> slot(usable, backend, info));
            slots.add(slot);
            infos.put(usable, slot.info);
        } catch (RuntimeException | Error e) {
            close(usable.name(), backend);
            throw e;
        }
    }

    private Backend create(Found.Usable usable) {
        BackendConfig config = settings.backend(usable.name());
        try (ContextLoader _ = ContextLoader.of(usable.provider().getClass())) {
            Backend made = Objects.requireNonNull(decorations.get(usable.name()))
                    .around(context, side -> usable.provider().create(config, side));
            return Objects.requireNonNull(made, "its provider answered null");
        }
    }

    private BackendSlot slot(Found.Usable usable, Backend backend, BackendInfo info) {
        Capabilities capabilities = backend.capabilities();
        if (capabilities.remote() && !capabilities.notifications()) {
            throw NixlException.of(ErrorCode.BACKEND, "it reaches other agents and sends no notifications, a defect")
                    .backend(usable.name())
                    .build();
        }
        return new BackendSlot(usable.name(), slots.size(), backend, usable.kinds(), info, context.agentName());
    }

    /** One broken provider must not break the others: whatever it throws is an error with its name. */
    private static <T> T guarded(Found.Usable usable, String what, Supplier<T> call) {
        try {
            return call.get();
        } catch (NixlException e) {
            throw e;
        } catch (RuntimeException | LinkageError e) {
            throw NixlException.of(ErrorCode.BACKEND, what + " threw " + e)
                    .backend(usable.name())
                    .cause(e)
                    .remedy("this is a defect of " + usable.origin())
                    .build();
        }
    }

    // ---- telling

    static BackendInfo notStarted(Found found) {
        return switch (found) {
            case Found.Broken broken ->
                new BackendInfo(
                        broken.name(),
                        BackendInfo.State.BROKEN,
                        java.util.Set.of(),
                        "",
                        List.of(),
                        broken.reason(),
                        broken.remedy(),
                        broken.origin());
            case Found.Usable usable ->
                switch (usable.availability()) {
                    case Availability.Available yes ->
                        info(usable, BackendInfo.State.AVAILABLE, "not named in agent.backends", "add it there");
                    case Availability.Unavailable no ->
                        info(usable, BackendInfo.State.UNAVAILABLE, no.reason(), no.remedy());
                };
        };
    }

    private static BackendInfo info(Found.Usable usable, BackendInfo.State state, String reason, String remedy) {
        boolean able = usable.availability() instanceof Availability.Available;
        Availability.Available yes =
                able ? (Availability.Available) usable.availability() : new Availability.Available("", List.of());
        return new BackendInfo(
                usable.name(), state, usable.kinds(), yes.version(), yes.features(), reason, remedy, usable.origin());
    }
}
