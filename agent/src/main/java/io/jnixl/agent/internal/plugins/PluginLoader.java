// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.plugins;

import io.jnixl.spi.BackendProvider;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.URLConnection;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The class loader of one plugin. The JDK's classes, {@code io.jnixl.api} and {@code io.jnixl.spi} are everybody's; all others come
 * from the plugin's jars first, and from where the agent comes from only if they are not there.
 *
 * <p>There is one for each plugin in a process, never closed: agents share it, since a JVM gives a native library of JNI to
 * one class loader only, and classes may be needed after an agent is closed.
 *
 * @since 0.1
 */
public final class PluginLoader extends URLClassLoader {
    private static final List<String> SHARED = List.of("io.jnixl.api.", "io.jnixl.spi.");
    private static final String SERVICES = "META-INF/services/";

    /** More than readers of service files and manifests take, so that they see when one is too long. */
    private static final int MAX_BYTES = 1 << 21;

    private static final Map<Path, PluginLoader> LOADED = new ConcurrentHashMap<>();

    static {
        registerAsParallelCapable();
    }

    private final ClassLoader host;

    /** What files of the plugin said when they were first read, by their URLs. */
    private final Map<String, byte[]> firstRead = new ConcurrentHashMap<>();

    private PluginLoader(Path plugin, List<Path> jars, ClassLoader host) {
        super(String.valueOf(plugin.getFileName()), urls(jars), host);
        this.host = host;
    }

    /** That of the plugin with this real path; made of these jars unless it is there already. */
    static PluginLoader of(Path plugin, List<Path> jars) {
        return LOADED.computeIfAbsent(
                plugin, path -> new PluginLoader(path, jars, BackendProvider.class.getClassLoader()));
    }

    /**
     * Reads a small file out of a jar of the plugin, the same at all times: the classes are those of the jar that was opened first, and
     * by now the path may lead to another.
     *
     * @param own as {@link #findResources} gave it
     */
    public InputStream read(URL own) throws IOException {
        byte[] first = firstRead.get(own.toString());
        if (first == null) {
            byte[] now = bytes(own);
            byte[] earlier = firstRead.putIfAbsent(own.toString(), now);
            first = earlier == null ? now : earlier;
        }
        return new ByteArrayInputStream(first);
    }

    private static byte[] bytes(URL own) throws IOException {
        URLConnection connection = own.openConnection();
        connection.setUseCaches(false);
        try (InputStream in = connection.getInputStream()) {
            return in.readNBytes(MAX_BYTES);
        }
    }

    private static URL[] urls(List<Path> jars) {
        URL[] urls = new URL[jars.size()];
        for (int i = 0; i < urls.length; i++) {
            try {
                urls[i] = jars.get(i).toUri().toURL();
            } catch (MalformedURLException e) {
                throw new IllegalStateException("a file has no URL: " + jars.get(i), e);
            }
        }
        return urls;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        synchronized (getClassLoadingLock(name)) {
            Class<?> type = findLoadedClass(name);
            if (type == null) {
                type = SHARED.stream().anyMatch(name::startsWith) ? host.loadClass(name) : ownFirst(name);
            }
            if (resolve) {
                resolveClass(type);
            }
            return type;
        }
    }

    private Class<?> ownFirst(String name) throws ClassNotFoundException {
        Class<?> ofTheJdk = ofTheJdk(name);
        if (ofTheJdk != null) {
            return ofTheJdk;
        }
        try {
            return findClass(name);
        } catch (ClassNotFoundException notOwn) {
            return host.loadClass(name);
        }
    }

    /** The platform's loader knows the application's modules, too, and passes on to their loader: those do not count. */
    private static @Nullable Class<?> ofTheJdk(String name) {
        ClassLoader platform = getPlatformClassLoader();
        try {
            Class<?> type = platform.loadClass(name);
            return type.getClassLoader() == null || type.getClassLoader().equals(platform) ? type : null;
        } catch (ClassNotFoundException e) {
            return null;
        }
    }

    @Override
    public @Nullable URL getResource(String name) {
        URL own = findResource(name);
        return own != null ? own : host.getResource(name);
    }

    @Override
    public Enumeration<URL> getResources(String name) throws IOException {
        List<URL> all = new ArrayList<>(Collections.list(findResources(name)));
        if (!isOwnService(name)) {
            all.addAll(Collections.list(host.getResources(name)));
        }
        return Collections.enumeration(all);
    }

    /** Providers that the host lists implement the host's interface of this name, which is another where the plugin has its own. */
    private boolean isOwnService(String name) {
        return name.startsWith(SERVICES)
                && findResource(name.substring(SERVICES.length()).replace('.', '/') + ".class") != null;
    }
}
