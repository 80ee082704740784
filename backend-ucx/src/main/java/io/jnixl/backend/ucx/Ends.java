// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import io.jnixl.spi.BackendContext;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What has ended on a worker, posts and peers, until somebody is told: after the ownership was given up, since that runs the
 * application's callbacks. Collecting and taking are the owner's, telling is for whoever took it.
 */
final class Ends {
    private static final System.Logger LOG = System.getLogger("io.jnixl.backend.ucx");

    /** Set while a thread tells ends: one that is reported meanwhile, by a post inside a callback, is left to the helper. */
    private static final ThreadLocal<boolean[]> TELLING = ThreadLocal.withInitial(() -> new boolean[1]);

    private final BackendContext context;
    private final Runnable wakeHelper;
    private final Chain posts = new Chain();
    private final HandOver leftOver = new HandOver();
    private @Nullable UcxPeer peers;

    /** Made once, since it is used in each turn of the helper. */
    private final Consumer<UcxPost> teller = this::tell;

    Ends(BackendContext context, Runnable wakeHelper) {
        this.context = context;
        this.wakeHelper = wakeHelper;
    }

    // ---- owner

    void add(UcxPost post) {
        posts.add(post);
    }

    void add(UcxPeer peer) {
        peer.nextLost = peers;
        peers = peer;
    }

    boolean hasPosts() {
        return !posts.isEmpty();
    }

    boolean hasPeers() {
        return peers != null;
    }

    /** The first of a chain, to be told in any case. */
    @Nullable
    UcxPost takePosts() {
        return posts.takeAll();
    }

    /** The same of peers that were lost. */
    @Nullable
    UcxPeer takePeers() {
        UcxPeer all = peers;
        peers = null;
        return all;
    }

    // ---- those who took it

    void tell(@Nullable UcxPost first) {
        if (first == null) {
            return;
        }
        boolean[] telling = TELLING.get();
        if (telling[0]) {
            leaveToHelper(first);
            return;
        }
        telling[0] = true;
        try {
            tellAll(first);
        } finally {
            telling[0] = false;
        }
    }

    private static void tellAll(@Nullable UcxPost first) {
        for (UcxPost t = first; t != null; ) {
            UcxPost next = t.nextInChain; // the transfer may be posted again as soon as it is told
            t.nextInChain = null;
            try {
                t.tell();
            } catch (RuntimeException | Error e) { // the others must be told too
                LOG.log(System.Logger.Level.ERROR, "telling the end of a transfer failed", e);
            }
            t = next;
        }
    }

    /** For those who may hold locks that the application's callbacks want. */
    void leaveToHelper(UcxPost first) {
        for (UcxPost t = first; t != null; ) {
            UcxPost next = t.nextInChain;
            t.nextInChain = null;
            leftOver.push(t);
            t = next;
        }
        wakeHelper.run();
    }

    /** Whether some are left to the helper; any thread. */
    boolean areLeftOver() {
        return !leftOver.isEmpty();
    }

    /** The helper's: tells what others left to it. */
    void tellLeftOver() {
        leftOver.drain(teller);
    }

    void tell(@Nullable UcxPeer first) {
        for (UcxPeer peer = first; peer != null; peer = peer.nextLost) {
            try {
                context.peerLost(peer, peer.whyLost());
            } catch (RuntimeException | Error e) {
                LOG.log(System.Logger.Level.ERROR, "the agent failed over the loss of " + peer, e);
            }
        }
    }

    /** At the backend's end, when nobody owns the worker any more: all posts there are. */
    void tellLast() {
        tellAll(posts.takeAll());
        leftOver.drain(Ends::tellAll);
    }
}
