// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.tck;

import java.util.function.Consumer;

/** Something that a block must close, whatever it is. */
record Closing<T>(T it, Consumer<T> closer) implements AutoCloseable {
    @Override
    public void close() {
        closer.accept(it);
    }
}
