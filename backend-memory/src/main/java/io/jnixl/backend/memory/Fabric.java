// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.memory;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Where the backends of one process (strictly: of one class loader) find each other. Thread-safe. */
final class Fabric {
    /** Tells this process, and this class loader in it, from all others. */
    static final UUID PROCESS = UUID.randomUUID();

    private static final AtomicLong NUMBERS = new AtomicLong();
    private static final Map<Long, MemoryBackend> LIVE = new ConcurrentHashMap<>();

    private Fabric() {}

    /** A number that names one thing in this process, never used twice. */
    static long nextNumber() {
        return NUMBERS.incrementAndGet();
    }

    static void join(MemoryBackend backend) {
        LIVE.put(backend.id(), backend);
    }

    static void leave(MemoryBackend backend) {
        LIVE.remove(backend.id());
    }

    /**
     * The backend that this information is about.
     *
     * @throws NixlException with {@link ErrorCode#BACKEND} when it is not one of this process, or not any more
     */
    static MemoryBackend find(String name, ConnectionInfo info) {
        if (!info.process().equals(PROCESS)) {
            throw refused(name, "it lives in another process")
                    .remedy("use a backend that reaches other processes, such as UCX")
                    .build();
        }
        MemoryBackend backend = LIVE.get(info.instance());
        if (backend == null) {
            throw refused(name, "its backend " + info.instance() + " is closed")
                    .remedy("load the metadata of a running agent")
                    .build();
        }
        if (!backend.agentName().equals(name)) {
            throw refused(name, "the connection information is that of agent \"" + backend.agentName() + "\"")
                    .build();
        }
        return backend;
    }

    private static NixlException.Builder refused(String name, String why) {
        return NixlException.of(ErrorCode.BACKEND, "agent \"" + name + "\" cannot be reached in memory: " + why)
                .backend(MemoryBackendProvider.NAME)
                .peer(name);
    }
}
