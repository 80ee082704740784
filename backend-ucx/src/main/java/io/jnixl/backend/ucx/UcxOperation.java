// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

/** Something that UCX tells the end of, or the failure of; known to native code by a token of {@link Tokens}. */
interface UcxOperation {

    /**
     * UCX is done with it. Called by the worker's owner from inside a native call: no native call that progresses, nothing
     * that throws.
     *
     * @param status a {@code ucs_status_t}
     */
    void ended(byte status);
}
