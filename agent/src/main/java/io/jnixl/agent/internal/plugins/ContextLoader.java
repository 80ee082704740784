// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.plugins;

import org.jspecify.annotations.Nullable;

/**
 * While it is open, the thread's context class loader is that of a plugin, which libraries within the plugin go by. Classes that
 * come from no plugin leave it as it is. To be closed by the thread that opened it.
 *
 * @since 0.1
 */
public final class ContextLoader implements AutoCloseable {
    private final Thread thread = Thread.currentThread();
    private final @Nullable ClassLoader former = thread.getContextClassLoader();

    private ContextLoader() {}

    /** Opens that of a class about to be called. */
    public static ContextLoader of(Class<?> foreign) {
        ContextLoader context = new ContextLoader();
        if (foreign.getClassLoader() instanceof PluginLoader loader) {
            context.thread.setContextClassLoader(loader);
        }
        return context;
    }

    /** Puts the former one back. */
    @Override
    public void close() {
        thread.setContextClassLoader(former);
    }
}
