// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import io.jnixl.api.Status;
import io.jnixl.spi.BackendTransfer;

/** Stands in until the backend has answered {@code prepare}. */
enum Unprepared implements BackendTransfer {
    INSTANCE;

    @Override
    public Status post() {
        return Status.BACKEND;
    }

    @Override
    public void cancel() {
        // nothing runs
    }

    @Override
    public void close() {
        // nothing to free
    }
}
