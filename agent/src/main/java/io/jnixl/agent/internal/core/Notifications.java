// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.api.Notification;
import io.jnixl.api.Status;
import io.jnixl.api.Subscription;
import io.jnixl.spi.BackendPeer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Notifications that come and go without a transfer, and those who listen for them. */
final class Notifications implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("io.jnixl.agent");
    private static final long RETRY_NANOS = 200_000;

    private final String agentName;
    private final NotificationQueue queue;
    private final Listeners<Notification> listeners = new Listeners<>();

    /** Guarded by this: hands notifications over while there are listeners; made with the first. */
    private @Nullable Thread dispatcher;

    Notifications(String agentName, NotificationQueue queue) {
        this.agentName = agentName;
        this.queue = queue;
    }

    NotificationQueue queue() {
        return queue;
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
        Map.Entry<BackendSlot, LivePeer.Link> way = way(peer);
        checkLength(way.getKey(), peer, message.length);
        BackendPeer backendPeer = Objects.requireNonNull(way.getValue().peer());
        try (Arena arena = Arena.ofShared()) {
            MemorySegment bytes = arena.allocateFrom(ValueLayout.JAVA_BYTE, message);
            sendUntilTaken(backendPeer, way.getKey(), peer, bytes, timeoutNanos);
        }
    }

    private static NixlException stale(LivePeer peer) {
        return NixlException.of(ErrorCode.NOT_FOUND, "epoch " + peer.epoch() + " is stale: " + peer.whyStale())
                .peer(peer.name())
                .remedy("ask Agent.peer for the peer as it is now")
                .build();
    }

    private static Map.Entry<BackendSlot, LivePeer.Link> way(LivePeer peer) {
        return peer.links().entrySet().stream()
                .filter(e ->
                        e.getKey().capabilities.notifications() && e.getValue().peer() != null)
                .min(java.util.Comparator.comparingInt(e -> e.getKey().order))
                .orElseThrow(() -> NixlException.of(
                                ErrorCode.BACKEND,
                                "no common backend sends notifications; common are " + peer.backends())
                        .peer(peer.name())
                        .build());
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

    private static void sendUntilTaken(
            BackendPeer backendPeer, BackendSlot slot, LivePeer peer, MemorySegment bytes, long timeoutNanos) {
        long start = System.nanoTime();
        Status status = backendPeer.send(bytes);
        while (status == Status.NOT_ALLOWED && System.nanoTime() - start < timeoutNanos) {
            LockSupport.parkNanos(RETRY_NANOS);
            if (Thread.currentThread().isInterrupted()) {
                throw failed(ErrorCode.CANCELED, "interrupted while the receiver took no notification", slot, peer)
                        .build();
            }
            if (!peer.isCurrent()) {
                throw stale(peer);
            }
            status = backendPeer.send(bytes);
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
        String whom = from == null ? "anyone" : from;
        try {
            Notification taken = queue.await(from, Durations.nanos(timeout));
            if (taken != null) {
                return taken;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw NixlException.of(ErrorCode.CANCELED, "interrupted while waiting for a notification from " + whom)
                    .cause(e)
                    .build();
        }
        if (queue.isClosed()) {
            throw new NixlException(ErrorCode.INVALID_PARAM, "agent " + agentName + " is closed");
        }
        throw new NixlException(
                ErrorCode.TIMED_OUT, "no notification from " + whom + " within " + timeout + "; " + queue.describe());
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
