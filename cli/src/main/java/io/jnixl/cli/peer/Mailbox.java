// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.peer;

import io.jnixl.api.Agent;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.api.Notification;
import io.jnixl.api.Peer;
import io.jnixl.cli.run.Console;
import io.jnixl.cli.run.RunFailure;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The partner's notifications. Those of others are reported, a few of them: anyone can send many. */
final class Mailbox {
    private static final long SLICE_NANOS = 200_000_000;
    private static final int MOST_REPORTS = 10;
    private static final int MOST_CHARACTERS = 80;

    private static final String GONE = " is gone, or what it has published is of an earlier run";

    private final Agent agent;
    private final Peer partner;
    private final Console console;
    private final BooleanSupplier stop;
    private int strangers;

    /**
     * A mailbox.
     *
     * @param stop ends a wait early
     */
    Mailbox(Agent agent, Peer partner, Console console, BooleanSupplier stop) {
        this.agent = agent;
        this.partner = partner;
        this.console = console;
        this.stop = stop;
    }

    Peer partner() {
        return partner;
    }

    void send(String message) {
        try {
            agent.sendNotification(partner, message);
        } catch (NixlException e) {
            boolean gone = e.code() == ErrorCode.REMOTE_DISCONNECT || !partner.isCurrent();
            throw gone ? RunFailure.noPartner(partner.name() + GONE + ": " + e.getMessage()) : e;
        }
    }

    /**
     * The partner's next message; what it waits for is named where none comes. Its bytes may be anything.
     *
     * @throws RunFailure when the time is over, or none can come any more
     */
    String next(Duration limit, String what) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (true) {
            boolean gone = !partner.isCurrent(); // looked at first: what it sent before is still read
            Notification next = take(deadline - System.nanoTime());
            if (next == null) {
                check(gone, deadline, limit, what);
            } else if (next.from().equals(partner.name())) {
                return next.text();
            } else {
                report(next);
                check(false, deadline, limit, what); // however much strangers have to say
            }
        }
    }

    /** Not for the whole time at once: meanwhile the partner may go. */
    private @Nullable Notification take(long left) {
        try {
            return agent.awaitNotification(Duration.ofNanos(Math.clamp(left, 0, SLICE_NANOS)));
        } catch (NixlException e) {
            if (e.code() == ErrorCode.TIMED_OUT) {
                return null;
            }
            throw e;
        }
    }

    private void check(boolean gone, long deadline, Duration limit, String what) {
        if (gone) {
            throw RunFailure.noPartner(partner.name() + GONE + "; waited for " + what);
        }
        if (stop.getAsBoolean() || System.nanoTime() - deadline >= 0) {
            throw RunFailure.noPartner(
                    "no " + what + " from " + partner.name() + " within " + limit.toSeconds() + " s");
        }
    }

    private void report(Notification stranger) {
        strangers++;
        if (strangers <= MOST_REPORTS) {
            console.complain("a notification from " + shorten(stranger.from()) + ", who is not the partner: "
                    + shorten(stranger.text()));
        }
        if (strangers == MOST_REPORTS) {
            console.complain("no more such notifications are reported");
        }
    }

    /** For messages: what comes from outside may be long. */
    static String shorten(String text) {
        return text.length() <= MOST_CHARACTERS ? text : text.substring(0, MOST_CHARACTERS) + "...";
    }
}
