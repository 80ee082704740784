// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.memory;

/** The transfers to one peer that wait for room in its notification sink, in order. Guarded by the {@link Outbox}. */
final class Lane extends Fifo {}
