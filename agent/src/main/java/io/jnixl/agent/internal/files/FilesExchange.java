// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.files;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.spi.ExchangeContext;
import io.jnixl.spi.MetadataExchange;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A folder for each agent, a file for each label, and one more that tells this publication from the next. Looks again and
 * again rather than be told of changes, since network file systems tell nothing.
 */
final class FilesExchange implements MetadataExchange {
    private static final System.Logger LOG = System.getLogger("io.jnixl.agent");
    private static final long FETCH_MILLIS = 10;
    private static final long WATCH_MILLIS = 100;

    private final Path root;
    private final AgentFolder own;
    private final ExchangeContext context;
    private final Map<String, String> watched = new ConcurrentHashMap<>();
    private @Nullable Thread watcher;
    private volatile boolean announced;
    private volatile boolean closed;

    FilesExchange(Path root, ExchangeContext context) {
        this.root = root;
        this.context = context;
        this.own = new AgentFolder(root, context.agentName());
    }

    @Override
    public void publish(String label, byte[] metadata, Duration timeout) {
        try {
            if (!announced) {
                own.delete(); // what a former incarnation has left: whoever watches it learns that it is gone
            }
            own.write(label, metadata);
            announced = true;
        } catch (IOException e) {
            throw failed("publishing " + label + " in " + own, e);
        }
    }

    @Override
    public byte[] fetch(String agent, String label, Duration timeout) {
        AgentFolder folder = new AgentFolder(root, agent);
        long start = System.nanoTime();
        long limit = timeout.toNanos();
        try {
            while (true) {
                String publication = folder.publication();
                byte[] bytes = folder.read(label);
                if (bytes != null && publication != null && watch(agent, folder, publication)) {
                    return bytes;
                }
                if (closed || System.nanoTime() - start > limit) {
                    throw absent(agent, label, folder);
                }
                TimeUnit.MILLISECONDS.sleep(FETCH_MILLIS);
            }
        } catch (IOException e) {
            throw failed("reading " + label + " in " + folder, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NixlException(ErrorCode.CANCELED, "interrupted while waiting for agent " + agent);
        }
    }

    private static NixlException absent(String agent, String label, AgentFolder folder) {
        return NixlException.of(ErrorCode.TIMED_OUT, "nothing was published under " + label + " in " + folder)
                .peer(agent)
                .remedy("see that the agent runs, publishes, and sees the same folder")
                .build();
    }

    private static NixlException failed(String what, IOException why) {
        return NixlException.of(ErrorCode.BACKEND, what + " failed: " + why)
                .remedy(
                        "see the rights of the folder, whether it is full, and that exchanges.files.directory is for nothing else")
                .cause(why)
                .build();
    }

    @Override
    public void withdraw(Duration timeout) {
        try {
            own.delete();
            announced = false;
        } catch (IOException e) {
            throw failed("taking away " + own, e);
        }
    }

    // ---- what others do

    /**
     * Watches for the end of this publication, if it is the same after the bytes were read as before: they are of it then. A
     * fetch that comes late does not put a former publication in the place of the present one.
     */
    private synchronized boolean watch(String agent, AgentFolder folder, String publication) throws IOException {
        if (!publication.equals(folder.publication())) {
            return false;
        }
        watched.put(agent, publication);
        if (watcher == null && !closed) {
            watcher = Thread.ofVirtual()
                    .name("jnixl-files-" + context.agentName())
                    .start(this::watchAll);
        }
        return true;
    }

    private void watchAll() {
        try {
            while (!closed) {
                watched.forEach(this::look);
                TimeUnit.MILLISECONDS.sleep(WATCH_MILLIS);
            }
        } catch (InterruptedException e) {
            LOG.log(System.Logger.Level.DEBUG, "exchange files is closed");
        }
    }

    private void look(String agent, String publication) {
        try {
            if (!publication.equals(new AgentFolder(root, agent).publication())) {
                gone(agent, publication);
            }
        } catch (IOException | RuntimeException e) { // the next look may do better, and others are watched too
            LOG.log(System.Logger.Level.DEBUG, "agent " + agent + " cannot be looked after just now", e);
        }
    }

    /** Together with {@link #watch}: nobody hears of this end after a fetch has answered with the next publication. */
    private synchronized void gone(String agent, String publication) {
        if (!closed && watched.remove(agent, publication)) {
            context.withdrawn(agent);
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (watcher != null) {
            watcher.interrupt();
        }
    }
}
