// SPDX-License-Identifier: Apache-2.0
package io.jnixl.examples.programs;

import io.jnixl.api.Agent;
import io.jnixl.api.Allocation;
import io.jnixl.api.NixlException;
import io.jnixl.api.Peer;
import io.jnixl.api.PeerEvent;
import io.jnixl.api.Status;
import io.jnixl.api.Subscription;
import io.jnixl.api.Transfer;
import java.io.PrintStream;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * What an application sees when things go wrong: memory that may not be freed yet, a transfer that is given up, a peer that
 * comes back as another incarnation, a peer that is gone.
 *
 * @since 0.1
 */
public final class WhenThingsGoWrong {
    private static final long BYTES = 64 << 20;

    private final PrintStream out;
    private final BlockingQueue<PeerEvent> events = new LinkedBlockingQueue<>();

    private WhenThingsGoWrong(PrintStream out) {
        this.out = out;
    }

    /** Lets things go wrong. */
    public static void main(String[] args) throws InterruptedException {
        run(System.out);
    }

    static void run(PrintStream out) throws InterruptedException {
        new WhenThingsGoWrong(out).run();
    }

    private void run() throws InterruptedException {
        try (Agent prefill = Agent.create("prefill-0");
                Subscription _ = prefill.onPeer(this::hear)) {
            Agent decode = Agent.create("decode-0");
            try (Allocation _ = decode.allocate(BYTES)) {
                Peer peer = prefill.loadPeer(decode.metadata());
                awaitEvent(PeerEvent.Loaded.class);
                giveUp(prefill, peer);
                restart(prefill, peer);
            } finally {
                decode.close();
            }
        }
    }

    // ---- a transfer that is given up

    private void giveUp(Agent prefill, Peer peer) {
        Allocation source = prefill.allocate(BYTES);
        Transfer push = prefill.write(source.segment())
                .to(peer.region(0).all())
                .label("push")
                .prepare();
        push.post();
        closeTooEarly(source);
        push.cancel().join(); // when it is done, nothing on this side touches the memory any more
        // cancelled at once, unless it was over before
        out.println("after cancel: " + push.poll() + ", " + push.failure().message());
        push.close();
        source.close();
        out.println("closed");
    }

    private void closeTooEarly(Allocation source) {
        try {
            source.close();
        } catch (NixlException e) {
            out.println("refused: " + e.getMessage());
            out.println("holders: " + source.registration().holders());
        }
    }

    // ---- a peer that comes back, and goes

    private void restart(Agent prefill, Peer before) throws InterruptedException {
        Agent reborn = Agent.create("decode-0");
        try (Allocation source = prefill.allocate(4096);
                Allocation _ = reborn.allocate(4096);
                Transfer old = prefill.write(source.segment())
                        .to(before.region(0).slice(0, 4096))
                        .label("old")
                        .prepare()) {
            Peer now = prefill.loadPeer(reborn.metadata());
            awaitEvent(PeerEvent.Restarted.class);
            Status refused = old.post();
            out.println("post to the old one: " + refused + ", " + old.failure().message());
            try (Transfer fresh =
                    prefill.write(source.segment()).to(now.region(0).all()).prepare()) {
                fresh.post();
                out.println("post to the new one: " + fresh.await());
            }
        } finally {
            reborn.close(); // as if its process had ended
        }
        awaitEvent(PeerEvent.Lost.class);
        out.println("known peers: " + prefill.peers());
    }

    // ---- events

    /** On a thread of the agent: note and return. */
    private void hear(PeerEvent event) {
        events.add(event);
    }

    /** Prints what has happened, up to the first of this kind. */
    private void awaitEvent(Class<? extends PeerEvent> kind) throws InterruptedException {
        PeerEvent event;
        do {
            event = events.poll(10, TimeUnit.SECONDS);
            if (event == null) {
                throw new IllegalStateException("no event came");
            }
            print(event);
        } while (!kind.isInstance(event));
    }

    private void print(PeerEvent event) {
        out.println(
                switch (event) {
                    case PeerEvent.Loaded(Peer p) -> "loaded " + p.name();
                    case PeerEvent.Restarted(Peer p, long before) ->
                        p.name() + " is back, and replaces epoch " + before;
                    case PeerEvent.Connected(Peer p) -> p.name() + " can be reached";
                    case PeerEvent.Suspect(Peer p, Throwable why) -> p.name() + " does not answer: " + why.getMessage();
                    case PeerEvent.Lost(Peer p, Throwable why) -> "lost " + p.name() + ": " + why.getMessage();
                    case PeerEvent.Invalidated(Peer p) -> "forgot " + p.name();
                });
    }
}
