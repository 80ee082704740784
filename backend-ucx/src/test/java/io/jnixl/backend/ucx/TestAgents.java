// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import io.jnixl.backend.tck.TestAgent;
import io.jnixl.spi.ProgressPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The agents of one test, which are closed in the end, the last one first. */
final class TestAgents implements AutoCloseable {
    private final List<TestAgent> agents = new ArrayList<>();

    TestAgent make(String name, Map<String, String> options) {
        TestAgent agent = new TestAgent(new UcxBackendProvider(), name, ProgressPolicy.ADAPTIVE, options);
        agents.add(agent);
        return agent;
    }

    @Override
    public void close() {
        agents.reversed().forEach(TestAgent::close);
        agents.clear();
    }
}
