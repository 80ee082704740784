// SPDX-License-Identifier: Apache-2.0
package io.jnixl.it.discovery;

import io.jnixl.api.Agent;
import io.jnixl.api.Allocation;
import io.jnixl.api.Config;
import io.jnixl.api.DescriptorList;
import io.jnixl.api.Transfer;
import java.lang.foreign.ValueLayout;

/** The program of child processes that move bytes between two agents, with the backend in a directory of plugins. */
public final class MoveMain {
    /** Written when the bytes have arrived as they were. */
    static final String MOVED = "MOVED";

    private static final int SIZE = 1 << 16;

    private MoveMain() {}

    /** With the directory of plugins as argument. */
    public static void main(String[] args) {
        Config config = Config.empty().with("agent.plugins", args[0]);
        try (Agent from = Agent.builder("from").config(config).build();
                Agent to = Agent.builder("to").config(config).build();
                Allocation source = from.allocate(SIZE);
                Allocation target = to.allocate(SIZE);
                Transfer copy = from.write(source.segment())
                        .to(from.loadPeer(to.metadata()), DescriptorList.of(target.segment()))
                        .prepare()) {
            for (int i = 0; i < SIZE; i++) {
                source.segment().set(ValueLayout.JAVA_BYTE, i, (byte) (i * 31));
            }
            copy.post();
            System.out.println(copy.await());
            if (source.segment().mismatch(target.segment()) == -1) {
                System.out.println(MOVED);
            }
        }
    }
}
