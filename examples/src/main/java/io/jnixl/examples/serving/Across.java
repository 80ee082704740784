// SPDX-License-Identifier: Apache-2.0
package io.jnixl.examples.serving;

import io.jnixl.api.Agent;
import io.jnixl.api.BackendInfo;

/** Whether agents of different processes can reach each other here. */
final class Across {
    private static final String UCX = "UCX";

    private Across() {}

    static boolean isPossible(Agent agent) {
        return agent.backends().stream().anyMatch(b -> isUcx(b) && b.state() == BackendInfo.State.ACTIVE);
    }

    /** Why not, and what to do about it. */
    static String obstacle(Agent agent) {
        return agent.backends().stream()
                .filter(Across::isUcx)
                .findFirst()
                .map(b -> "UCX does not run: " + b.reason() + (b.remedy().isEmpty() ? "" : " (" + b.remedy() + ")"))
                .orElse("UCX is not there (add the jar jnixl-backend-ucx)");
    }

    private static boolean isUcx(BackendInfo backend) {
        return backend.name().equals(UCX);
    }
}
