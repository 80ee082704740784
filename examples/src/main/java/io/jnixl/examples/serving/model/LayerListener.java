// SPDX-License-Identifier: Apache-2.0
package io.jnixl.examples.serving.model;

/** Told during a prefill which layers' pages are complete. Called on the thread that runs the prefill. */
@FunctionalInterface
public interface LayerListener {

    /**
     * Called once per layer, from layer 0 upwards, as soon as the keys and values of all prompt tokens are in the
     * layer's pages. The layer's attention is still to be computed: a caller that starts a transfer here and returns at
     * once overlaps the transfer with that and with the layers that follow. Look up the page numbers before returning,
     * as the block table is not thread-safe. The prefill does not write these pages again; only a later decode step
     * does, into the free rows of the last block.
     *
     * @param layer the layer, from 0
     */
    void layerDone(int layer);
}
