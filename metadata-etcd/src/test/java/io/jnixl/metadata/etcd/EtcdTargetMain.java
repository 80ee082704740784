// SPDX-License-Identifier: Apache-2.0
package io.jnixl.metadata.etcd;

import io.jnixl.api.Agent;
import io.jnixl.api.Config;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/** An agent with UCX in a process of its own. It publishes and withdraws when told to, and ends with its input. */
final class EtcdTargetMain {
    static final String ANSWER = "answer ";
    static final int BYTES = 1 << 16;

    private EtcdTargetMain() {}

    /** Arguments: endpoint, namespace. */
    public static void main(String[] args) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (Agent agent =
                Agent.builder("target").config(config(args[0], args[1])).build()) {
            var _ = agent.allocate(BYTES);
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                var _ = (line.equals("publish")
                                ? agent.exchange().publish()
                                : agent.exchange().withdraw())
                        .join();
                System.out.println(ANSWER + line);
            }
        }
    }

    static Config config(String endpoint, String namespace) {
        return Config.empty()
                .with("agent.backends", "UCX")
                .with("agent.exchange", "etcd")
                .with("exchanges.etcd.endpoints", endpoint)
                .with("exchanges.etcd.namespace", namespace);
    }
}
