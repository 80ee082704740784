// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.discovery;

import io.jnixl.agent.internal.plugins.Plugin;
import io.jnixl.spi.BackendProvider;
import java.util.List;

/**
 * Finds backend providers.
 *
 * <p>Thread-safe. Reads jars and runs the providers' constructors and questions on the calling thread; those are foreign
 * code, cheap by contract, and nothing here bounds their time.
 *
 * @since 0.1
 */
public final class ProviderDiscovery {
    private ProviderDiscovery() {}

    /**
     * All providers there are, working or not: first those the program brings, then those of named modules by the module's
     * name, then those of the class path in its order. Of two with one name the first is usable, the second broken. A
     * provider that is seen in several of these ways comes once.
     *
     * <p>Named modules count when they are in the boot layer, in this module's own layer, in a layer whose providers
     * {@code loader} sees, or in a parent of those.
     *
     * @param loader where to look; its parents count
     * @param extra providers that the program made
     * @throws VirtualMachineError when the virtual machine fails meanwhile; whatever else is thrown becomes a
     *     {@link Found.Broken}
     */
    public static List<Found> discover(ClassLoader loader, List<BackendProvider> extra) {
        return discover(loader, extra, List.of());
    }

    /** The same with plugins, which come last, in their order. */
    public static List<Found> discover(ClassLoader loader, List<BackendProvider> extra, List<Plugin> plugins) {
        Findings findings = new Findings();
        extra.forEach(findings::add);
        new ModuleScan(loader, findings).run();
        ClassPathScan.of(loader, findings).run();
        new DamagedJars(loader, findings).run();
        new PluginScan(plugins, findings).run();
        return findings.found();
    }
}
