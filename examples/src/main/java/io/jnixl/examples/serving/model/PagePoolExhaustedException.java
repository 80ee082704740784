// SPDX-License-Identifier: Apache-2.0
package io.jnixl.examples.serving.model;

/** Thrown when a {@link PagePool} has fewer free pages than were asked for. Nothing was allocated. Thread-safe. */
public final class PagePoolExhaustedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * Says how many pages were missing.
     *
     * @param wanted number of pages asked for
     * @param free number of pages that were free
     * @param capacity number of pages of the pool
     */
    public PagePoolExhaustedException(int wanted, int free, int capacity) {
        super("page pool exhausted: wanted " + wanted + " pages, but only " + free + " of " + capacity + " are free");
    }
}
