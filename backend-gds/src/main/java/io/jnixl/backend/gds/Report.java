// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.gds;

import io.jnixl.api.Status;
import io.jnixl.spi.CompletionSink;
import org.jspecify.annotations.Nullable;

/** What a completion sink is told of a post that failed; -1 for no descriptor in particular. */
record Report(int column, String text, @Nullable String nativeText, String remedy) {

    void tell(CompletionSink sink) {
        sink.fail(Status.BACKEND, column, text, nativeText, remedy);
    }
}
