// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.discovery;

import io.jnixl.spi.BackendProvider;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor.Provides;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.Spliterator;
import java.util.jar.JarFile;
import org.jspecify.annotations.Nullable;

/**
 * Finds the providers of named modules, in the order of the modules' names.
 *
 * <p>Module descriptors say who provides what, so that a provider that {@link ServiceLoader} cannot deliver is known all
 * the same; the service loader delivers the others, as it alone may instantiate classes of packages that are not exported.
 */
final class ModuleScan {
    /** The service loader goes on after an error; a class loader that fails at every step must not keep it going. */
    private static final int MAX_STEPS = 10_000;

    private static final int MAX_ERRORS = 1000;

    private final ClassLoader loader;
    private final Findings findings;

    ModuleScan(ClassLoader loader, Findings findings) {
        this.loader = loader;
        this.findings = findings;
    }

    void run() {
        Map<Class<?>, ServiceLoader.Provider<BackendProvider>> delivered = new LinkedHashMap<>();
        Set<ModuleLayer> layers = new LinkedHashSet<>();
        collect(ServiceLoader.load(BackendProvider.class, loader), delivered);
        delivered.keySet().forEach(type -> addWithParents(type.getModule().getLayer(), layers));
        addWithParents(getClass().getModule().getLayer(), layers);
        addWithParents(ModuleLayer.boot(), layers);
        for (ModuleLayer layer : layers) {
            collect(ServiceLoader.load(layer, BackendProvider.class), delivered);
        }
        for (Module module : modules(layers)) {
            for (String className : providersIn(module)) {
                read(module, className, delivered);
            }
        }
    }

    /** Keeps what a service loader delivers out of named modules; errors are looked into class by class later. */
    private static void collect(
            ServiceLoader<BackendProvider> services, Map<Class<?>, ServiceLoader.Provider<BackendProvider>> delivered) {
        Spliterator<ServiceLoader.Provider<BackendProvider>> providers =
                services.stream().spliterator();
        int errors = 0;
        for (int step = 0; step < MAX_STEPS && errors < MAX_ERRORS; step++) {
            try {
                if (!providers.tryAdvance(provider -> keep(provider, delivered))) {
                    return;
                }
            } catch (Throwable e) {
                Fatal.rethrow(e);
                errors++;
            }
        }
    }

    private static void keep(
            ServiceLoader.Provider<BackendProvider> provider,
            Map<Class<?>, ServiceLoader.Provider<BackendProvider>> delivered) {
        if (provider.type().getModule().isNamed()) {
            delivered.putIfAbsent(provider.type(), provider);
        }
    }

    private static void addWithParents(@Nullable ModuleLayer layer, Set<ModuleLayer> layers) {
        if (layer != null && layers.add(layer)) {
            layer.parents().forEach(parent -> addWithParents(parent, layers));
        }
    }

    private static List<Module> modules(Set<ModuleLayer> layers) {
        List<Module> modules = new ArrayList<>();
        layers.forEach(layer -> modules.addAll(layer.modules().stream()
                .sorted(Comparator.comparing(Module::getName))
                .toList()));
        return modules;
    }

    private static List<String> providersIn(Module module) {
        return module.getDescriptor().provides().stream()
                .filter(provides -> provides.service().equals(BackendProvider.class.getName()))
                .map(Provides::providers)
                .flatMap(List::stream)
                .toList();
    }

    private void read(
            Module module, String className, Map<Class<?>, ServiceLoader.Provider<BackendProvider>> delivered) {
        ModuleReference reference = reference(module);
        String place = reference == null ? Place.UNKNOWN : Place.of(reference.location());
        String origin = "module " + module.getName() + " (" + place + ")";
        try {
            Class<?> type = Class.forName(module, className);
            if (type == null) {
                throw new ClassNotFoundException(className);
            }
            ServiceLoader.Provider<BackendProvider> provider = delivered.get(type);
            findings.add(new Candidate(
                    type,
                    place,
                    origin,
                    () -> openManifest(reference),
                    provider == null ? () -> Construction.instantiate(type) : provider::get));
        } catch (Throwable e) {
            Fatal.rethrow(e);
            Diagnosis otherVersion = SpiCheck.checkManifest(() -> openManifest(reference));
            Diagnosis why = otherVersion != null ? otherVersion : Diagnosis.ofLoading(className, e);
            findings.broken(className, place, origin, why, e);
        }
    }

    private static @Nullable ModuleReference reference(Module module) {
        ModuleLayer layer = module.getLayer();
        return layer == null
                ? null
                : layer.configuration()
                        .findModule(module.getName())
                        .map(resolved -> resolved.reference())
                        .orElse(null);
    }

    /** The bytes of the module's manifest; null when there is none. */
    private static @Nullable InputStream openManifest(@Nullable ModuleReference reference) throws IOException {
        if (reference == null) {
            return null;
        }
        try (ModuleReader reader = reference.open()) {
            InputStream in = reader.open(JarFile.MANIFEST_NAME).orElse(null);
            if (in == null) {
                return null;
            }
            // Closing the reader closes the stream, so the bytes are taken here; ManifestReader checks their number.
            try (in) {
                return new java.io.ByteArrayInputStream(in.readNBytes(ManifestReader.MAX_BYTES + 1));
            }
        }
    }
}
