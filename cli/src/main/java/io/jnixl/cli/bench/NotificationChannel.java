// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.bench;

import io.jnixl.api.Agent;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.api.Notification;
import io.jnixl.api.Peer;
import io.jnixl.api.Subscription;
import io.jnixl.cli.run.RunFailure;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Lines as notifications, for processes that have no other connection. Those of others, and of posts, are not for it. */
final class NotificationChannel implements Channel {
    private static final int MOST_WAITING = 1024;
    private static final long SLICE_NANOS = 200_000_000;

    private final Agent agent;
    private final Peer partner;
    private final BlockingQueue<byte[]> lines = new ArrayBlockingQueue<>(MOST_WAITING);
    private final Subscription subscription;

    NotificationChannel(Agent agent, Peer partner) {
        this.agent = agent;
        this.partner = partner;
        subscription = agent.onNotification(new Arrivals(partner.name(), this::take));
    }

    /** A partner that sends more than it may is not heard, which it will notice. */
    private void take(Notification notification) {
        if (notification.from().equals(partner.name()) && notification.size() <= Hello.LONGEST) {
            lines.offer(notification.bytes());
        }
    }

    @Override
    public void send(String line) {
        send(line.getBytes(StandardCharsets.UTF_8));
    }

    void send(byte[] message) {
        try {
            agent.sendNotification(partner, message);
        } catch (NixlException e) {
            boolean gone = e.code() == ErrorCode.REMOTE_DISCONNECT || !partner.isCurrent();
            throw gone ? RunFailure.noPartner(partner.name() + " is gone: " + e.getMessage()) : e;
        }
    }

    @Override
    public String receive(Duration limit, String what) {
        return new String(receiveBytes(limit, what), StandardCharsets.UTF_8);
    }

    byte[] receiveBytes(Duration limit, String what) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (true) {
            boolean current = partner.isCurrent(); // looked at first: what it sent before is still read
            byte[] line = poll(Math.min(SLICE_NANOS, deadline - System.nanoTime()));
            if (line != null) {
                return line;
            }
            if (!current) {
                throw RunFailure.noPartner(partner.name() + " is gone; waited for " + what);
            }
            if (System.nanoTime() - deadline >= 0) {
                throw RunFailure.noPartner(
                        "no " + what + " from " + partner.name() + " within " + limit.toSeconds() + " s");
            }
        }
    }

    private byte @Nullable [] poll(long nanos) {
        try {
            return lines.poll(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw RunFailure.noPartner("interrupted");
        }
    }

    @Override
    public void close() {
        subscription.close();
    }
}
