// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.api.Notification;
import io.jnixl.api.Status;
import io.jnixl.api.Subscription;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Notifications that come and go without a transfer, and those who listen for them. */
final class Notifications implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("io.jnixl.agent");
    private static final long RETRY_NANOS = 200_000;

    private final String agentName;
    private final NotificationQueue queue;
    private final Driver driver;
    private final Listeners<Notification> listeners = new Listeners<>();

    /** Guarded by this: hands notifications over while there are listeners; made with the first. */
    private @Nullable Thread dispatcher;

    Notifications(String agentName, NotificationQueue queue, Driver driver) {
        this.agentName = agentName;
        this.queue = queue;
        this.driver = driver;
    }

    NotificationQueue queue() {
        return queue;
    }

    Driver driver() {
        return driver;
    }

    // ---- sending

    void send(LivePeer peer, byte[] message, long timeoutNanos) {
        if (!peer.enter()) {
            throw stale(peer);
        }
        try {
            sendInside(peer, message, timeoutNanos);
        } finally {
            peer.leave();
        }
    }

    /** While the peer's connections cannot be closed. */
    private static void sendInside(LivePeer peer, byte[] message, long timeoutNanos) {
        LivePeer.Way way = peer.way();
        if (way == null) {
            throw NixlException.of(
                            ErrorCode.BACKEND, "no common backend sends notifications; common are " + peer.backends())
                    .peer(peer.name())
                    .build();
        }
        checkLength(way.slot(), peer, message.length);
        MemorySegment bytes = MemorySegment.ofArray(message);
        Status status = way.peer().send(bytes);
        if (status != Status.SUCCESS) {
            sendUntilTaken(status, way, peer, bytes, timeoutNanos);
        }
    }

    private static NixlException stale(LivePeer peer) {
        return NixlException.of(ErrorCode.NOT_FOUND, "epoch " + peer.epoch() + " is stale: " + peer.whyStale())
                .peer(peer.name())
                .remedy("ask Agent.peer for the peer as it is now")
                .build();
    }

    private static void checkLength(BackendSlot slot, LivePeer peer, int length) {
        int most = slot.capabilities.maxNotificationBytes();
        if (length > most) {
            throw NixlException.of(
                            ErrorCode.INVALID_PARAM,
                            "the notification has " + length + " bytes, more than the " + most + " that can be sent")
                    .backend(slot.name)
                    .peer(peer.name())
                    .build();
        }
    }

    /** After a first try that ended with this status. */
    private static void sendUntilTaken(
            Status first, LivePeer.Way way, LivePeer peer, MemorySegment bytes, long timeoutNanos) {
        BackendSlot slot = way.slot();
        long start = System.nanoTime();
        Status status = first;
        while (status == Status.NOT_ALLOWED && System.nanoTime() - start < timeoutNanos) {
            LockSupport.parkNanos(RETRY_NANOS);
            if (Thread.currentThread().isInterrupted()) {
                throw failed(ErrorCode.CANCELED, "interrupted while the receiver took no notification", slot, peer)
                        .build();
            }
            if (!peer.isCurrent()) {
                throw stale(peer);
            }
            status = way.peer().send(bytes);
        }
        if (status == Status.NOT_ALLOWED) {
            String time = Duration.ofNanos(System.nanoTime() - start).toString();
            NixlException late = failed(
                            ErrorCode.TIMED_OUT, "the receiver took no notification for " + time, slot, peer)
                    .remedy("the receiver must drain its notifications")
                    .build();
            peer.doubt(late);
            throw late;
        }
        if (status != Status.SUCCESS) {
            ErrorCode code = status.isError() ? ErrorCode.of(status) : ErrorCode.BACKEND;
            throw failed(code, "the notification was not sent: the backend answered " + status, slot, peer)
                    .remedy("load the peer again")
                    .build();
        }
    }

    private static NixlException.Builder failed(ErrorCode code, String what, BackendSlot slot, LivePeer peer) {
        return NixlException.of(code, what).backend(slot.name).peer(peer.name());
    }

    // ---- receiving

    Notification await(@Nullable String from, Duration timeout) {
        try {
            Notification taken = take(from, Durations.nanos(timeout));
            if (taken != null) {
                return taken;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw NixlException.of(
                            ErrorCode.CANCELED, "interrupted while waiting for a notification from " + whom(from))
                    .cause(e)
                    .build();
        }
        if (queue.isClosed()) {
            throw new NixlException(ErrorCode.INVALID_PARAM, "agent " + agentName + " is closed");
        }
        throw new NixlException(
                ErrorCode.TIMED_OUT,
                "no notification from " + whom(from) + " within " + timeout + "; " + queue.describe());
    }

    private @Nullable Notification take(@Nullable String from, long nanos) throws InterruptedException {
        int arrivals = queue.arrivals();
        Notification taken = queue.poll(from);
        if (taken != null || nanos <= 0) {
            return taken;
        }
        taken = driver.glance(queue, from, arrivals);
        if (taken != null) {
            return taken;
        }
        long start = System.nanoTime();
        taken = driver.await(queue, from, arrivals, start, nanos);
        if (taken == null) {
            long patience = driver.spinNanos();
            long asleep = System.nanoTime();
            taken = queue.await(from, Durations.left(start, nanos));
            if (taken != null) {
                driver.slept(patience, System.nanoTime() - asleep);
            }
        }
        return taken;
    }

    private static String whom(@Nullable String from) {
        return from == null ? "anyone" : from;
    }

    synchronized Subscription subscribe(Consumer<Notification> listener) {
        Subscription place = listeners.add(listener, queue::lookAgain);
        if (dispatcher == null) {
            dispatcher = Thread.ofPlatform()
                    .daemon()
                    .name("jnixl-notify-" + agentName)
                    .start(this::dispatch);
        }
        notifyAll();
        return place;
    }

    /** One thread for all listeners there ever are, so that they hear one message at a time. */
    private void dispatch() {
        try {
            while (awaitListeners()) {
                Notification next = queue.takeUnless(listeners::isEmpty);
                if (next != null) {
                    listeners.tell(next);
                }
            }
        } catch (InterruptedException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "a listener interrupted the thread that calls it; it hears no more",
                    e);
        }
    }

    /** False when the agent is closed. */
    private synchronized boolean awaitListeners() throws InterruptedException {
        while (listeners.isEmpty() && !queue.isClosed()) {
            wait();
        }
        return !queue.isClosed();
    }

    @Override
    public synchronized void close() {
        listeners.clear();
        queue.close();
        notifyAll();
    }
}
