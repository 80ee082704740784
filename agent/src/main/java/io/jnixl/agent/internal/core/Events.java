// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import io.jnixl.api.PeerEvent;
import io.jnixl.api.Subscription;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/** Tells listeners what happens to peers, on a thread of the agent's own; of each name in the order in which it happened. */
final class Events implements AutoCloseable {
    private final Listeners<PeerEvent> listeners = new Listeners<>();
    private final OwnThread thread;

    /** A place in the order. */
    private static final class Place {
        final PeerEvent event;

        /** Guarded by the events. */
        boolean due;

        Place(PeerEvent event, boolean due) {
            this.event = event;
            this.due = due;
        }
    }

    /** By name, what waits for an event that is not due yet, after that one. Guarded by this. */
    private final Map<String, Deque<Place>> waiting = new HashMap<>();

    Events(String agentName) {
        thread = new OwnThread("jnixl-events-" + agentName);
    }

    Subscription subscribe(Consumer<PeerEvent> listener) {
        return listeners.add(listener, () -> {});
    }

    /** Does not block: whoever sees something happen may be in the middle of a post. */
    void publish(PeerEvent event) {
        if (!listeners.isEmpty()) {
            inTurn(event);
        }
    }

    private synchronized void inTurn(PeerEvent event) {
        Deque<Place> before = waiting.get(event.peer().name());
        if (before == null) {
            tell(event);
        } else {
            before.add(new Place(event, true));
        }
    }

    /** Keeps the place of an event in the order of its name; it is told when the answer is run, which must happen. */
    synchronized Runnable reserve(PeerEvent event) {
        Place place = new Place(event, false);
        waiting.computeIfAbsent(event.peer().name(), name -> new ArrayDeque<>()).add(place);
        return () -> release(place);
    }

    private synchronized void release(Place place) {
        String name = place.event.peer().name();
        Deque<Place> all = Objects.requireNonNull(waiting.get(name)); // the place is in there until it is due
        place.due = true;
        while (!all.isEmpty() && all.getFirst().due) {
            tell(all.removeFirst().event);
        }
        if (all.isEmpty()) {
            waiting.remove(name);
        }
    }

    private void tell(PeerEvent event) {
        if (!listeners.isEmpty()) {
            thread.execute(() -> listeners.tell(event));
        }
    }

    @Override
    public void close() {
        thread.close();
    }
}
