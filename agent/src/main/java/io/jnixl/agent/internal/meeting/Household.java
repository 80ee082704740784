// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.meeting;

/** The agent behind the door. Called by threads of connections, several at once. */
public interface Household {
    /** All its metadata as it is now; throws when no other agent could reach it. */
    byte[] metadata();

    /** Takes the metadata that another agent sent unasked; throws when it cannot. */
    void load(byte[] metadata);

    /** Forgets a peer, since somebody said that it is gone; false when there was none of this name. */
    boolean forget(String name);
}
