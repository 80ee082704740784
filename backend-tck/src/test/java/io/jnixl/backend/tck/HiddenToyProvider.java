// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.tck;

/** A provider that no service loader could use. */
final class HiddenToyProvider extends ToyBackendProvider {
    HiddenToyProvider(Flaw flaw) {
        super(flaw);
    }
}
