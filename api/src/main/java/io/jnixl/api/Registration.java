// SPDX-License-Identifier: Apache-2.0
package io.jnixl.api;

import java.util.List;

/**
 * Memory that backends may move bytes from and to, until closed.
 *
 * <p>Thread-safe.
 *
 * @since 0.1
 */
public interface Registration extends AutoCloseable {

    /** What was registered, in the caller's order. */
    List<MemoryRegion> regions();

    /** The regions as a list, one entry each, owned by no one: for use as the local side. */
    DescriptorList descriptors();

    /** What each backend said: accepted, or refused and why. */
    List<Outcome> outcomes();

    /** The labels of the transfers that use this memory now. */
    List<String> holders();

    /** False once closed. */
    boolean isOpen();

    /**
     * Ends the registration with all backends; idempotent. Peers that hold its metadata are not told: what they have in
     * flight against this memory is theirs to have finished.
     *
     * @throws NixlException with {@link ErrorCode#NOT_ALLOWED} while transfers use it, naming them; nothing is closed then
     */
    @Override
    void close();

    /**
     * One backend's answer to a registration.
     *
     * @param backend its name
     * @param accepted whether it took the memory
     * @param reason why it refused; empty when it accepted
     * @since 0.1
     */
    record Outcome(String backend, boolean accepted, String reason) {
        @Override
        public String toString() {
            return backend + (accepted ? ": accepted" : ": refused, " + reason);
        }
    }
}
