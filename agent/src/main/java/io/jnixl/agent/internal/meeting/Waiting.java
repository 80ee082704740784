// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.meeting;

import io.jnixl.api.NixlException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** Waiting for a future whose failures are this package's own. */
final class Waiting {
    private Waiting() {}

    /** The result; what it failed with is thrown as it is. */
    static <T> T on(CompletableFuture<T> future) throws InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof NixlException known) {
                throw known;
            }
            throw new IllegalStateException(e.getCause());
        }
    }
}
