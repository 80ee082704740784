// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.memory;

import io.jnixl.backend.tck.TestAgent;
import io.jnixl.spi.ProgressPolicy;
import java.util.Map;

/** Agents with this backend. */
final class Agents {
    private Agents() {}

    static TestAgent start(String name, ProgressPolicy policy, Map<String, String> options) {
        return new TestAgent(new MemoryBackendProvider(), name, policy, options);
    }

    /** One of small chunks, so that much happens between them. */
    static TestAgent start(String name) {
        return start(name, ProgressPolicy.PARK, Map.of("chunk", "64K"));
    }
}
