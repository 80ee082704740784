// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.discovery;

import io.jnixl.agent.internal.config.Shown;
import io.jnixl.agent.internal.config.Spelling;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.spi.MetadataExchangeProvider;
import io.jnixl.spi.OptionSpec;
import io.jnixl.spi.SpiVersion;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Spliterator;
import org.jspecify.annotations.Nullable;

/**
 * The metadata exchanges there are: those that the program brings, then those that {@link ServiceLoader} finds. One that is
 * broken keeps no other from working and is reported when somebody asks for an exchange in vain.
 *
 * <p>Immutable. Runs the providers' constructors and questions on the calling thread.
 *
 * @since 0.1
 */
public final class ExchangeDiscovery {
    /** The service loader goes on after an error; a class loader that fails at every step must not keep it going. */
    private static final int MAX_STEPS = 1000;

    private final Map<String, MetadataExchangeProvider> usable = new LinkedHashMap<>();
    private final Map<String, List<OptionSpec<?>>> options = new LinkedHashMap<>();
    private final List<String> broken = new ArrayList<>();

    private ExchangeDiscovery() {}

    /**
     * Looks for them.
     *
     * @param loader where to look; its parents and the boot layer count
     * @param extra providers that the program made; they beat others of the same name
     */
    public static ExchangeDiscovery discover(ClassLoader loader, List<MetadataExchangeProvider> extra) {
        ExchangeDiscovery found = new ExchangeDiscovery();
        extra.forEach(found::takeFromProgram);
        Spliterator<ServiceLoader.Provider<MetadataExchangeProvider>> providers =
                ServiceLoader.load(MetadataExchangeProvider.class, loader).stream()
                        .spliterator();
        for (int step = 0; step < MAX_STEPS; step++) {
            try {
                if (!providers.tryAdvance(provider -> found.take(provider))) {
                    break;
                }
            } catch (Throwable e) {
                Fatal.rethrow(e);
                found.broken("an exchange", Construction.unwrap(e));
            }
        }
        return found;
    }

    private void take(ServiceLoader.Provider<MetadataExchangeProvider> provider) {
        SpiVersion version = provider.type().getAnnotation(SpiVersion.class);
        Diagnosis wrong = version == null ? SpiCheck.absent() : SpiCheck.compare(version.value());
        if (wrong != null) {
            broken.add(provider.type().getName() + ": " + wrong.reason() + "; " + wrong.remedy());
            return;
        }
        try {
            take(provider.get(), false);
        } catch (Throwable e) {
            Fatal.rethrow(e);
            broken(provider.type().getName(), Construction.unwrap(e));
        }
    }

    private void takeFromProgram(MetadataExchangeProvider provider) {
        try {
            take(provider, true);
        } catch (Throwable e) {
            Fatal.rethrow(e);
            broken(provider.getClass().getName(), e);
        }
    }

    private void take(MetadataExchangeProvider provider, boolean fromProgram) {
        String name = provider.name();
        List<OptionSpec<?>> specs = List.copyOf(provider.options());
        if (!Interview.isName(name)) {
            broken.add(provider.getClass().getName() + ": its name \"" + Shown.text(name) + "\" is no name");
        } else if (!usable.containsKey(name)) {
            usable.put(name, provider);
            options.put(name, specs);
        } else if (!fromProgram && usable.get(name).getClass() != provider.getClass()) {
            broken.add(provider.getClass().getName() + ": there is an exchange " + name + " already");
        }
    }

    private void broken(String what, Throwable why) {
        Diagnosis diagnosis = Diagnosis.of(why);
        broken.add(what + ": " + diagnosis.reason() + "; " + diagnosis.remedy());
    }

    /** The options of each, by name. */
    public Map<String, List<OptionSpec<?>>> options() {
        return options;
    }

    /**
     * The provider of this name.
     *
     * @throws NixlException with {@link ErrorCode#NOT_FOUND}, saying which there are and which are broken
     */
    public MetadataExchangeProvider provider(String name) {
        @Nullable MetadataExchangeProvider provider = usable.get(name);
        if (provider != null) {
            return provider;
        }
        throw NixlException.of(
                        ErrorCode.NOT_FOUND,
                        "there is no metadata exchange " + Shown.text(name)
                                + (broken.isEmpty() ? "" : "; broken are " + String.join("; ", broken)))
                .remedy(Spelling.remedy(name, usable.keySet())
                        + (name.equals("etcd") ? "; etcd's is in jnixl-metadata-etcd" : ""))
                .build();
    }
}
