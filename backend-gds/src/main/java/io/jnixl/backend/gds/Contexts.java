// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.gds;

import java.util.HashMap;
import java.util.Map;

/** The primary contexts that a backend holds: of each GPU that memory was registered of. Thread-safe. */
final class Contexts implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Contexts.class.getName());

    private final String backend;
    private final Map<Integer, Long> held = new HashMap<>();

    Contexts(String backend) {
        this.backend = backend;
    }

    /** The context of a device; kept until this is closed. */
    synchronized long of(int device) {
        Long context = held.get(device);
        if (context == null) {
            context = Cuda.retain(backend, device);
            held.put(device, context);
        }
        return context;
    }

    @Override
    public synchronized void close() {
        for (int device : held.keySet()) {
            int result = Cuda.release(device);
            if (result != 0) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "the context of GPU {0} cannot be released: {1}",
                        device,
                        Cuda.text(result));
            }
        }
        held.clear();
    }
}
