// SPDX-License-Identifier: Apache-2.0
package io.jnixl.examples.serving;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/** The prefill side as decode sees it: a thread of this process, or a process of its own. */
interface PrefillSide extends AutoCloseable {

    /**
     * Tells it where decode's pages lie, and waits until it is ready.
     *
     * @param decodeMetadata what decode published
     */
    Introduction introduce(byte[] decodeMetadata)
            throws IOException, InterruptedException, ExecutionException, TimeoutException;

    /** Its figures, after it was told to stop; an exception as soon as it fails. */
    CompletableFuture<Figures> result();

    /** Ends it, whatever it does. */
    @Override
    void close();
}
