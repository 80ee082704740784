// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import io.jnixl.api.Subscription;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * Those who listen for one kind of event. A listener may be there twice; each subscription ends its own place. What one throws
 * is logged and does not keep the others from hearing.
 */
final class Listeners<T> {
    private static final System.Logger LOG = System.getLogger("io.jnixl.agent");

    /** A place, told apart from others by identity. */
    private static final class Place<T> {
        final Consumer<T> listener;

        Place(Consumer<T> listener) {
            this.listener = listener;
        }
    }

    private final List<Place<T>> places = new CopyOnWriteArrayList<>();

    /**
     * @param left run after the place was given up
     */
    Subscription add(Consumer<T> listener, Runnable left) {
        Place<T> place = new Place<>(listener);
        places.add(place);
        return () -> {
            if (places.remove(place)) {
                left.run();
            }
        };
    }

    boolean isEmpty() {
        return places.isEmpty();
    }

    void tell(T event) {
        for (Place<T> place : places) {
            try {
                place.listener.accept(event);
            } catch (RuntimeException | Error e) {
                LOG.log(System.Logger.Level.WARNING, "a listener threw on " + event, e);
            }
        }
    }

    void clear() {
        places.clear();
    }
}
