// SPDX-License-Identifier: Apache-2.0
package org.example.application;

import io.jnixl.api.Agent;
import io.jnixl.api.Allocation;
import io.jnixl.api.Config;
import io.jnixl.api.DescriptorList;
import io.jnixl.api.Operation;
import io.jnixl.api.Status;
import io.jnixl.api.Transfer;

/** Moves a mebibyte within the process, and says what moved it, and where this program and the agent come from. */
public final class Main {
    private static final long BYTES = 1 << 20;

    private Main() {}

    /** Exits with 1 when the bytes did not move. */
    public static void main(String[] args) {
        Config config = Config.empty().with("agent.backends", "MEMORY");
        try (Agent agent = Agent.builder("application").config(config).build();
                Allocation source = agent.allocate(BYTES);
                Allocation target = agent.allocate(BYTES);
                Transfer transfer = agent.transfer(
                                Operation.WRITE,
                                DescriptorList.of(source.segment()),
                                agent.self(),
                                DescriptorList.of(target.segment()))
                        .prepare()) {
            source.segment().fill((byte) 7);
            Status status = transfer.post();
            if (status == Status.IN_PROGRESS) {
                status = transfer.await();
            }
            if (status != Status.SUCCESS || source.segment().mismatch(target.segment()) >= 0) {
                throw new IllegalStateException("nothing moved: " + transfer.failure());
            }
            System.out.println(transfer.backend() + " moved " + BYTES + " bytes; " + Main.class.getModule() + ", "
                    + agent.getClass().getModule().getName());
        }
    }
}
