// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.bench;

import io.jnixl.api.Peer;
import io.jnixl.cli.run.BufferDescription;
import io.jnixl.cli.run.RunFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * What this side knows once the two have met.
 *
 * @param role what this side is
 * @param partner the other side's memory
 * @param peer the other side's agent
 * @param sweep the other side's options
 */
record Meeting(Role role, BufferDescription partner, Peer peer, String sweep, Channel channel)
        implements AutoCloseable {
    private static final int MOST_METADATA = 16 << 20;
    private static final String REFUSED = "REFUSED ";

    /** This side: what it says, and how it takes in the other's metadata. */
    interface Self {
        Hello hello();

        byte[] metadata();

        Peer load(byte[] metadata);
    }

    /**
     * As the one who came first: looks at who has connected.
     *
     * @throws IOException when it is not the partner, saying why
     */
    static Meeting welcome(Link link, Self self, Duration limit) throws IOException {
        Hello theirs;
        Role role;
        try {
            theirs = Hello.decode(link.receiveFrame(Hello.LONGEST, limit));
            check(self.hello(), theirs);
            role = self.hello().role().settle(theirs.role(), true);
        } catch (IllegalArgumentException e) {
            link.sendFrame((REFUSED + e.getMessage()).getBytes(StandardCharsets.UTF_8));
            throw new IOException(e.getMessage(), e);
        }
        link.sendFrame(self.hello().encode());
        byte[] metadata = link.receiveFrame(MOST_METADATA, limit);
        link.sendFrame(self.metadata());
        Peer peer;
        try {
            peer = load(self, theirs, metadata);
        } catch (RuntimeException e) { // whatever it sent, it is no reason to stop waiting for the partner
            throw new IOException(e.getMessage(), e);
        }
        return new Meeting(role, theirs.buffer(), peer, theirs.sweep(), link);
    }

    /**
     * As the one who came second.
     *
     * @throws RunFailure when the other side refuses
     * @throws IOException when it is not the partner, saying why
     */
    static Meeting join(Link link, Self self, Duration limit) throws IOException {
        link.sendFrame(self.hello().encode());
        byte[] answer = link.receiveFrame(Hello.LONGEST, limit);
        String text = new String(answer, StandardCharsets.UTF_8);
        if (text.startsWith(REFUSED)) {
            throw RunFailure.error(link.name() + " refuses: " + text.substring(REFUSED.length()));
        }
        try {
            Hello theirs = Hello.decode(answer);
            Role role = self.hello().role().settle(theirs.role(), false);
            link.sendFrame(self.metadata());
            Peer peer = load(self, theirs, link.receiveFrame(MOST_METADATA, limit));
            return new Meeting(role, theirs.buffer(), peer, theirs.sweep(), link);
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private static Peer load(Self self, Hello theirs, byte[] metadata) {
        Peer peer = self.load(metadata);
        if (!peer.name().equals(theirs.buffer().agent())) {
            throw RunFailure.error("the partner's metadata and its memory are of two agents: " + peer.name() + " and "
                    + theirs.buffer().agent());
        }
        return peer;
    }

    private static void check(Hello own, Hello theirs) {
        if (!own.token().equals(theirs.token())) {
            throw new IllegalArgumentException("this run belongs to another process");
        }
        if (!own.group().equals(theirs.group())) {
            throw new IllegalArgumentException("the groups are " + own.group() + " and " + theirs.group()
                    + "; --benchmark_group must be the same");
        }
    }

    @Override
    public void close() {
        channel.close();
    }
}
