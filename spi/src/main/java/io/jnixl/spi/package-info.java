// SPDX-License-Identifier: Apache-2.0

/**
 * The contract between the agent and a transfer backend.
 *
 * <p>Life of a backend: the agent finds its {@link io.jnixl.spi.BackendProvider}, asks {@link
 * io.jnixl.spi.BackendProvider#availability()}, creates one {@link io.jnixl.spi.Backend}, registers memory with it, loads
 * peers into it, prepares {@link io.jnixl.spi.BackendTransfer}s and posts each many times, and closes everything in the
 * reverse order.
 *
 * <p>Which calls may overlap: every method of {@code Backend} and {@code BackendPeer} may be called by several threads at
 * once, except {@code close}, which comes last and alone but
 * for late calls of {@code Backend.progress} and {@code Backend.rest}. Of one {@code BackendTransfer}, {@code post} overlaps neither
 * with itself nor with {@code close} or a change of its columns; {@code cancel} comes only after {@code post} has returned and
 * never overlaps with {@code close}; {@code poll} and
 * {@code drive} may overlap with everything, themselves included. All of them may overlap with
 * {@code BackendPeer.close} of their peer, and come after it. Threads may be virtual unless a method says otherwise.
 */
package io.jnixl.spi;
