// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

/**
 * What is left to do for a peer that has turned stale. It runs callbacks of the application and waits for what may not answer,
 * so nobody does it with a lock held.
 *
 * @param news tells what happened, after its transfers have ended
 */
record Farewell(LivePeer peer, Runnable news) {

    /** Of one whose end was told before. */
    static Farewell untold(LivePeer peer) {
        return new Farewell(peer, () -> {});
    }

    /** Ends its transfers, and tells of it whatever becomes of that: later events of the same name wait for this one. */
    void tell() {
        try {
            peer.endTransfers();
        } finally {
            news.run();
        }
    }

    void tellAndDisconnect() {
        tell();
        peer.disconnect();
    }
}
